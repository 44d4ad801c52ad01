import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type {RadEvent} from '../../../source/domain/events.ts';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../../support/rad.ts';
import {type Act, readTrace, toStraceWords} from './trace.ts';

/** What rad said to whoever started it, and what an agent did outside, when each was done. */
export type Said = {readonly at: number; readonly event: RadEvent & {readonly seq: number}};

/** Everything that rad, its shims, its gits and its agents did to the disk in a run and in a restore. */
export type Recording = {
	readonly scratch: Scratch;
	/** The folder of all of it. */
	readonly base: string;
	/** A copy of it from before. */
	readonly before: string;
	readonly acts: readonly Act[];
	readonly said: readonly Said[];
	/** What the work tree is after a restore of each checkpoint, by its id. */
	readonly trees: ReadonlyMap<string, ReadonlyMap<string, string>>;
	/** The checkpoint that was there before, and is restored after the run. */
	readonly first: string;
};

const FLOW = `version: 1
steps:
  - { id: one, run: 'for n in 1 2 3; do echo line $n; done; echo made > made; echo more >> README.md' }
  - { id: plan, recording: plan, speed: 1000, prompt: Plan it }
  - { id: two, run: 'rm README.md; for n in 1 2 3; do echo line $n; done' }
`;

/** How many lines each command of the workflow prints. */
export const LINES = 3;

/** Why nothing can be recorded here; empty when it can. */
export const findObstacle = (): string => {
	const {error, status, stderr} = spawnSync('strace', ['--seccomp-bpf', '-f', '-y', '-qq', '-o', '/dev/null', 'true'], {encoding: 'utf8'});
	if (error !== undefined) return 'no strace here';
	return status === 0 ? '' : `strace may not trace here: ${stderr.trim().split('\n')[0]}`;
};

/** Makes a workspace, and records a run in it and a restore of what was there before the run. */
export const record = async (folder: string): Promise<Recording> => {
	const [base, before, out] = ['base', 'before', 'out'].map(name => path.join(folder, name)) as [string, string, string];
	for (const each of [base, out]) mkdirSync(each);
	const scratch = await makeScratch(base, {flow: FLOW});
	const first = (await rad(['checkpoint', 'create'], scratch)).stdout.trim();
	cpSync(base, before, COPY);
	const [trace, said] = [path.join(out, 'trace'), path.join(out, 'said')];
	execFileSync(
		'strace',
		[
			...toStraceWords(trace),
			'sh',
			'-c',
			'"$0" "$1" run flow --json > "$2" && "$0" "$1" checkpoint restore "$3" --yes',
			process.execPath,
			BIN,
			said,
			first,
		],
		{cwd: scratch.cwd, env: toTestEnvironment(scratch.home), stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 2 ** 30},
	);
	const acts = readTrace(readFileSync(trace, 'latin1'));
	rmSync(trace);
	const listed = execFileSync('git', ['-C', path.join(scratch.cwd, STORE), 'for-each-ref', '--format=%(refname)'], {encoding: 'utf8'});
	const refs = listed.split('\n').filter(ref => /\/cp_\w+$/.test(ref));
	return {
		...{scratch, base, before, acts, first},
		said: acts.flatMap((act, at) => (act.kind === 'write' && act.path === said ? readEvents(act.data).map(event => ({at, event})) : [])),
		trees: new Map(refs.map(ref => [path.basename(ref), readTree(scratch, ref)])),
	};
};

const STORE = '.git/rad/store.git';

export const COPY = {recursive: true, verbatimSymlinks: true, preserveTimestamps: true} as const;

/** Each line is written in one go. */
const readEvents = (data: Buffer): ReadonlyArray<Said['event']> =>
	data
		.toString()
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line) as Said['event'])
		.filter(({seq}) => seq !== undefined);

const readTree = ({cwd}: Scratch, ref: string): ReadonlyMap<string, string> => {
	const git = (...words: readonly string[]): string => execFileSync('git', ['-C', path.join(cwd, STORE), ...words], {encoding: 'utf8'});
	const files = git('ls-tree', '-r', '--name-only', ref).split('\n').filter(Boolean);
	return new Map(files.map(file => [file, git('cat-file', 'blob', `${ref}:${file}`)]));
};
