import {writeSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {findCacheFile, runCompiled} from './compiled-program.ts';
import {readVersion} from './program.ts';

export {findStateDirectory} from './workspace/state-directory.ts';

/** First words of commands that only look, which quick.ts may do; it holds them all. */
const LOOKING = /^(?:monitor|runs)$/;

/** What the launcher runs has flags of its own, and V8 takes no form that was compiled with others. */
const LAUNCHED = process.env['RAD_LAUNCHED'] === undefined ? undefined : 'launched';

/** Commands that draw pictures. */
const DRAWING = /^(?:top|demo)$/;

/** Ten times what V8 lets a function run, in bytes of its code, before it thinks of optimising it. */
const OPTIMIZE_LATER = '--interrupt-budget=675840';

/** Runs rad with the words of its command line: what is asked for most by itself, anything else by the whole program. */
export const start = async (): Promise<void> => {
	const words = process.argv.slice(2);
	if (words.length === 1 && words[0] === '--version' && isPrinted(`rad ${readVersion(__dirname)}\n`)) return;
	const [first, second] = words.filter(word => COMMAND.test(word));
	const isDone = LOOKING.test(words[0] ?? '') && (await run<Quick, boolean>('quick', [first, second], ({runQuickly}) => runQuickly(process)));
	if (first !== undefined && DRAWING.test(first)) await optimizeLater();
	if (!isDone) await run<Whole, void>('main', [first, LAUNCHED], ({main}) => main());
};

/**
 * Optimising what the first picture runs through takes V8 as long as drawing it; what a dashboard draws again and again is optimised all the same. Said
 * before the program is loaded, since a compiled form is only good for the flags that it was made with.
 */
const optimizeLater = async (): Promise<void> => (await import('node:v8')).setFlagsFromString(OPTIMIZE_LATER);

/** Not by a stream, which takes as long to load as Node.js to start. What cannot be written so is left to the whole program, which tells why. */
const isPrinted = (text: string): boolean => {
	try {
		return writeSync(1, text) === text.length;
	} catch {
		return false;
	}
};

type Quick = {readonly runQuickly: (host: NodeJS.Process) => Promise<boolean>};
type Whole = {readonly main: () => Promise<void>};

/** Each command uses other parts of a program: what is compiled for it is kept by the command's name. */
const run = async <Exports, Result>(
	name: 'quick' | 'main',
	command: ReadonlyArray<string | undefined>,
	use: (exports: Exports) => Promise<Result>,
): Promise<Result> => {
	const cacheFile = findCacheFile(process.env, [name, ...command].filter(word => word !== undefined).join('-'));
	const {exports, keep} = runCompiled<Exports>(process, path.join(__dirname, `${name}.cjs`), cacheFile);
	const result = await use(exports);
	// What failed, or was not done, has not used all that the command needs.
	if (result !== false && (process.exitCode ?? 0) === 0) keep();
	return result;
};

const COMMAND = /^[a-z]{1,20}$/;
