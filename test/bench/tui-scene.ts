import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {openTerminal, type TerminalSession} from '../support/terminal.ts';
import {bundleProgram} from './bundle.ts';
import {measure, type Place} from './measure.ts';
import {listChildren} from './processes.ts';
import type {LoadCommand, LoadTask} from './tui-load.ts';

/** A workspace of its own, and the built program in a pseudo terminal. */
export type Scene = {
	readonly place: Place;
	/** Runs rad to its end and returns what it printed. */
	readonly rad: (...words: readonly string[]) => string;
	readonly open: (columns: number, rows: number) => TerminalSession;
	readonly remove: () => void;
};

const WORKFLOWS = {
	done: 'version: 1\nsteps:\n  - { id: say, run: echo done, checkpoint: none }\n',
	gate: 'version: 1\nsteps:\n  - { id: ship, approve: { message: Ship it? } }\n',
} as const;

export const openScene = (root: string): Scene => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-tui-')));
	const [home, cwd] = [join(base, 'home'), join(base, 'work')];
	for (const folder of [home, cwd]) mkdirSync(folder);
	const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, 'state')}};
	const program = join(root, 'bin/rad.cjs');
	const rad = (...words: readonly string[]): string => measure([process.execPath, program, ...words], place).stdout;
	rad('init');
	for (const [name, text] of Object.entries(WORKFLOWS)) writeFileSync(join(cwd, `.radium/workflows/${name}.yaml`), text);
	const open = (columns: number, rows: number): TerminalSession =>
		openTerminal({command: process.execPath, args: [program, 'top'], columns, rows, ...place});
	return {place, rad, open, remove: () => rmSync(base, {recursive: true, force: true, maxRetries: 5})};
};

/** The dashboard itself, below the launcher; known as soon as it has drawn. */
export const findProgram = ({pid}: TerminalSession): number => {
	const [program] = listChildren(pid);
	if (program === undefined) throw new Error('the launcher must have started the program');
	return program;
};

export const leave = async (terminal: TerminalSession): Promise<void> => {
	terminal.type('q');
	await terminal.exit;
};

/** Another process that works in the workspace. */
export type Load = {
	readonly tell: (command: Exclude<LoadCommand, 'change'>) => void;
	/** Changes a row that is seen; resolves with the time of the commit, in milliseconds since the epoch. */
	readonly change: () => Promise<number>;
	readonly end: () => Promise<void>;
};

/** Bundles the load as rad itself is bundled, starts it and waits until its run is there. */
export const startLoad = async (root: string, {place}: Scene, task: Omit<LoadTask, 'root'>): Promise<Load> => {
	const outfile = await bundleProgram(root, 'tui-load');
	const child = spawn(process.execPath, [outfile, JSON.stringify({...task, root: place.cwd})], {...place, stdio: ['pipe', 'pipe', 'inherit']});
	const ended = once(child, 'exit');
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	const nextLine = async (): Promise<string> => {
		const {value, done} = await lines.next();
		if (done === true) throw new Error('the load has ended by itself');
		return value;
	};
	const tell = (command: LoadCommand): void => void child.stdin.write(`${command}\n`);
	await nextLine();
	return {
		tell,
		change: async () => {
			tell('change');
			return Number(await nextLine());
		},
		end: async () => {
			child.stdin.end();
			await ended;
		},
	};
};
