import type {Agent, LogLine} from '../domain/records.ts';

/** A line of a log, and whose it is. */
export type AgentLine = {readonly agent: Agent; readonly line: LogLine};

/**
 * Puts lists of lines into one, in the order of their times. Each list keeps its own order: an agent can write any time into its log, and a line that
 * tells an earlier one than the line before it stays behind that.
 */
export const interleave = (lists: ReadonlyArray<readonly AgentLine[]>): readonly AgentLine[] => {
	const timed = lists.flatMap(list => {
		let latest = Number.NEGATIVE_INFINITY;
		return list.map(entry => {
			latest = Math.max(latest, entry.line.at);
			return {entry, latest};
		});
	});
	return timed.sort((a, b) => a.latest - b.latest).map(({entry}) => entry);
};

/** The last entries of a list. */
export const lastOf = <Entry>(entries: readonly Entry[], count: number): readonly Entry[] => entries.slice(Math.max(0, entries.length - count));
