import type {AgentId} from '../domain/ids.ts';
import type {Agent, AgentTotals} from '../domain/records.ts';
import {measureRecorded, recordedOf} from '../views/recorded.ts';
import {toAgentJson, toChangeJson, toCheckpointJson, toRequestJson, toRunJson, toStepJson, toTotalsJson} from './json-records.ts';
import type {RunReport} from './run-summary.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';

export const toUsageByAgent = (byAgent: readonly AgentTotals[]): ReadonlyMap<AgentId, AgentTotals> =>
	new Map(byAgent.map(totals => [totals.agentId, totals]));

/** A run with its steps, its agents and their own figures, its checkpoints oldest first, and what it waits for. */
export const toRunReportJson = ({
	run,
	steps,
	agents,
	totals,
	byAgent,
	checkpoints,
	artifacts,
	waiting,
	questions,
	outputs,
	branch,
}: RunReport): OutputOf<'run-report'> => {
	const usage = toUsageByAgent(byAgent);
	return {
		...toRunJson(run),
		outputs,
		branch,
		totals: toTotalsJson(totals, measureRecorded(agents, byAgent)),
		steps: steps.map(toStepJson),
		agents: agents.map(agent => ({...toAgentJson(agent), usage: toUsageJson(agent, usage.get(agent.id))})),
		checkpoints: checkpoints.toReversed().map(toCheckpointJson),
		artifacts: artifacts.map(({stepId, attempt, path, file, sizeBytes}) => ({stepId, attempt, path, file, sizeBytes})),
		requests: waiting.map(toRequestJson),
		questions: questions.map(({step, changes}) => ({stepId: step.stepId, changes: changes === null ? null : changes.files.map(toChangeJson)})),
	};
};

const toUsageJson = (agent: Agent, own: AgentTotals | undefined) => (own === undefined ? null : toTotalsJson(own, recordedOf(agent, own)));
