import type {Budget, Part, Plan, PlanBlock, PlanNode, PlanStep} from '../domain/plan.ts';
import type {StartPreview} from '../domain/rad.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';
import type {PlanNodeJson} from './schemas/zod-workflow.ts';

// What `--json` prints of workflows; promised to users as that of records is.

export const toWorkflowJson = ({
	name,
	description,
	inputs,
	schedule,
	budget,
	concurrency,
	steps,
	onFailure,
	finally: last,
	outputs,
}: Plan): OutputOf<'workflow'> => ({
	name,
	description,
	schedule: schedule.map(({cron, timezone}) => ({cron, timezone})),
	budget: toBudgetJson(budget),
	concurrency: concurrency === undefined ? null : {group: concurrency.group, onConflict: concurrency.onConflict},
	inputs: inputs.map(({name, type, isRequired, defaultValue, choices, description}) => ({
		...{name, type, isRequired, defaultValue, choices, description},
	})),
	steps: steps.map(toPlanNodeJson),
	onFailure: onFailure.map(toPlanNodeJson),
	finally: last.map(toPlanNodeJson),
	outputs,
});

const toPlanNodeJson = (node: PlanNode): PlanNodeJson => {
	const {id, needs, when, continuesOnError, rollsBack} = node;
	const rules = {needs, when, continuesOnError, rollsBack};
	switch (node.kind) {
		case 'steps': {
			const {kind, repeat, isSingle, publish, steps} = node;
			return {id, kind, ...rules, repeat, isSingle, publish, child: toChildJson(node), steps: steps.map(toPlanNodeJson)};
		}
		case 'approve': {
			const {kind, message, show, timeoutMs, onTimeout, onReject} = node;
			return {id, kind, ...rules, message, show, timeoutMs, onTimeout, onReject};
		}
		case 'prompt':
		case 'run':
			return {id, kind: node.kind, ...rules, ...toPlanWorkJson(node)};
	}
};

/** The workflow that a block is. */
const toChildJson = ({child}: PlanBlock) => (child === null ? null : {workflow: child.workflow, given: {...child.values, ...child.templates}});

/** The workflow as it would be started: the values of its inputs, and the texts of its steps as far as they are known. */
export const toStartPreviewJson = ({
	plan,
	inputs,
	maxCostNanoUsd,
	wishes,
	finishesRestore,
	part,
	group,
	conflict,
}: StartPreview): OutputOf<'start-preview'> => {
	const workflow = toWorkflowJson(plan);
	return {
		...workflow,
		maxCostNanoUsd,
		finishesRestore,
		group: group ?? null,
		conflict: conflict === null ? null : {way: conflict.way, runs: conflict.runs.map(({id}) => id)},
		inputs: workflow.inputs.map(input => ({...input, value: inputs[input.name] ?? null})),
		wishes,
		part: part === undefined ? null : toPartJson(part),
	};
};

/** `steps` are those that are not run; `takenFrom` is null for one that is left out. */
const toPartJson = ({step, isOnly, runId, steps}: Part) => ({
	...{step, isOnly, runId},
	steps: Object.entries(steps).map(([stepId, {status, takenFrom}]) => ({stepId, status, takenFrom})),
});

const toPlanWorkJson = (step: PlanStep) => ({
	text: step.text,
	promptFile: step.promptFile,
	agent: step.agent,
	engine: step.engine,
	model: step.model,
	fallback: step.fallback.map(({engine, model}) => ({engine, model})),
	permissions: step.kind === 'prompt' ? step.permissions : null,
	session: step.session,
	recording: step.recording,
	speed: step.speed,
	env: step.env,
	secrets: step.secrets,
	outputs: step.outputs,
	artifacts: step.artifacts,
	timeoutMs: step.timeoutMs,
	idleTimeoutMs: step.idleTimeoutMs,
	retry: {
		max: step.retry.max,
		on: step.retry.on,
		backoffMs: step.retry.backoffMs,
		factor: step.retry.factor,
		maxBackoffMs: step.retry.maxBackoffMs,
	},
	budget: toBudgetJson(step.budget),
	restorePolicy: step.restorePolicy,
	takesCheckpoints: step.takesCheckpoints,
	takesCheckpointAfter: step.takesCheckpointAfter,
});

const toBudgetJson = ({costNanoUsd, tokens, turns, wallMs, onExceeded}: Budget) => ({costNanoUsd, tokens, turns, wallMs, onExceeded});
