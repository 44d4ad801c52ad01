import {isFailure} from '../domain/failures.ts';
import type {RadReads} from '../domain/rad.ts';
import type {Command, ReadContext} from './command.ts';
import {judge, toKnownFlags, type Verdict} from './judge.ts';
import {createOutputs, toNotes} from './outputs.ts';
import {parsePlainWords} from './plain-parser.ts';
import {printFailure} from './print-failure.ts';
import type {CliOptions} from './run-cli.ts';
import {isWatchAsked} from './watch.ts';
import {toAbsolute} from './words.ts';

type ReadCommand = Command<ReadContext>;

/** As for `runCli`, but that a workspace is only looked at: undefined where something must be mended there first. */
export type ReadOptions = Omit<CliOptions, 'host' | 'measure' | 'version' | 'prompt' | 'pager' | 'program'> & {
	readonly program: string;
	readonly open: (directory: string) => Promise<RadReads | undefined>;
};

/**
 * Does what a command line says when it plainly names one of some commands that only look, and returns the exit code. Undefined when that
 * takes the whole program: nothing was done or printed then.
 */
export const runRead = async (options: ReadOptions, commands: readonly ReadCommand[]): Promise<number | undefined> => {
	const {argv} = options;
	const verdict = judgePlain(argv, commands);
	if (verdict?.kind !== 'command') return undefined;
	const {command, words, workspace, isQuiet} = verdict;
	if (isWatchAsked(words)) return undefined;
	const outputs = createOutputs(options);
	try {
		const directory = toAbsolute(workspace, options.directory);
		const rad = await options.open(directory);
		if (rad === undefined) return undefined;
		try {
			const notes = toNotes(outputs.err, isQuiet);
			return await command.run({...options, ...outputs, notes, prompt: undefined, directory, workspaceFlag: workspace, open: async () => rad}, words);
		} finally {
			await rad.close();
		}
	} catch (error) {
		return printFailure(error, {...options, err: outputs.err});
	}
};

/** Undefined also for mistakes: the whole program knows better what was meant. */
const judgePlain = (argv: readonly string[], commands: readonly ReadCommand[]): Verdict<ReadCommand> | undefined => {
	const parsed = parsePlainWords(argv, toKnownFlags(commands));
	if (parsed === undefined) return undefined;
	try {
		return judge(argv, commands, parsed);
	} catch (error) {
		if (isFailure(error, 'USAGE')) return undefined;
		throw error;
	}
};
