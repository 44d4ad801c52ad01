import type {StoredEvent} from '../domain/events.ts';
import {EXIT} from '../domain/failures.ts';
import type {Notice} from '../domain/notice.ts';
import type {Rad, RunAttendance} from '../domain/rad.ts';
import type {Agent, Run} from '../domain/records.ts';
import {nameAgents} from '../views/agent-text.ts';
import type {Context} from './command.ts';
import {toCommandLine} from './command-line.ts';
import {toEventJson, toRunJson} from './json-records.ts';
import {toSignalExit} from './print-failure.ts';
import {createQueue} from './queue.ts';
import {createRunProgress} from './run-progress.ts';
import {formatRunSummary, loadRunReport, type RunReport, type Suggestion} from './run-summary.ts';

/** Runs a workflow, or goes on with a run. */
type Execute = (attendance: RunAttendance) => Promise<Run>;

type Suggest = (report: RunReport) => readonly Suggestion[];

/** Runs it as a person at a shell wants it, or with `isJson` a script; returns the exit code. */
export const runAndTell = (context: Context, rad: Rad, execute: Execute, isJson: boolean): Promise<number> =>
	isJson
		? runAsJsonLines(context, execute)
		: runInForeground(context, rad, execute, report => suggestAfterRun(report, words => toCommandLine(words, context)));

/** Runs a workflow with progress on standard error and a summary on standard output; returns the exit code. */
export const runInForeground = async (context: Context, rad: Rad, execute: Execute, suggest: Suggest): Promise<number> => {
	const {out, err, notes, signal, clock} = context;
	const progress = createRunProgress(rad, {hasSymbols: err.isTerminal, toCommand: words => toCommandLine(words, context)});
	const run = await executeAndTell(execute, signal, {
		event: async event => {
			const said = await progress.describe(event);
			if (said !== undefined) await (said.isUrgent ? err : notes).line(said.line);
		},
		notice: (text, kind) => (kind === 'passing' ? notes : err).line(progress.note(clock.now(), text)),
		stopping: () => notes.line('Stopping every process of the run …'),
	});
	const report = await loadRunReport(rad, run);
	const width = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
	await out.lines([[], ...formatRunSummary(report, suggest(report), {width, hasSymbols: out.isTerminal, now: clock.now()})]);
	if (isStopped(run, signal)) await notes.lines(['', 'Stopped. No process of the run is left.']);
	return toExit(run, signal);
};

/** The same for scripts: each event as a JSON object on a line of its own, the run as the last one. */
const runAsJsonLines = async ({out, signal}: Context, execute: Execute): Promise<number> => {
	const run = await executeAndTell(execute, signal, {
		event: event => out.jsonLines([toEventJson(event)]),
		notice: text => out.jsonLines([{type: 'notice', text}]),
		stopping: async () => undefined,
	});
	await out.jsonLines([{type: 'run', ...toRunJson(run)}]);
	return toExit(run, signal);
};

/** What is said while a run is at work; each resolves when it was said. */
type Teller = {
	readonly event: (event: StoredEvent) => Promise<void>;
	readonly notice: (...notice: Parameters<Notice>) => Promise<void>;
	readonly stopping: () => Promise<void>;
};

/** Runs the workflow and tells in order what happens. When it resolves or rejects, everything was told. */
const executeAndTell = async (execute: Execute, signal: AbortSignal, tell: Teller): Promise<Run> => {
	const queue = createQueue();
	const stopping = (): void => queue.add(tell.stopping);
	signal.addEventListener('abort', stopping, {once: true});
	try {
		const run = await execute({
			signal,
			onEvent: event => queue.add(() => tell.event(event)),
			onNotice: (...notice) => queue.add(() => tell.notice(...notice)),
		});
		await queue.settle();
		return run;
	} catch (error) {
		// The first failure is the one to tell.
		await queue.settle().catch(() => undefined);
		throw error;
	} finally {
		signal.removeEventListener('abort', stopping);
	}
};

const isStopped = (run: Run, signal: AbortSignal): boolean => signal.aborted && run.status !== 'completed';

const toExit = (run: Run, signal: AbortSignal): number => {
	if (run.status === 'completed') return EXIT.done;
	return isStopped(run, signal) ? toSignalExit(signal) : EXIT.workFailed;
};

/** What is worth looking at after a run: what failed first, else what the first agent did; the figures; the way back. */
export const suggestAfterRun = ({agents, checkpoints, branch}: RunReport, toCommand: (words: string) => string): readonly Suggestion[] => {
	const failed = agents.find(agent => isFailed(agent) && isLastAttempt(agent, agents));
	const shown = failed ?? agents[0];
	const name = shown === undefined ? '' : (nameAgents(agents).get(shown.id) ?? shown.name);
	const first = checkpoints.at(-1);
	return [
		...(shown === undefined
			? []
			: [{command: toCommand(`logs ${shown.id}`), purpose: failed === undefined ? `what ${name} did` : `why ${name} failed`}]),
		...(branch === null ? [] : [{command: `git merge --squash ${branch}`, purpose: 'take over what its steps did'}]),
		{command: toCommand('top'), purpose: 'look at all of it'},
		{command: toCommand('monitor telemetry'), purpose: 'tokens and cost by model'},
		...(first === undefined ? [] : [{command: toCommand(`checkpoint restore ${first.id}`), purpose: 'go back to before the run'}]),
	];
};

const isFailed = ({status}: Agent): boolean => status === 'failed' || status === 'timed_out' || status === 'lost';

/** Why an earlier attempt failed is of no interest any more; and a sub-agent is told of by the agent above it. */
const isLastAttempt = ({parentId, stepId, attempt}: Agent, agents: readonly Agent[]): boolean =>
	parentId === null && !agents.some(other => other.stepId === stepId && other.attempt > attempt);
