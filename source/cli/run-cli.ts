import type {Clock} from '../domain/clock.ts';
import {EXIT} from '../domain/failures.ts';
import type {Pager} from '../domain/pager.ts';
import type {Host, Rad} from '../domain/rad.ts';
import type {Command, Context, JudgedWords} from './command.ts';
import {complete, findWorkspaceWord} from './complete.ts';
import type {Prompt} from './confirm.ts';
import {findHelp} from './find-help.ts';
import {finishRestore} from './finish-restore.ts';
import {judge, toKnownFlags, type Verdict} from './judge.ts';
import {createNameLookup} from './look-up-names.ts';
import type {Output} from './output.ts';
import {createOutputs, toNotes} from './outputs.ts';
import {parseWords} from './parse-words.ts';
import {printFailure} from './print-failure.ts';
import {COMPLETE} from './shells.ts';
import type {Streams} from './streams.ts';
import {COMMANDS} from './table.ts';
import {isWatchAsked, readWatch, type ScreenSize, watch} from './watch.ts';
import {toAbsolute} from './words.ts';

export type CliOptions = {
	/** The words after the program's name. */
	readonly argv: readonly string[];
	readonly host: Host;
	readonly streams: Streams;
	/** Asked again for each picture that is drawn over the one before. */
	readonly measure: () => ScreenSize;
	/** Undefined when standard input is no terminal. */
	readonly prompt: Prompt | undefined;
	/** Undefined when standard output is no terminal, or the user wants none. */
	readonly pager: Pager | undefined;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Absolute path of the current folder. */
	readonly directory: string;
	readonly clock: Clock;
	/** Aborted by Ctrl-C and its like, with the signal's name as the reason: `SIGINT`, `SIGTERM`, `SIGHUP` or `SIGQUIT`. */
	readonly signal: AbortSignal;
	/** Takes out secrets that are known, of a sanitised text. */
	readonly redact: (text: string) => string;
	readonly version: string;
	/** What to type to call this program again, for commands that are printed to be copied; `rad` unless told otherwise. */
	readonly program?: string;
};

/** Does what a command line says and returns the exit code, when all output was delivered and everything that was opened is closed. Never throws. */
export const runCli = async (options: CliOptions): Promise<number> => {
	const {argv} = options;
	const {out, err} = createOutputs(options);
	try {
		if (argv[0] === COMPLETE) return await completeWords(argv.slice(1), {...options, out});
		const parsed = await parseWords(argv, toKnownFlags(COMMANDS));
		return await act(judge(argv, COMMANDS, parsed), {...options, out, err});
	} catch (error) {
		return printFailure(error, {...options, err});
	}
};

/** Answers a shell: a name and what it is on each line. */
const completeWords = async (words: readonly string[], {host, directory, out}: CliOptions & {readonly out: Output}): Promise<number> => {
	const lookUp = createNameLookup(host, toAbsolute(findWorkspaceWord(words), directory));
	await out.fields((await complete(words, COMMANDS, lookUp)).map(({text, note}) => [text, note]));
	return EXIT.done;
};

type Acting = CliOptions & {readonly out: Output; readonly err: Output};

const act = async (verdict: Verdict, options: Acting): Promise<number> => {
	switch (verdict.kind) {
		case 'version':
			await options.out.line(`rad ${options.version}`);
			return EXIT.done;
		case 'help':
			await options.out.lines(findHelp(verdict.topic, COMMANDS).split('\n'));
			return EXIT.done;
		case 'command':
			return runCommand(verdict, options);
	}
};

const runCommand = async ({command, words, workspace, isQuiet}: Verdict & {kind: 'command'}, options: Acting): Promise<number> => {
	const directory = toAbsolute(workspace, options.directory);
	const {program = 'rad'} = options;
	const notes = toNotes(options.err, isQuiet);
	const opened: Rad[] = [];
	const open: Context['open'] = async (at = directory) => {
		const rad = await options.host.open(at);
		opened.push(rad);
		if (command.leavesRestores !== true) await finishRestore(rad, {program, workspaceFlag: workspace, err: options.err});
		return rad;
	};
	const context: Context = {...options, notes, program, open, directory, workspaceFlag: workspace, commands: COMMANDS};
	try {
		return await (isWatchAsked(words) ? watchCommand(command, words, context, {...options, isQuiet}) : command.run(context, words));
	} finally {
		for (const rad of opened) await rad.close();
	}
};

type WatchOptions = Pick<CliOptions, 'measure'> & {readonly isQuiet: boolean};

/** The workspace is opened once. What goes to either stream is a part of the picture. */
const watchCommand = async (command: Command, words: JudgedWords, context: Context, {measure, isQuiet}: WatchOptions): Promise<number> => {
	const everyMs = readWatch(words, command.path, context);
	const rad = await context.open();
	const print = (out: Output): Promise<number> =>
		command.run({...context, out, err: out, notes: toNotes(out, isQuiet), prompt: undefined, open: async () => rad}, words);
	return watch(print, {...context, measure, everyMs});
};
