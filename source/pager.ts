import {spawn} from 'node:child_process';
import {findProgram} from './agents/find-program.ts';
import type {Pager} from './domain/pager.ts';
import {type Environment, toUsersEnvironment} from './users-environment.ts';

export type PagerOptions = {
	/** The environment that rad itself was started with. */
	readonly environment: Environment;
	readonly rows: () => number;
	/** Does something while Ctrl-C and Ctrl-\ belong to another program: a terminal sends them to all that it runs. */
	readonly withoutInterrupts: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

// Leaves at once what fits on the screen, shows colours, and leaves on the screen what was shown.
const LESS = ['-FRX'];
const NOT_FOUND = [126, 127];

/**
 * The program of `PAGER`, a line for the shell as everywhere, or less. Undefined where the user wants none (an empty one, or cat), or the terminal cannot
 * do it. It reads the text from a pipe and has the terminal; nothing in a workspace can choose it.
 */
export const createPager = ({environment, rows, withoutInterrupts}: PagerOptions): Pager | undefined => {
	const wish = environment['PAGER'];
	if (wish === '' || wish === 'cat' || environment['TERM'] === 'dumb') return undefined;
	return {
		rows,
		show: async (text, signal) => {
			const less = wish === undefined ? findProgram('less', environment) : undefined;
			if (wish === undefined && less === undefined) return false;
			const [file, args] = less === undefined ? ['/bin/sh', ['-c', String(wish)]] : [less, LESS];
			return withoutInterrupts(() => runPager({file, args, environment: toUsersEnvironment(environment)}, text, signal));
		},
	};
};

type Call = {readonly file: string; readonly args: readonly string[]; readonly environment: Environment};

const runPager = async ({file, args, environment}: Call, text: string, signal: AbortSignal): Promise<boolean> => {
	const child = spawn(file, args, {stdio: ['pipe', 'inherit', 'inherit'], env: environment, signal, killSignal: 'SIGTERM'});
	const ended = new Promise<number | null>(resolve => {
		child.once('exit', resolve);
		// Also told when the signal ends it, before it is gone.
		child.once('error', () => child.pid === undefined && resolve(NOT_FOUND[0] ?? null));
	});
	// Who leaves before the end reads no more.
	child.stdin.on('error', () => undefined);
	child.stdin.end(text);
	const code = await ended;
	child.stdin.destroy();
	return code === null || !NOT_FOUND.includes(code);
};
