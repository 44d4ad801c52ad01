import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {buildSync} from 'esbuild';
import type {Checkpoint, RestoreResult} from '../../../../source/domain/records.ts';
import type {Scratch} from '../../../support/scratch-repo.ts';
import type {Answer, Order} from './other-rad-main.ts';

/** A user who owns nothing on this machine. */
const NOBODY = 65_534;

export const isRoot = process.getuid?.() === 0;

export type OtherRadOptions = {
	/** Runs it as a user without rights; needs root. */
	readonly isNobody?: boolean;
	/** A program with arguments that starts it, for example in a mount namespace. */
	readonly wrapper?: readonly string[];
};

/** Gives a scratch and everything in it to the user without rights. */
export const giveAway = (scratch: Scratch): void => {
	chmodSync(scratch.base, 0o755);
	execFileSync('chown', ['-R', '-h', `${NOBODY}:${NOBODY}`, scratch.base]);
};

/** A rad in a process of its own; each order is a process. Failures are thrown as they were thrown there: with their code. */
export const openOtherRad = (scratch: Scratch, options: OtherRadOptions = {}) => {
	const program = build(scratch);
	const start = (order: Order): Started => begin(program, scratch, order, options);
	return {
		start,
		take: async (count = 1): Promise<readonly Checkpoint[]> => (await read<readonly Checkpoint[]>(start({kind: 'take', count}))) ?? [],
		restore: async (id: string): Promise<RestoreResult> => await read<RestoreResult>(start({kind: 'restore', id})),
	};
};

type Started = {readonly child: ChildProcess; readonly output: Promise<string>};

const build = (scratch: Scratch): string => {
	const outfile = join(scratch.base, 'other-rad.cjs');
	buildSync({
		entryPoints: [join(import.meta.dirname, 'other-rad-main.ts')],
		bundle: true,
		platform: 'node',
		format: 'cjs',
		external: ['better-sqlite3'],
		logLevel: 'error',
		outfile,
	});
	return outfile;
};

const MODULES = join(import.meta.dirname, '../../../../node_modules');

const begin = (program: string, scratch: Scratch, order: Order, {isNobody = false, wrapper = []}: OtherRadOptions): Started => {
	const [command = '', ...args] = [...wrapper, process.execPath, program, JSON.stringify(scratch), JSON.stringify(order)];
	const child = spawn(command, args, {
		cwd: scratch.base,
		detached: true,
		stdio: ['ignore', 'pipe', 'inherit'],
		env: {PATH: process.env['PATH'] ?? '', NODE_PATH: MODULES},
		...(isNobody && isRoot ? {uid: NOBODY, gid: NOBODY} : {}),
	});
	let text = '';
	child.stdout?.setEncoding('utf8').on('data', (part: string) => {
		text += part;
	});
	const output = new Promise<string>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', () => resolve(text));
	});
	return {child, output};
};

const read = async <Value>({output}: Started): Promise<Value> => {
	const answer = JSON.parse(await output) as Answer<Value>;
	if (answer.kind === 'failed') throw Object.assign(new Error(answer.message), {code: answer.code});
	return answer.value;
};
