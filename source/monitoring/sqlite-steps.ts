import type {RadEvent} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import type {StepStatus} from '../domain/status.ts';
import {canMoveStep, isStepOver} from '../domain/status.ts';
import type {Connection, Transact} from './sqlite-open.ts';
import type {Store} from './store-port.ts';

type StepWrites = Pick<Store, 'noteRollBack' | 'noteMerge' | 'openStep' | 'askStep' | 'decideStep' | 'endStep'>;

export type StepSql = ReturnType<typeof prepareStepWrites>;

/** Writes what becomes of steps, but for their attempts. */
export const createStepWrites = (sql: StepSql, transact: Transact, emit: (at: number, event: RadEvent) => void): StepWrites => ({
	openStep: ({runId, stepId, round, items, inputs, children}, at) =>
		transact(() => {
			sql.startStep.run({runId, stepId, attempt: round, at});
			const {position = 0} = sql.lastPosition.get(runId) ?? {};
			for (const [index, child] of children.entries()) sql.addStep.run({runId, stepId: child, parentId: stepId, position: position + 1 + index});
			emit(at, {type: 'step.opened', runId, stepId, round, items, ...(inputs === undefined ? {} : {inputs})});
		}),
	noteRollBack: (rolledBack, at) => transact(() => emit(at, {type: 'step.rolled-back', ...rolledBack})),
	noteMerge: (merged, at) =>
		transact(() => {
			sql.startStep.run({runId: merged.runId, stepId: merged.stepId, attempt: merged.attempt, at});
			emit(at, {type: 'step.merged', ...merged});
		}),
	askStep: (runId, stepId, question, at) =>
		transact(() => {
			sql.askStep.run({runId, stepId, question: JSON.stringify(question), at});
			emit(at, {type: 'step.asked', runId, stepId, question});
		}),
	decideStep: (runId, stepId, decision, at) =>
		transact(() => {
			if (sql.decideStep.run({runId, stepId, decision: JSON.stringify(decision)}).changes === 0) return false;
			emit(at, {type: 'step.decided', runId, stepId, decision});
			return true;
		}),
	endStep: (runId, stepId, {status, reason, isUnwanted = false, isCutShort = false, outputs, takenFrom}, at) =>
		transact(() => {
			const from = sql.step.get(runId, stepId);
			if (from === undefined || !canMoveStep(from.status, status)) return;
			sql.setStep.run({runId, stepId, status, reason, endedAt: isStepOver(status) ? at : null, takenFrom: takenFrom ?? null});
			const flags = {...(isUnwanted ? {isUnwanted} : {}), ...(isCutShort ? {isCutShort} : {})};
			const left = {...(outputs === undefined ? {} : {outputs}), ...(takenFrom === undefined ? {} : {takenFrom})};
			emit(at, {type: 'step.ended', runId, stepId, status, reason, ...flags, ...left});
		}),
});

export const prepareStepWrites = (connection: Connection) => ({
	step: connection.prepare<[string, string], {status: StepStatus}>('SELECT status FROM steps WHERE run_id = ? AND step_id = ?'),
	addStep: connection.prepare(
		"INSERT INTO steps (run_id, step_id, parent_id, position, status, attempts) VALUES (:runId, :stepId, :parentId, :position, 'pending', 0)",
	),
	startStep: connection.prepare(
		`UPDATE steps SET status = 'running', attempts = :attempt, started_at = coalesce(started_at, :at)
		WHERE run_id = :runId AND step_id = :stepId AND status IN ('pending', 'running', 'waiting')`,
	),
	lastPosition: connection.prepare<[RunId], {position: number}>('SELECT max(position) AS position FROM steps WHERE run_id = ?'),
	askStep: connection.prepare(
		`UPDATE steps SET status = 'waiting', question_json = :question, decision_json = NULL, started_at = coalesce(started_at, :at)
		WHERE run_id = :runId AND step_id = :stepId AND status IN ('pending', 'running', 'waiting')`,
	),
	decideStep: connection.prepare(
		"UPDATE steps SET decision_json = :decision WHERE run_id = :runId AND step_id = :stepId AND status = 'waiting' AND decision_json IS NULL",
	),
	setStep: connection.prepare(
		`UPDATE steps SET status = :status, reason = :reason, ended_at = :endedAt, taken_from = :takenFrom
		WHERE run_id = :runId AND step_id = :stepId`,
	),
});
