import type {AgentId, RunId} from '../domain/ids.ts';
import type {RunFigures} from '../domain/rad.ts';
import type {Agent, AgentTotals} from '../domain/records.ts';
import type {AgentFigures, FiguresChange} from './store-port.ts';

const NOTHING: Pick<RunFigures, 'agents' | 'usage'> = {agents: [], usage: new Map()};

/** What is known of a run after a change to it; without a reading before, the change must be the whole. */
export const applyFigures = (runId: RunId, last: RunFigures | undefined, {revision, changed, isWhole}: FiguresChange): RunFigures => {
	const known = last === undefined || isWhole ? NOTHING : last;
	return last !== undefined && known === last && changed.length === 0
		? last
		: {runId, revision, agents: applyAgents(known.agents, changed), usage: applyUsage(known.usage, changed)};
};

/** New ones come last, since they were registered after all that are known. */
const applyAgents = (known: readonly Agent[], changed: readonly AgentFigures[]): readonly Agent[] => {
	const fresh = new Map(changed.map(({agent}) => [agent.id, agent]));
	let isNew = false;
	const agents = known.map(agent => {
		const now = fresh.get(agent.id);
		fresh.delete(agent.id);
		if (now === undefined || isSame(agent, now)) return agent;
		isNew = true;
		return now;
	});
	return isNew || fresh.size > 0 ? [...agents, ...fresh.values()] : known;
};

/** Of plain values only. */
const isSame = (left: Agent, right: Agent): boolean => (Object.keys(right) as ReadonlyArray<keyof Agent>).every(name => left[name] === right[name]);

const applyUsage = (known: ReadonlyMap<AgentId, AgentTotals>, changed: readonly AgentFigures[]): ReadonlyMap<AgentId, AgentTotals> => {
	const fresh = changed.flatMap(({usage}) => (usage === null ? [] : [[usage.agentId, usage] as const]));
	return fresh.length === 0 ? known : new Map([...known, ...fresh]);
};
