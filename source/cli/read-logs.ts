import {isFailure, type RadError} from '../domain/failures.ts';
import type {LineTest} from '../domain/logs.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, LogLine} from '../domain/records.ts';
import {type AgentLine, interleave, lastOf} from './interleave.ts';
import type {LogSource} from './log-source.ts';
import {createQueue} from './queue.ts';

/** How many of the last lines of all logs together, and which. */
export type LogWish = {readonly count: number; readonly isWanted: LineTest | undefined; readonly signal: AbortSignal};

export type LogTails = {
	readonly lines: readonly AgentLine[];
	/** True when there are more before the first of these lines. */
	readonly hasMore: boolean;
	/** `LOG_MISSING` of each agent that has no log. */
	readonly missing: readonly RadError[];
};

/** Reads the last lines of some agents' logs, by their times. One log after the other, so that not more than twice the lines are in memory. */
export const tailLogs = async (rad: Rad, agents: readonly Agent[], {count, ...choice}: LogWish): Promise<LogTails> => {
	let lines: readonly AgentLine[] = [];
	let hasMore = false;
	const missing: RadError[] = [];
	for (const agent of agents) {
		const tail = await rad.logs.tail(agent, count, choice).catch((error: unknown) => {
			if (!isFailure(error, 'LOG_MISSING')) throw error;
			missing.push(error);
			return {lines: [], hasMore: false};
		});
		const all = interleave([lines, tag(agent, tail.lines)]);
		hasMore ||= tail.hasMore || all.length > count;
		lines = lastOf(all, count);
	}
	return {lines, hasMore, missing};
};

/** @throws {RadError} `LOG_MISSING` when none of the agents has a log. */
export const checkLogs = ({missing}: LogTails, agents: readonly Agent[]): void => {
	if (missing[0] !== undefined && missing.length === agents.length) throw missing[0];
};

/**
 * Hands over the last lines of some agents' logs, then new ones as they come, those of agents that start meanwhile included. Resolves when all of them
 * are over and no more can come, or when the signal is aborted.
 *
 * @throws {RadError} `LOG_MISSING` when all are over and none has a log.
 */
export const followLogs = async (rad: Rad, source: LogSource, wish: LogWish, onLines: (lines: readonly AgentLine[]) => void): Promise<void> => {
	const agents = await source.list();
	const known = new Set(agents.map(({id}) => id));
	// What is over is not watched: a run may have more agents than a system lets anybody watch files.
	const live = agents.filter(isLive);
	const tails = await tailLogs(
		rad,
		agents.filter(agent => !isLive(agent)),
		wish,
	);
	if (wish.signal.aborted) return;
	checkLogs(tails, agents);
	const over = new AbortController();
	const signal = AbortSignal.any([wish.signal, over.signal]);
	const looks = createQueue();
	const fail = (error: unknown): never => {
		over.abort();
		throw error;
	};
	const look = async (): Promise<void> => {
		// Asked first: whoever started before the end is listed after it.
		const isOver = await source.isOver();
		for (const agent of await source.list()) {
			if (known.has(agent.id)) continue;
			known.add(agent.id);
			if (agent.logFile !== null) followers.add(agent, Number.POSITIVE_INFINITY, {onLines: lines => onLines(tag(agent, lines))});
		}
		if (isOver && followers.isIdle()) over.abort();
	};
	const hear = (): void => looks.add(() => look().catch(fail));
	const followers = createFollowers(rad, {...wish, signal}, {onLeave: hear, onFailure: fail});
	const join = joinBacklogs(tails.lines, {expected: live.length, count: wish.count, onLines});
	const unsubscribe = rad.events.onChange(hear);
	for (const agent of live) followers.add(agent, wish.count, join(agent));
	hear();
	if (!signal.aborted) await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
	unsubscribe();
	await followers.settle();
	await looks.settle();
};

const isLive = ({endedAt, logFile}: Agent): boolean => endedAt === null && logFile !== null;

type Listeners = {readonly onLines: (lines: readonly LogLine[]) => void; readonly onCaughtUp?: () => void};

type Followers = {
	readonly add: (agent: Agent, count: number, listeners: Listeners) => void;
	/** True when all that were added are over. */
	readonly isIdle: () => boolean;
	/** Resolves when all are over. Rejects with the first failure. */
	readonly settle: () => Promise<void>;
};

/** Follows the logs of agents that come one after the other, each until it is over or the signal is aborted. */
const createFollowers = (
	rad: Rad,
	{isWanted, signal}: LogWish,
	{onLeave, onFailure}: {readonly onLeave: () => void; readonly onFailure: (error: unknown) => never},
): Followers => {
	const followed: Array<Promise<void>> = [];
	let atWork = 0;
	const leave = (): void => {
		atWork -= 1;
		onLeave();
	};
	return {
		add: (agent, count, listeners) => {
			atWork += 1;
			const end = rad.logs.follow(agent, {count, isWanted, signal, untilEnd: true, ...listeners}).then(leave, onFailure);
			// Whoever settles hears of a failure; until then it must not count as unhandled.
			end.catch(() => undefined);
			followed.push(end);
		},
		isIdle: () => atWork === 0,
		settle: async () => void (await Promise.all(followed)),
	};
};

type Backlogs = {
	/** Of how many agents a backlog will come, besides the lines that are there. */
	readonly expected: number;
	readonly count: number;
	readonly onLines: (lines: readonly AgentLine[]) => void;
};

/** Hands over the last lines of all backlogs together when all have come, and whatever comes after its own backlog behind them, as it comes. */
const joinBacklogs = (lines: readonly AgentLine[], {expected, count, onLines}: Backlogs): ((agent: Agent) => Required<Listeners>) => {
	const backlogs = [lines];
	const early: AgentLine[] = [];
	let open = expected;
	const show = (): void => {
		onLines(lastOf(interleave(backlogs), count));
		onLines(early);
	};
	if (open === 0) show();
	return agent => {
		const own: AgentLine[] = [];
		backlogs.push(own);
		let hasCaughtUp = false;
		return {
			onLines: fresh => {
				const tagged = tag(agent, fresh);
				if (open === 0) return onLines(tagged);
				for (const line of tagged) (hasCaughtUp ? early : own).push(line);
			},
			onCaughtUp: () => {
				hasCaughtUp = true;
				open -= 1;
				if (open === 0) show();
			},
		};
	};
};

const tag = (agent: Agent, lines: readonly LogLine[]): readonly AgentLine[] => lines.map(line => ({agent, line}));
