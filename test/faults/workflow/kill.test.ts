import {mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {makeScratch, rad, runOf} from '../../support/rad.ts';
import {buildDeadlyRad} from './build-deadly-rad.ts';
import {DEATH, type Death} from './death.ts';
import {makeWorkspace, playRandomRound, playRound, type Round, type Stories, tellUndisturbed, type Workspace} from './rounds.ts';

// Those at random moments; about a hundred more are at named ones. Each costs about a second; a night can take a thousand.
const KILLS = Number(process.env['RAD_TEST_RUN_KILLS'] ?? 15);
const KILLS_PER_ROUND = 3;
const HANG_MS = 120_000 + KILLS * 5000;

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'rad-kills-')));
const made: Workspace[] = [];
const free: Workspace[] = [];
const waiting: Array<(workspace: Workspace) => void> = [];
let program: string;
let stories: Stories;

beforeAll(async () => {
	program = await buildDeadlyRad();
	made.push(...(await Promise.all(['one', 'two'].map(name => makeWorkspace(path.join(base, name))))));
	const [first, ...others] = made;
	if (first === undefined) throw new Error('two were made');
	free.push(...others, first);
	stories = await tellUndisturbed(first);
});

afterAll(async () => {
	const checkups = await Promise.all(made.map(({scratch}) => rad(['doctor'], scratch)));
	rmSync(base, {recursive: true, force: true});
	for (const {code, stdout} of checkups) {
		expect(stdout).not.toMatch(/\t(?:warning|bad)\t/);
		expect(code).toBe(0);
	}
});

/** One run at a time may be at work in a workspace. */
const withWorkspace = async (use: (workspace: Workspace) => Promise<void>): Promise<void> => {
	const workspace = free.pop() ?? (await new Promise<Workspace>(resolve => waiting.push(resolve)));
	try {
		await use(workspace);
	} finally {
		const next = waiting.shift();
		if (next === undefined) free.push(workspace);
		else next(workspace);
	}
};

const play = (round: Round): Promise<void> => withWorkspace(workspace => playRound(workspace, program, stories, round));

const rightBefore = (call: string, step?: string | null): Death => ({when: 'before', call, ...(step === undefined ? {} : {step})});
const rightAfter = (call: string, step?: string | null): Death => ({when: 'after', call, ...(step === undefined ? {} : {step})});
const around = (call: string, step?: string | null): readonly Death[] => [rightBefore(call, step), rightAfter(call, step)];

/**
 * The calls of an attempt in their order, by the phase that they begin and end. What would come again after a resume is died of in one
 * run, one after the other; what a resume does by other means needs runs of its own.
 */
const PHASES: ReadonlyArray<readonly [phase: string, deaths: (step: string) => readonly Death[]]> = [
	['is checkpointed', step => [...around('checkpoints.create', step), ...around('store.recordCheckpoint', step)]],
	['is registered', step => around('store.startAttempt', step)],
	['is spawned', step => [rightBefore('supervisor.start', step), ...around('spawn', step), rightAfter('supervisor.start', step)]],
	['is spawned and not noted', step => [rightBefore('store.noteProcess', step)]],
	['is spawned and noted', step => [rightAfter('store.noteProcess', step)]],
	['runs', step => [rightAfter('supervisor.look', step)]],
	['has ended', step => around('store.endAttempt', step)],
	['is recorded', step => around('store.endStep', step)],
];

describe('kill -9 of rad, in each step of a run, while it', () => {
	it.concurrent.each(PHASES)('%s', (_phase, toDeaths) => play({workflow: 'chain', deaths: ['note', 'plan', 'sum'].flatMap(toDeaths)}));
});

describe('kill -9 of rad', () => {
	it.concurrent('around each taking down of what an agent uses counts it once', () =>
		play({workflow: 'chain', deaths: [rightBefore('store.recordProgress', 'plan'), ...around('store.recordProgress')]}));

	it.concurrent('after a run is registered, and in everything that ends it', () =>
		play({
			workflow: 'chain',
			deaths: [
				rightAfter('store.createRun'),
				...around('checkpoints.create', null),
				...around('store.recordCheckpoint', null),
				...around('checkpoints.prune', null),
				...around('store.moveRun', null),
			],
		}));

	it.concurrent('before a run is registered leaves nothing', () =>
		withWorkspace(async ({scratch}) => {
			const list = async () => (await rad(['runs'], scratch)).stdout;
			const known = await list();

			await rad(['run', 'chain'], {...scratch, program, env: {RAD_TEST_DEATH: JSON.stringify(rightBefore('store.createRun'))}});

			expect(await list()).toBe(known);
		}));
});

describe('kill -9 of rad while it resumes a run', () => {
	it.concurrent('whose agent is at work', () =>
		play({
			workflow: 'chain',
			isSlow: true,
			deaths: [
				rightAfter('store.noteProcess', 'note'),
				...around('store.moveRun'),
				...around('store.takeOverRun'),
				...around('supervisor.adopt'),
				rightAfter('supervisor.look'),
			],
		}));

	it.concurrent('whose agent was started and has not been noted', () =>
		play({
			workflow: 'chain',
			isSlow: true,
			deaths: [rightBefore('store.noteProcess', 'note'), ...around('store.noteProcess'), ...around('supervisor.adopt')],
		}));

	it.concurrent('whose agent has ended', () =>
		play({
			workflow: 'chain',
			deaths: [rightBefore('store.endAttempt', 'plan'), ...around('store.recordProgress'), ...around('store.endAttempt'), ...around('store.endStep')],
		}));

	it.concurrent('whose agent was never started', () =>
		play({workflow: 'chain', deaths: [rightBefore('supervisor.start', 'plan'), ...around('store.endAttempt'), ...around('store.takeOverRun')]}));
});

describe('kill -9 of rad while an agent is granted a restore', () => {
	const CALLS = ['store.openRequest', 'store.decideRequest', 'checkpoints.restore', 'store.recordRestore'];

	it.concurrent('that it asks for in its last message', () =>
		play({workflow: 'undo', deaths: [...CALLS.flatMap(call => around(call)), ...around('store.endAttempt', 'ask')]}));

	it.concurrent('that it asks for by command', () =>
		play({
			workflow: 'command',
			deaths: [
				rightAfter('store.decideRequest'),
				...around('checkpoints.restore'),
				...around('store.recordRestore'),
				...around('store.endAttempt', 'ask'),
			],
		}));

	it.concurrent('and is killed again while it begins', () =>
		play({workflow: 'undo', deaths: [rightBefore('checkpoints.restore'), rightBefore('checkpoints.restore')]}));
});

describe('kill -9 of rad around the work trees of steps', () => {
	it.concurrent('loses no work and merges none twice', async () => {
		const folder = path.join(base, 'trees');
		mkdirSync(folder);
		const scratch = await makeScratch(folder, {trees: TREES});
		const calls = ['worktrees.openBranch', 'worktrees.prepare', 'worktrees.capture', 'worktrees.merge', 'store.noteMerge', 'worktrees.remove'];
		let id: string | undefined;
		for (const death of calls.flatMap(call => around(call))) {
			const env = {[DEATH]: JSON.stringify(death)};
			const {code, stderr} = await rad(id === undefined ? ['run', 'trees'] : ['resume', id], {...scratch, program, env});
			expect(code, `${JSON.stringify(death)} did not come: ${stderr}`).toBeNull();
			id ??= (await runOf(scratch)).id;
		}

		expect(await rad(['resume', id ?? ''], scratch)).toMatchObject({code: 0});

		expect(scratch.git('log', '--format=%s', `main..rad/${id}`).trim().split('\n')).toEqual(['two', 'one']);
		expect(scratch.git('show', `rad/${id}:ledger`)).toBe('one\ntwo\n');
		expect(scratch.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
	});
});

/** Each step that is done again would write a second line: it goes on in the work tree that it had. */
const TREES = `version: 1
defaults: { workspace: worktree }
steps:
  - { id: one, run: echo one >> ledger }
  - { id: two, run: echo two >> ledger }
`;

describe('kill -9 of the built program at a random moment', () => {
	it(`loses nothing and does nothing twice, ${KILLS} times`, {timeout: HANG_MS}, async () => {
		const rounds = Array.from({length: Math.ceil(KILLS / KILLS_PER_ROUND)}, (_, index) => index);

		const kills = await Promise.all(
			rounds.map(async index => {
				let hits = 0;
				await withWorkspace(async workspace => {
					const workflow = index % 2 === 0 ? 'chain' : 'undo';
					hits = await playRandomRound(workspace, workflow, stories[workflow], KILLS_PER_ROUND);
				});
				return hits;
			}),
		);

		// Without these the test would prove nothing: some came too late, when the run was over.
		expect(kills.reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(KILLS / 2);
	});
});
