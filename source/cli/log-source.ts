import {RadError} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import {toTreeRows} from '../views/agent-tree.ts';

/** Agents whose logs are read. */
export type LogSource = {
	/** Ids that name it on a command line. */
	readonly ids: readonly string[];
	/** True where it can be several agents, now or later. */
	readonly isPlural: boolean;
	/** In order of registration, as they are now; each once. */
	readonly list: () => Promise<readonly Agent[]>;
	/** True when no agent will come that is not there now, besides those that an agent starts. */
	readonly isOver: () => Promise<boolean>;
};

const RUN = 'run_';

/** True for a word that names a run; any other names an agent. */
export const isRunWord = (word: string): boolean => word.startsWith(RUN);

/**
 * Finds whose logs some words mean: agents, with those below them where `withChildren`, and all agents of runs. The newest agent without a word.
 *
 * @throws {RadError} as `Monitor.find` and `Runs.find`; `AGENT_UNKNOWN` when no agent has run yet.
 */
export const findLogSource = async (rad: Rad, words: readonly string[], withChildren: boolean): Promise<LogSource> => {
	const toSource = async (word: string): Promise<LogSource> =>
		isRunWord(word) ? findRun(rad, word) : toAgentSource(rad, await rad.monitor.find(word), withChildren);
	if (words.length === 0) return toAgentSource(rad, await findNewest(rad), withChildren);
	const sources: LogSource[] = [];
	for (const word of words) sources.push(await toSource(word));
	return joinSources(sources);
};

const findNewest = async (rad: Rad): Promise<Agent> => {
	const newest = (await rad.monitor.list({limit: 1})).at(-1);
	if (newest === undefined) throw new RadError('AGENT_UNKNOWN', 'No agent has run in this workspace yet.', {hint: 'rad run <workflow>'});
	return newest;
};

const findRun = async (rad: Rad, word: string): Promise<LogSource> => {
	const {id} = await rad.runs.find(word);
	return {
		ids: [id],
		isPlural: true,
		list: () => rad.monitor.list({runId: id}),
		isOver: async () => {
			const {status} = await rad.runs.find(id);
			// Whoever goes on with it starts agents of which nothing is known yet.
			return isRunOver(status) || status === 'interrupted';
		},
	};
};

const toAgentSource = (rad: Rad, agent: Agent, withChildren: boolean): LogSource => ({
	ids: [agent.id],
	isPlural: withChildren,
	list: async () => (withChildren ? listBelow(await rad.monitor.list({runId: agent.planId}), agent) : [agent]),
	isOver: async () => true,
});

/** An agent, and all below it. */
const listBelow = (agents: readonly Agent[], {id}: Agent): readonly Agent[] => {
	const rows = toTreeRows(agents);
	const top = rows.findIndex(({agent}) => agent.id === id);
	const rest = rows.slice(top);
	const end = rest.findIndex(({depth}, index) => index > 0 && depth <= (rest[0]?.depth ?? 0));
	return (end === -1 ? rest : rest.slice(0, end)).map(({agent}) => agent);
};

const joinSources = (sources: readonly LogSource[]): LogSource => ({
	ids: [...new Set(sources.flatMap(({ids}) => ids))],
	isPlural: sources.length > 1 || sources.some(({isPlural}) => isPlural),
	list: async () => {
		const lists = await Promise.all(sources.map(({list}) => list()));
		return [...new Map(lists.flat().map(agent => [agent.id, agent])).values()];
	},
	isOver: async () => (await Promise.all(sources.map(({isOver}) => isOver()))).every(Boolean),
});
