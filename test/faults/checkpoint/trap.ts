import {spawnSync} from 'node:child_process';
import {appendFileSync, chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {toTestEnvironment} from '../../support/rad.ts';

type Environment = Readonly<Record<string, string>>;

/** A repository in which somebody plants programs, and a look at which of them have run. */
export type Trap = {
	/** Holds everything below. */
	readonly base: string;
	/** The work tree. */
	readonly root: string;
	readonly home: string;
	/** Writes a program that leaves a trace when it runs, and does nothing else; returns its path, outside the work tree unless `at` says where. */
	readonly program: (name: string, at?: string) => string;
	/** Names of the programs that have run since `forget`. */
	readonly ran: () => string[];
	readonly forget: () => void;
	/** Keeps the work tree and its repository as they are now; `bringBack` has them again. */
	readonly keep: () => void;
	readonly bringBack: () => void;
	/** Writes a file of the work tree. */
	readonly write: (path: string, content: string) => void;
	/** Adds lines to the configuration of the repository, or of another one. */
	readonly configure: (settings: Readonly<Record<string, string>>, file?: string) => void;
	/** Does what a user does at a prompt; failing is allowed. Returns what was printed. */
	readonly user: (command: string, env?: Environment) => string;
};

export const createTrap = (base: string, root: string): Trap => {
	const home = join(base, 'home');
	const traces = join(base, 'traces');
	mkdirSync(traces, {recursive: true});
	const full = (path: string): string => join(root, path);
	return {
		base,
		root,
		home,
		program: (name, at) => {
			const path = at === undefined ? join(base, 'programs', name) : full(at);
			mkdirSync(dirname(path), {recursive: true});
			writeFileSync(path, `#!/bin/sh\n: > '${join(traces, name)}'\n`);
			chmodSync(path, 0o755);
			return path;
		},
		ran: () => readdirSync(traces).sort(),
		forget: () => {
			for (const name of readdirSync(traces)) rmSync(join(traces, name));
		},
		keep: () => cpSync(root, join(base, 'kept'), COPY),
		bringBack: () => {
			rmSync(root, {recursive: true});
			cpSync(join(base, 'kept'), root, COPY);
		},
		write: (path, content) => {
			mkdirSync(dirname(full(path)), {recursive: true});
			writeFileSync(full(path), content);
		},
		configure: (settings, file = full('.git/config')) => {
			mkdirSync(dirname(file), {recursive: true});
			for (const [key, value] of Object.entries(settings)) appendFileSync(file, toConfigText(key, value));
		},
		user: (command, env = {}) => {
			const identity = {GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'a@b'};
			const {stdout, stderr} = spawnSync('/bin/sh', ['-c', command], {
				cwd: root,
				env: {...toTestEnvironment(home), ...identity, ...env},
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'pipe'],
				timeout: 30_000,
			});
			return `${stdout}${stderr}`;
		},
	};
};

// Times too: git would take every file for changed.
export const COPY = {recursive: true, verbatimSymlinks: true, preserveTimestamps: true} as const;

const toConfigText = (key: string, value: string): string => {
	const [section = '', ...rest] = key.split('.');
	const name = rest.pop() ?? '';
	const text = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
	return `[${section}${rest.length === 0 ? '' : ` "${rest.join('.')}"`}]\n\t${name} = "${text}"\n`;
};
