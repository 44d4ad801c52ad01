import type {RadEvent} from '../domain/events.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Run} from '../domain/records.ts';
import {toOverFailure} from '../domain/run-over.ts';
import {canMoveRun, isRunOver, type RunStatus} from '../domain/status.ts';
import type {Connection, Transact} from './sqlite-open.ts';
import {type QueueRow, type RunRow, toRun} from './sqlite-rows.ts';
import type {StepSql} from './sqlite-steps.ts';
import type {NewRun, Store} from './store-port.ts';

type RunWrites = Pick<Store, 'createRun' | 'queueRun' | 'dropQueued' | 'takeOverRun' | 'moveRun' | 'spendBudget'>;

type RunSql = ReturnType<typeof prepareRunWrites> & Pick<StepSql, 'addStep' | 'setStep'>;

type Emit = (at: number, event: RadEvent) => void;

/** An interrupted run is active too while an agent of it goes on alone: it writes into the same work tree. */
const ACTIVE_RUNS = `SELECT n, id, workflow, status, started_at, ended_at, error, owner_pid, owner_start, owner_boot, adopted_engine
	FROM runs r WHERE status IN ('running', 'waiting', 'cancelling') OR (status = 'interrupted' AND EXISTS (
		SELECT 1 FROM agents a WHERE a.plan_id = r.id AND a.status IN ('starting', 'running', 'waiting')))`;

/** A queued run waits for the one right before it. */
const QUEUED_RUNS = `SELECT q.n, q.id, q.workflow, 'queued' AS status, q.queued_at AS started_at, NULL AS ended_at,
		'waits for run ' || coalesce(
			(SELECT id FROM queue b WHERE b.n < q.n ORDER BY b.n DESC LIMIT 1),
			(SELECT id FROM (${ACTIVE_RUNS}) ORDER BY n LIMIT 1)) AS error,
		q.owner_pid, q.owner_start, q.owner_boot, NULL AS adopted_engine
	FROM queue q`;

/** All runs; those that are queued are the newest. */
export const ALL_RUNS = `SELECT *, 1 AS is_queued FROM (${QUEUED_RUNS}) UNION ALL
	SELECT n, id, workflow, status, started_at, ended_at, error, owner_pid, owner_start, owner_boot, adopted_engine, 0 FROM runs`;

/** What a run, queued or not, has to wait for. */
export const RUNS_BEFORE = `SELECT *, 0 AS is_queued FROM (${ACTIVE_RUNS}) UNION ALL
	SELECT *, 1 FROM (${QUEUED_RUNS}) WHERE n < coalesce((SELECT n FROM queue WHERE id = ?), 9223372036854775807) ORDER BY is_queued, n`;

/** Writes what becomes of runs, those that are queued among them. */
export const createRunWrites = (sql: RunSql, transact: Transact, emit: Emit): RunWrites => {
	const readRun = (runId: RunId): Run => {
		const row = sql.run.get(runId);
		if (row === undefined) throw new RadError('RUN_UNKNOWN', `There is no run ${runId}`);
		return toRun(row);
	};
	const setRun = (id: RunId, status: RunStatus, reason: string | null, at: number): void => {
		sql.setRun.run({id, status, reason, endedAt: isRunOver(status) || status === 'interrupted' ? at : null});
		emit(at, {type: 'run.status-changed', runId: id, status, reason});
	};
	const addRun = (run: NewRun): void => {
		sql.addRun.run({...run, ...run.owner});
		for (const [position, stepId] of run.stepIds.entries()) sql.addStep.run({runId: run.id, stepId, parentId: null, position});
		emit(run.startedAt, {type: 'run.started', runId: run.id});
	};
	return {
		createRun: run =>
			transact(() => {
				const known = sql.begunRun.get(run.id);
				if (known !== undefined) return toRun(known);
				const before = sql.runsBefore.get(run.id);
				if (before !== undefined) throw toActiveFailure(before);
				sql.takeOut.run(run.id);
				addRun(run);
				return readRun(run.id);
			}),
		queueRun: run =>
			transact(() => {
				sql.queueRun.run({...run, ...run.owner, stepsJson: JSON.stringify(run.stepIds)});
				return readRun(run.id);
			}),
		dropQueued: (runId, reason, at) =>
			transact(() => {
				const row = sql.queued.get(runId);
				if (row === undefined) return readRun(runId);
				sql.takeOut.run(runId);
				const run = toNewRun(row);
				addRun(run);
				const ending = {status: 'cancelled', reason} as const;
				for (const stepId of run.stepIds) {
					sql.setStep.run({runId, stepId, ...ending, endedAt: at, takenFrom: null});
					emit(at, {type: 'step.ended', runId, stepId, ...ending});
				}
				setRun(runId, 'cancelled', reason, at);
				return readRun(runId);
			}),
		takeOverRun: ({id, owner, at}) =>
			transact(() => {
				const run = readRun(id);
				if (isRunOver(run.status)) throw toOverFailure(run);
				// An agent of it may be at work still: it is looked after from now on.
				const other = run.status === 'queued' ? sql.run.get(id) : sql.activeRuns.all().find(row => row.id !== id || row.status !== 'interrupted');
				if (other !== undefined) throw toActiveFailure(other);
				sql.takeOver.run({id, ...owner});
				emit(at, {type: 'run.status-changed', runId: id, status: 'running', reason: null});
				return readRun(id);
			}),
		moveRun: (runId, status, reason, at) =>
			transact(() => {
				const run = readRun(runId);
				if (run.status !== 'queued' && canMoveRun(run.status, status)) setRun(runId, status, reason, at);
				return readRun(runId);
			}),
		spendBudget: (runId, {reason, isFinal, raises}, at) =>
			transact(() => {
				const {count = 0} = sql.countSpent.get(runId) ?? {};
				if (count <= raises) emit(at, {type: 'run.budget-spent', runId, reason, ...(isFinal ? {isFinal} : {})});
			}),
	};
};

const toNewRun = (row: QueueRow): NewRun => ({
	id: row.id as RunId,
	workflow: row.workflow,
	startedAt: row.queued_at,
	owner: {pid: row.owner_pid, startTime: row.owner_start, bootId: row.owner_boot},
	planJson: row.plan_json,
	stepIds: JSON.parse(row.steps_json) as readonly string[],
});

const toActiveFailure = ({id, workflow, status, owner_pid: pid}: RunRow): RadError =>
	new RadError('RUN_ACTIVE', `Run ${id} ("${workflow}") ${describeActive(status, pid)} in this workspace.`, {details: {run: id}});

const describeActive = (status: string, pid: number): string => {
	if (status === 'queued') return `(process ${pid}) waits for its turn`;
	return status === 'interrupted' ? 'was interrupted, but an agent of it works on unattended' : `(process ${pid}) is active`;
};

export const prepareRunWrites = (connection: Connection) => ({
	activeRuns: connection.prepare<[], RunRow>(`${ACTIVE_RUNS} ORDER BY n`),
	runsBefore: connection.prepare<[string], RunRow>(RUNS_BEFORE),
	run: connection.prepare<[string], RunRow>(`SELECT * FROM (${ALL_RUNS}) WHERE id = ?`),
	begunRun: connection.prepare<[string], RunRow>('SELECT * FROM runs WHERE id = ?'),
	queued: connection.prepare<[string], QueueRow>('SELECT * FROM queue WHERE id = ?'),
	takeOut: connection.prepare('DELETE FROM queue WHERE id = ?'),
	queueRun: connection.prepare(
		`INSERT INTO queue (id, workflow, queued_at, owner_pid, owner_start, owner_boot, plan_json, steps_json)
		VALUES (:id, :workflow, :startedAt, :pid, :startTime, :bootId, :planJson, :stepsJson)`,
	),
	addRun: connection.prepare(
		`INSERT INTO runs (id, workflow, status, started_at, owner_pid, owner_start, owner_boot, plan_json)
		VALUES (:id, :workflow, 'running', :startedAt, :pid, :startTime, :bootId, :planJson)`,
	),
	takeOver: connection.prepare(
		`UPDATE runs SET status = 'running', error = NULL, ended_at = NULL, owner_pid = :pid, owner_start = :startTime, owner_boot = :bootId
		WHERE id = :id`,
	),
	setRun: connection.prepare('UPDATE runs SET status = :status, error = :reason, ended_at = :endedAt WHERE id = :id'),
	countSpent: connection.prepare<[RunId], {count: number}>("SELECT count(*) AS count FROM events WHERE run_id = ? AND type = 'run.budget-spent'"),
});
