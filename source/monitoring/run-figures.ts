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

/** Where each agent of a list stands. The list that is made of another takes it over: making it anew would be a look at all. */
const places = new WeakMap<readonly Agent[], Map<AgentId, number>>();

const placesOf = (agents: readonly Agent[]): Map<AgentId, number> => {
	const known = places.get(agents) ?? new Map(agents.map(({id}, index) => [id, index]));
	places.set(agents, known);
	return known;
};

/** New ones come last, since they were registered after all that are known. Only what has changed is looked at: a run may have 100,000. */
const applyAgents = (known: readonly Agent[], changed: readonly AgentFigures[]): readonly Agent[] => {
	const placeOf = placesOf(known);
	const fresh = changed.flatMap(({agent}) => {
		const before = known[placeOf.get(agent.id) ?? known.length];
		return before !== undefined && isSame(before, agent) ? [] : [agent];
	});
	if (fresh.length === 0) return known;
	const agents = [...known];
	for (const agent of fresh) {
		const place = placeOf.get(agent.id) ?? agents.length;
		agents[place] = agent;
		placeOf.set(agent.id, place);
	}
	places.delete(known);
	places.set(agents, placeOf);
	return agents;
};

/** Of plain values only. */
const isSame = (left: Agent, right: Agent): boolean => (Object.keys(right) as ReadonlyArray<keyof Agent>).every(name => left[name] === right[name]);

const applyUsage = (known: ReadonlyMap<AgentId, AgentTotals>, changed: readonly AgentFigures[]): ReadonlyMap<AgentId, AgentTotals> => {
	const fresh = changed.flatMap(({usage}) => usage ?? []);
	if (fresh.length === 0) return known;
	const usage = new Map(known);
	for (const totals of fresh) usage.set(totals.agentId, totals);
	return usage;
};
