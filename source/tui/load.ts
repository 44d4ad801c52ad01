import type {Allowance} from '../domain/plan.ts';
import type {Rad, RunFigures} from '../domain/rad.ts';
import type {Agent, GroupTotals, Run, Step, UsageTotals} from '../domain/records.ts';
import type {AgentStatus} from '../domain/status.ts';
import {NO_TOKENS} from '../domain/tokens.ts';
import {findNewestRun} from '../views/newest-run.ts';
import {type Course, chooseSpan, RECENT_MS} from '../views/pace.ts';
import {loadQuestions} from '../views/questions.ts';
import {addUsage} from '../views/usage.ts';
import {isRunActive, type Wish} from './selectors.ts';
import type {Snapshot} from './state.ts';

const ACTIVE: readonly AgentStatus[] = ['starting', 'running', 'waiting'];

const NOTHING_USED: UsageTotals = {
	tokens: NO_TOKENS,
	responses: 0,
	costNanoUsd: 0n,
	unpriced: 0,
	costSource: 'unknown',
	cacheSavedNanoUsd: 0n,
};

/** The workspace as it is called in the header: its folder's name. */
export const nameWorkspace = ({workspace: {root}}: Pick<Rad, 'workspace'>): string => root.split(/[\\/]/).findLast(part => part !== '') ?? root;

/** The moment of reading, and what was read the last time: what cannot have changed since is not read again. */
export type Reading = {
	readonly now: number;
	readonly last: Snapshot | undefined;
	/** What all records of a run have to be added up for stays as it was read, where it was read. */
	readonly isHasty?: boolean;
};

export type Load = (wish: Wish, reading: Reading) => Promise<Snapshot>;

/** Reads what the dashboard shows, one reading after the other: of the agents only those that have changed since the last one. */
export const createLoad = (rad: Rad): Load => {
	let figures: RunFigures | undefined;
	return async (wish, reading) => {
		const runs = await rad.runs.list();
		const run = (wish.choice === 'newest' ? findNewestRun(runs) : runs.find(({id}) => id === wish.choice)) ?? null;
		figures = run === null ? undefined : await rad.monitor.figures(run.id, figures);
		const [ofRun, activeAgents, checkpoints, requests, days] = await Promise.all([
			run === null || figures === undefined ? NO_RUN : loadRun(rad, run, figures, wish, reading),
			loadActiveAgents(rad, figures),
			rad.checkpoints.list(),
			rad.requests.list({status: 'pending'}),
			wish.hasDays ? loadDays(rad, reading) : null,
		]);
		// While agents work, files change under the reader's eyes, and comparing them takes time that is theirs.
		const isQuiet = activeAgents.length === 0;
		const ownCheckpoints = isQuiet ? checkpoints.filter(({runId}) => runId === run?.id) : [];
		const questions = await loadQuestions(rad, ofRun.runSteps, ownCheckpoints);
		return {runs, run, ...ofRun, activeAgents, checkpoints, requests: requests.toReversed(), questions, days};
	};
};

/** Reads what the dashboard shows, once. */
export const loadSnapshot = (rad: Rad, wish: Wish, reading: Reading): Promise<Snapshot> => createLoad(rad)(wish, reading);

type OfRun = Pick<Snapshot, 'runSteps' | 'runAgents' | 'runTotals' | 'runUsage' | 'runAllowance' | 'runModels' | 'runCourse'>;

const NO_RUN: OfRun = {
	runSteps: [],
	runAgents: [],
	runTotals: NOTHING_USED,
	runUsage: new Map(),
	runAllowance: {costNanoUsd: null, tokens: null, turns: null},
	runModels: [],
	runCourse: null,
};

const loadRun = async (rad: Rad, run: Run, {agents: runAgents, usage: runUsage}: RunFigures, wish: Wish, reading: Reading): Promise<OfRun> => {
	const {id: runId} = run;
	const last = reading.last?.run?.id === runId ? reading.last : undefined;
	const kept = reading.isHasty === true ? last : undefined;
	const [runSteps, runModels, runCourse] = await Promise.all([
		rad.runs.steps(runId),
		wish.hasModels ? (kept?.runModels ?? rad.telemetry.by('model', {runId})) : null,
		wish.hasCourse ? (kept?.runCourse ?? loadCourse(rad, run, reading)) : null,
	]);
	return {
		runSteps,
		runAgents,
		runTotals: last?.runUsage === runUsage ? last.runTotals : [...runUsage.values()].reduce<UsageTotals>(addUsage, NOTHING_USED),
		runUsage,
		runAllowance: await loadAllowance(rad, run, runSteps, reading),
		runModels,
		runCourse,
	};
};

const loadCourse = async (rad: Rad, run: Run, {now}: Reading): Promise<Course> => {
	const {id: runId, startedAt: from} = run;
	const recentFrom = Math.max(from, now - RECENT_MS);
	const spanMs = chooseSpan((run.endedAt ?? now) - from);
	const [spans, recent] = await Promise.all([
		rad.telemetry.overTime({runId}, {from, spanMs}),
		isRunActive(run) ? rad.telemetry.by('run', {runId, since: recentFrom}) : [],
	]);
	return {spanMs, spans, recent: recent[0] ?? null, recentFrom};
};

/** The plan of a run never changes, and may be long: only the answer of a person makes it worth another look. */
const loadAllowance = async (rad: Rad, {id}: Run, steps: readonly Step[], {last}: Reading): Promise<Allowance> =>
	last?.run?.id === id && countRaises(last.runSteps) === countRaises(steps) ? last.runAllowance : rad.runs.allowance(id);

const countRaises = (steps: readonly Step[]): number =>
	steps.filter(({question, decision}) => question?.about === 'run-budget' && decision !== null).length;

const DAYS_SHOWN = 31;

/** Days that are past stay as they were read. */
const loadDays = async (rad: Rad, {now, last, isHasty}: Reading): Promise<readonly GroupTotals[]> => {
	if (isHasty === true && last?.days != null) return last.days;
	const [newest, ...earlier] = last?.days ?? [];
	const fresh = await rad.telemetry.by('day', {since: newest === undefined ? toMidnight(now, DAYS_SHOWN - 1) : parseDay(newest.key)});
	return [...fresh, ...earlier];
};

/** The begin of the day so many days ago, of the local time zone. */
const toMidnight = (at: number, daysAgo: number): number => {
	const date = new Date(at);
	return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysAgo).getTime();
};

const parseDay = (day: string): number => {
	const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
	return new Date(year, month - 1, date).getTime();
};

/** Of the shown run they are known already. */
const loadActiveAgents = async (rad: Rad, figures: RunFigures | undefined): Promise<readonly Agent[]> => {
	const own = ACTIVE.flatMap(status => figures?.agents.filter(agent => agent.status === status) ?? []);
	const others = ACTIVE.map(status => rad.monitor.list({status, ...(figures === undefined ? {} : {exceptRunId: figures.runId})}));
	return [own, ...(await Promise.all(others))].flat();
};
