import type {RadReads, UsageFilter} from '../domain/rad.ts';
import type {Agent, AgentTotals, ModelTotals} from '../domain/records.ts';
import {addRecorded, NOTHING_RECORDED, type Recorded} from '../views/recorded.ts';

/** What was used of a model, and the part of it that was played back. */
export type ModelUsage = {readonly totals: ModelTotals; readonly recorded: Recorded};

/** The usage of each model; `byAgent` is what the same filter gives. */
export const loadModelUsage = async (
	rad: RadReads,
	filter: UsageFilter,
	{agents, byAgent}: {readonly agents: readonly Agent[]; readonly byAgent: readonly AgentTotals[]},
): Promise<readonly ModelUsage[]> => {
	const [byModel, recorded] = await Promise.all([rad.telemetry.byModel(filter), loadRecordedModels(rad, agents, byAgent)]);
	return byModel.map(totals => ({totals, recorded: recorded.get(toModelKey(totals)) ?? NOTHING_RECORDED}));
};

/** A model may have answered both recordings and real agents. */
const loadRecordedModels = async (
	rad: RadReads,
	agents: readonly Agent[],
	byAgent: readonly AgentTotals[],
): Promise<ReadonlyMap<string, Recorded>> => {
	const players = agents.filter(({id, isRecording}) => isRecording && byAgent.some(({agentId}) => agentId === id));
	const parts = (await Promise.all(players.map(({id}) => rad.telemetry.byModel({agentId: id})))).flat();
	return new Map(parts.map(part => [toModelKey(part), addRecorded(parts.filter(each => toModelKey(each) === toModelKey(part)))]));
};

const toModelKey = ({provider, model}: ModelTotals): string => `${provider} ${model}`;
