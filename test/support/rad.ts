import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Agent, Run, Step} from '../../source/domain/records.ts';

export const BIN = fileURLToPath(new URL('../../bin/rad.cjs', import.meta.url));

/** How a command of the built program ended. */
export type Ending = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** The environment of a test's program: nothing of the machine's own settings, and nothing that tells it that it is tested. */
export const toTestEnvironment = (home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
	PATH: process.env['PATH'] ?? '',
	HOME: home,
	XDG_STATE_HOME: path.join(home, 'state'),
	GIT_CONFIG_NOSYSTEM: '1',
	LANG: 'C.UTF-8',
	TZ: 'UTC',
	...extra,
});

export type StartOptions = {
	readonly cwd: string;
	readonly home: string;
	readonly env?: Readonly<Record<string, string>>;
	/** The file to start in place of the built program. */
	readonly program?: string;
};

/** Starts the built program with pipes; `ended` resolves when it is gone. */
export const startRad = (args: readonly string[], {cwd, home, env, program = BIN}: StartOptions) => {
	const child = spawn(process.execPath, [program, ...args], {cwd, env: toTestEnvironment(home, env), stdio: ['ignore', 'pipe', 'pipe']});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const ended = new Promise<Ending>(resolve => child.once('close', code => resolve({code, stdout, stderr})));
	return {child, ended, stdout: () => stdout, stderr: () => stderr};
};

/** Runs the built program to its end. */
export const rad = (args: readonly string[], options: StartOptions): Promise<Ending> => startRad(args, options).ended;

/** Runs it and reads what it printed as JSON. */
export const radJson = async <Value>(args: readonly string[], options: StartOptions): Promise<Value> => {
	const {stdout, stderr, code} = await rad([...args, '--json'], options);
	if (code !== 0) throw new Error(`rad ${args.join(' ')} ended with ${code}: ${stderr}`);
	return JSON.parse(stdout) as Value;
};

export type Scratch = StartOptions & {readonly git: (...args: readonly string[]) => string};

/** All agents of a workspace. */
export const agentsOf = (workspace: StartOptions) => radJson<readonly Agent[]>(['monitor', 'list'], workspace);

/** The newest run of a workspace. */
export const runOf = async (workspace: StartOptions): Promise<Run> => {
	const [run] = await radJson<readonly Run[]>(['runs'], workspace);
	if (run === undefined) throw new Error('there must be a run');
	return run;
};

/** What became of the steps of the newest run: `build completed`. */
export const stepsOf = async (workspace: StartOptions): Promise<readonly string[]> => {
	const {steps} = await radJson<{steps: readonly Step[]}>(['show'], workspace);
	return steps.map(({stepId, status}) => `${stepId} ${status}`);
};

/** Makes a repository with one commit in a folder, a home beside it, and a workspace with the given workflows. */
export const makeScratch = async (folder: string, workflows: Readonly<Record<string, string>>): Promise<Scratch> => {
	const [cwd, home] = [path.join(folder, 'repo'), path.join(folder, 'home')];
	for (const directory of [cwd, home]) mkdirSync(directory);
	const env = {...toTestEnvironment(home), GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@t', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@t'};
	const git = (...args: readonly string[]): string => execFileSync('git', args, {cwd, env, encoding: 'utf8'});
	git('init', '--quiet', '--initial-branch=main');
	writeFileSync(path.join(cwd, 'README.md'), '# scratch\n');
	git('add', '--all');
	git('commit', '--quiet', '--message=start');
	const {code, stderr} = await rad(['init'], {cwd, home});
	if (code !== 0) throw new Error(stderr);
	for (const [name, text] of Object.entries(workflows)) writeFileSync(path.join(cwd, '.radium/workflows', `${name}.yaml`), text);
	return {cwd, home, git};
};
