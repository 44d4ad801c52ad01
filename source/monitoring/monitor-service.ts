import {RadError} from '../domain/failures.ts';
import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Monitor, Telemetry} from '../domain/rad.ts';
import {applyFigures} from './run-figures.ts';
import type {UsageReads} from './sqlite-usage.ts';
import type {Store} from './store-port.ts';

/** Agents as a front end sees them. `upkeep` runs first, so that a crash is told before anything is shown. */
export const createMonitor = (
	store: Pick<Store, 'listAgents' | 'listFigures' | 'getAgent' | 'listAgentIds'>,
	upkeep: () => Promise<void>,
): Monitor => ({
	list: async (filter = {}) => {
		await upkeep();
		return store.listAgents(filter);
	},
	find: async prefix => {
		await upkeep();
		// Whoever follows a run asks for whole ids, agent after agent.
		const known = await store.getAgent(prefix as AgentId);
		if (known !== undefined) return known;
		const id = findByPrefix('agt', prefix, await store.listAgentIds());
		const agent = await store.getAgent(id);
		if (agent === undefined) throw new RadError('AGENT_UNKNOWN', `There is no agent ${id}`);
		return agent;
	},
	figures: async (runId, last) => {
		await upkeep();
		const known = last?.runId === runId ? last : undefined;
		return applyFigures(runId, known, await store.listFigures(runId, known?.revision ?? 0));
	},
});

export const createTelemetry = (store: UsageReads): Telemetry => ({
	totals: (filter = {}) => store.sumUsage(filter),
	byModel: (filter = {}) => store.sumUsageByModel(filter),
	byAgent: (filter = {}) => store.sumUsageByAgent(filter),
	by: (grouping, filter = {}) => store.sumUsageByGroup(grouping, filter),
	overTime: (filter, spans) => store.sumUsageOverTime(filter, spans),
	records: (filter = {}) => store.listUsage(filter),
	toolCalls: (filter = {}) => store.listToolCalls(filter),
});
