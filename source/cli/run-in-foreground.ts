import {EXIT} from '../domain/failures.ts';
import type {Rad, StartOptions} from '../domain/rad.ts';
import type {Agent, Run} from '../domain/records.ts';
import type {Context} from './command.ts';
import {toEventJson, toRunJson} from './json-records.ts';
import {toSignalExit} from './print-failure.ts';
import {createQueue} from './queue.ts';
import {createRunProgress} from './run-progress.ts';
import {formatRunSummary, loadRunReport, type RunReport, type Suggestion} from './run-summary.ts';

type Suggest = (report: RunReport) => readonly Suggestion[];

/** Runs a workflow with progress on standard error and a summary on standard output; returns the exit code. */
export const runInForeground = async (context: Context, rad: Rad, start: StartOptions, suggest: Suggest): Promise<number> => {
	const {out, err, signal, clock} = context;
	const queue = createQueue();
	const progress = createRunProgress(rad, {hasSymbols: err.isTerminal});
	const stopping = (): void => queue.add(() => err.line('Stopping every process of the run …'));
	signal.addEventListener('abort', stopping, {once: true});
	const run = await rad.runs
		.execute({
			...start,
			signal,
			onEvent: event => queue.add(async () => err.lines(await progress.describe(event))),
			onNotice: text => queue.add(() => err.line(text)),
		})
		.finally(() => signal.removeEventListener('abort', stopping));
	await queue.settle();
	const report = await loadRunReport(rad, run);
	const width = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
	await out.lines(formatRunSummary(report, suggest(report), {width, hasSymbols: out.isTerminal, now: clock.now()}));
	if (isStopped(run, signal)) await err.lines(['', 'Stopped. No process of the run is left.']);
	return toExit(run, signal);
};

/** The same for scripts: each event as a JSON object on a line of its own, the run as the last one. */
export const runAsJsonLines = async ({out, signal}: Context, rad: Rad, start: StartOptions): Promise<number> => {
	const queue = createQueue();
	const run = await rad.runs.execute({
		...start,
		signal,
		onEvent: event => queue.add(() => out.jsonLines([toEventJson(event)])),
		onNotice: text => queue.add(() => out.jsonLines([{type: 'notice', text}])),
	});
	await queue.settle();
	await out.jsonLines([{type: 'run', ...toRunJson(run)}]);
	return toExit(run, signal);
};

const isStopped = (run: Run, signal: AbortSignal): boolean => signal.aborted && run.status !== 'completed';

const toExit = (run: Run, signal: AbortSignal): number => {
	if (run.status === 'completed') return EXIT.done;
	return isStopped(run, signal) ? toSignalExit(signal) : EXIT.workFailed;
};

/** What is worth looking at after a run: what failed first, else what the first agent said; the figures; the way back. */
export const suggestAfterRun = ({agents, checkpoints}: RunReport, toCommand: (words: string) => string): readonly Suggestion[] => {
	const failed = agents.find(({status}) => status === 'failed' || status === 'timed_out' || status === 'lost');
	const first = checkpoints.at(-1);
	return [
		...toLogSuggestion(failed ?? agents[0], failed !== undefined, toCommand),
		{command: toCommand('top'), purpose: 'look at all of it'},
		{command: toCommand('monitor telemetry'), purpose: 'tokens and cost by model'},
		...(first === undefined ? [] : [{command: toCommand(`checkpoint restore ${first.id}`), purpose: 'go back to before the run'}]),
	];
};

const toLogSuggestion = (agent: Agent | undefined, hasFailed: boolean, toCommand: (words: string) => string): readonly Suggestion[] =>
	agent === undefined ? [] : [{command: toCommand(`logs ${agent.id}`), purpose: hasFailed ? `why ${agent.name} failed` : `what ${agent.name} did`}];
