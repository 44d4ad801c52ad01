import {constants} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {type CliOptions, runCli} from './cli/run-cli.ts';
import {isDebugging} from './cli/words.ts';
import {composeHost} from './compose.ts';
import type {DashboardOptions, PictureOptions, RecordingSource} from './domain/dashboard.ts';
import {RadError} from './domain/failures.ts';
import type {Rad} from './domain/rad.ts';
import {sanitizeText} from './domain/sanitize.ts';
import {editText} from './edit-text.ts';
import {createMachine} from './machine.ts';
import {createPager, type PagerOptions} from './pager.ts';
import {readVersion, toProgramName} from './program.ts';

// The signal arrives a moment after it was sent.
const SUSPEND_MS = 50;

/** The folder of the built programs. */
const PROGRAMS = path.dirname(fileURLToPath(import.meta.url));

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** What a terminal sends to all that it runs at once: Ctrl-C and Ctrl-\. */
const KEYS: readonly string[] = ['SIGINT', 'SIGQUIT'];

/** Runs the program with the words of its command line. The exit code is set, never forced: all output is delivered first. */
export const main = async (): Promise<void> => {
	const {ask, kill, withoutInterrupts} = listenForSignals();
	const machine = createMachine(process, kill, error => debug(error, machine.redactor.redact));
	const {stdin, stdout, stderr, env} = process;
	const options: CliOptions = {
		argv: process.argv.slice(2),
		host: composeHost(machine, {
			showDashboard: (rad, wishes) => showDashboard(rad, wishes, machine.clock, ask),
			drawDashboard: (rad, wishes) => drawDashboard(rad, wishes, machine.clock),
			loadKeys: async () => (await import('./tui/judge-keys.ts')).createDashboardKeys(),
			recordings: {
				show: (source, {speed}) => showReplay(source, speed, machine.clock, ask),
				draw: async (source, wishes) => (await import('./tui/run-replay.ts')).drawReplay({source, environment: env, ...wishes}),
			},
		}),
		streams: {
			out: stdout,
			err: stderr,
			isOutTerminal: stdout.isTTY === true,
			isErrTerminal: stderr.isTTY === true,
			columns: stdout.columns ?? stderr.columns ?? 80,
			color: (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
		},
		measure: () => ({columns: stdout.columns ?? 0, rows: stdout.rows ?? 0}),
		prompt: stdin.isTTY === true ? {readLine} : undefined,
		// A pseudo-terminal that nobody has sized says 0 rows.
		pager: stdout.isTTY ? createPager({environment: env, rows: () => stdout.rows || USUAL_SIZE.rows, withoutInterrupts}) : undefined,
		environment: env,
		directory: process.cwd(),
		clock: machine.clock,
		signal: ask,
		redact: machine.redactor.redact,
		version: readVersion(PROGRAMS),
		program: toProgramName(process.argv[1] ?? ''),
	};
	process.exitCode = await runCli(options);
};

/** The first signal asks, the second one kills, and the third one leaves at once, whatever is going on. */
const listenForSignals = (): {readonly ask: AbortSignal; readonly kill: AbortSignal} & Pick<PagerOptions, 'withoutInterrupts'> => {
	const [ask, kill] = [new AbortController(), new AbortController()];
	let isInterruptible = true;
	const withoutInterrupts: PagerOptions['withoutInterrupts'] = async work => {
		isInterruptible = false;
		try {
			return await work();
		} finally {
			isInterruptible = true;
		}
	};
	for (const signal of SIGNALS) {
		process.on(signal, () => {
			if (KEYS.includes(signal) && !isInterruptible) return;
			if (kill.signal.aborted) process.exit(128 + constants.signals[signal]);
			if (ask.signal.aborted) kill.abort(signal);
			else ask.abort(signal);
		});
	}
	return {ask: ask.signal, kill: kill.signal, withoutInterrupts};
};

const showDashboard = async (
	rad: Rad,
	{runId, farewell, record}: DashboardOptions,
	clock: CliOptions['clock'],
	signal: AbortSignal,
): Promise<number> => {
	const terminal = takeTerminal();
	// Loaded only here: Ink and React cost more than everything else together.
	const {runDashboard} = await import('./tui/run-dashboard.tsx');
	// The whole group: the shell waits for the launcher, not for this process.
	const suspend = async (): Promise<void> => {
		process.kill(0, 'SIGTSTP');
		await clock.sleep(SUSPEND_MS);
	};
	const code = await runDashboard({
		rad,
		...terminal,
		clock,
		cpuMs: readCpuMs,
		signal,
		suspend,
		editText: (text, extension) => editText(process.env, text, extension),
		...(runId === undefined ? {} : {runId}),
		...(record === undefined ? {} : {record: {sink: record, version: readVersion(PROGRAMS)}}),
	});
	if (farewell !== undefined) terminal.output.write(`${farewell}\n`);
	return code;
};

const readCpuMs = (): number => {
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
};

const showReplay = async (source: RecordingSource, speed: number, clock: CliOptions['clock'], signal: AbortSignal): Promise<number> => {
	const terminal = takeTerminal();
	const {runReplay} = await import('./tui/run-replay.ts');
	return runReplay({source, speed, ...terminal, clock, signal});
};

const takeTerminal = () => {
	const {stdin, stdout, env} = process;
	if (stdin.isTTY !== true || stdout.isTTY !== true)
		throw new RadError('TERMINAL_MISSING', 'The dashboard needs a terminal, to draw on and to read keys from.');
	// Node tells of other sizes only; a terminal that went small and back before anybody looked has lost its picture all the same.
	process.on('SIGWINCH', () => stdout.emit('resize'));
	return {input: stdin, output: stdout, environment: env};
};

/** The size of a picture that no terminal shows. */
const USUAL_SIZE = {columns: 120, rows: 40} as const;

const drawDashboard = async (rad: Rad, {columns, rows, format, signal}: PictureOptions, clock: CliOptions['clock']): Promise<string> => {
	const {takePicture} = await import('./tui/take-picture.ts');
	// A pseudo-terminal that nobody has sized says 0. The shell's next prompt would push the picture's first row out of sight.
	const terminal = process.stdout.isTTY && process.stdout.columns > 0 && process.stdout.rows > 1 ? process.stdout : undefined;
	const size = {
		columns: columns ?? terminal?.columns ?? USUAL_SIZE.columns,
		rows: rows ?? (terminal === undefined ? USUAL_SIZE.rows : terminal.rows - 1),
	};
	return takePicture({rad, clock, size, environment: process.env, format, signal});
};

const readLine = (signal: AbortSignal): Promise<string | undefined> =>
	new Promise(resolve => {
		const reader = createInterface({input: process.stdin});
		const finish = (line: string | undefined): void => {
			resolve(line);
			reader.close();
		};
		reader.once('line', finish);
		reader.once('close', () => finish(undefined));
		signal.addEventListener('abort', () => finish(undefined), {once: true});
		if (signal.aborted) finish(undefined);
	});

const debug = (error: unknown, redact: CliOptions['redact']): void => {
	if (!isDebugging(process.argv, process.env)) return;
	process.stderr.write(`rad: ${redact(sanitizeText(error instanceof Error ? (error.stack ?? error.message) : String(error)))}\n`);
};
