import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import type {Scratch} from '../../support/scratch-repo.ts';
import {type Fate, type GitWrapper, installGitWrapper, type Point, SYSCALLS, toPoints} from './git-wrapper.ts';
import {type Broken, checkStore, nextOf, outsideOf, playRound, type RoundEnd, runRad} from './rounds.ts';
import {createTwoSidedRepo, disturb, type Known, type TwoSidedRepo} from './two-sided-repo.ts';
import {buildWorker, startWorker, toOrder, type Worker} from './workers.ts';

// Each kill costs about half a second; `all` kills at every system call that changes something, twice where it is git's.
const IS_ALL = process.env['RAD_TEST_SYSCALLS'] === 'all';
const SAMPLE = 120;
// Of each of nine kinds of difference between the two trees: enough for each kind of system call, few enough to kill at all of them.
const SIZE = 8;
const HANG_MS = 3_600_000;
// Of the machine, not of a package.
const STRACE = 'strace';

/** Why system calls cannot be hit here; empty when they can. */
const findObstacle = (): string => {
	const {error, status, stderr} = spawnSync(STRACE, ['-qq', '-o', '/dev/null', '-e', 'inject=openat:signal=KILL:when=1', 'true'], {
		encoding: 'utf8',
	});
	if (error !== undefined) return 'no strace here';
	return status === null || status === 137 ? '' : `strace may not trace here: ${stderr.trim().split('\n')[0]}`;
};

const OBSTACLE = findObstacle();

const made: Scratch[] = [];
afterEach(() => {
	for (const repo of made.splice(0)) repo.remove();
});

/** Lets strace follow a running program, but no program that it starts; resolves when it does. `ended` tells that it wrote everything. */
const attachStrace = (pid: number, ...options: readonly string[]): Promise<{readonly ended: Promise<void>}> =>
	new Promise((resolve, reject) => {
		const strace = spawn(STRACE, ['-f', '-b', 'execve', '-p', String(pid), ...options], {stdio: ['ignore', 'ignore', 'pipe']});
		const ended = new Promise<void>(end => strace.once('close', () => end()));
		let said = '';
		strace.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			if (said.includes('attached')) resolve({ended});
		});
		strace.once('error', reject);
		void ended.then(() => reject(new Error(said)));
	});

type Stage = TwoSidedRepo & {readonly wrapper: GitWrapper; readonly program: string};

const createStage = async (): Promise<Stage> => {
	const two = await createTwoSidedRepo(SIZE);
	made.push(two.repo);
	await runRad(two.repo, 'init');
	const git = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim();
	return {...two, wrapper: installGitWrapper(two.repo, git), program: buildWorker(two.repo.base)};
};

const order = ({repo, wrapper}: Stage, worker: Worker, {checkpoint}: Known): void =>
	worker.order(toOrder({...repo, environment: wrapper.environment}, checkpoint.id));

/** Restores three times, and the last time writes down every system call of rad and of its gits. The work tree is the right one afterwards. */
const recordPoints = async (stage: Stage): Promise<Point[]> => {
	const {repo, left, right, wrapper, program} = stage;
	const trace = join(repo.base, 'rad.trace');
	for (const [round, target] of [right, left, right].entries()) {
		disturb(repo, round);
		const worker = await startWorker(program);
		if (round === 2) wrapper.record();
		const straced = round === 2 ? await attachStrace(worker.pid, '-o', trace, '-e', `trace=${SYSCALLS.join(',')}`) : undefined;
		order(stage, worker, target);
		expect(await worker.ended).toBe('done');
		await straced?.ended;
	}
	const points = [...toPoints('rad', readFileSync(trace, 'latin1')), ...wrapper.points()];
	wrapper.pass();
	return points;
};

type Shot = Point & {readonly fate: Fate};

/** All points with all fates; or those where rad itself takes a step, the first of each kind, and of the others as many as fit, evenly. */
const chooseShots = (points: readonly Point[]): Shot[] => {
	if (IS_ALL) return points.flatMap(point => (point.actor === 'rad' ? [toShot(point, 0)] : [toShot(point, 0), toShot(point, 1)]));
	const kinds = new Set<string>();
	const isFirst = ({actor, syscall}: Point): boolean => {
		const known = kinds.size;
		return kinds.add(`${actor} ${syscall}`).size > known;
	};
	const isStep = ({actor, syscall}: Point): boolean => actor === 'rad' && syscall !== 'write' && syscall !== 'openat';
	const wanted = new Set(points.filter(point => isFirst(point) || isStep(point)));
	const others = points.filter(point => !wanted.has(point));
	const step = others.length / Math.max(1, SAMPLE - wanted.size);
	const isDue = (index: number): boolean => Math.floor(index / step) > Math.floor((index - 1) / step);
	for (const point of others.filter((_, index) => isDue(index))) wanted.add(point);
	return points.filter(point => wanted.has(point)).map(toShot);
};

// One of three gits dies alone.
const toShot = (point: Point, index: number): Shot => ({...point, fate: point.actor !== 'rad' && index % 3 === 1 ? 'git alone' : 'everything'});

const restoreAndShoot = async (stage: Stage, worker: Worker, target: Known, shot: Shot): Promise<Broken & {readonly isHit: boolean}> => {
	const {wrapper} = stage;
	const {actor, syscall, when, fate} = shot;
	if (actor === 'rad') {
		// It also forgets the gits of the rounds before, through whose numbers each new one would have to count.
		wrapper.pass();
		const straced = await attachStrace(worker.pid, '-o', '/dev/null', '-e', `trace=${syscall}`, '-e', `inject=${syscall}:signal=KILL:when=${when}`);
		order(stage, worker, target);
		const word = await worker.ended;
		await straced.ended;
		return {word, isHit: word === 'killed', isQuiet: true, story: `rad killed at its ${syscall} ${when}`};
	}
	wrapper.kill(shot, fate);
	order(stage, worker, target);
	const word = await worker.ended;
	const isHit = wrapper.hasKilled();
	wrapper.pass();
	return {word, isHit, isQuiet: true, story: `${fate === 'everything' ? 'rad and git' : 'git'} killed at the ${syscall} ${when} of ${actor}`};
};

type ShotEnd = RoundEnd & {readonly shot: Shot; readonly isHit: boolean};

const play = async (stage: Stage, shots: readonly Shot[]): Promise<ShotEnd[]> => {
	const {repo, left, program} = stage;
	const ends: ShotEnd[] = [];
	let target = left;
	let waiting = startWorker(program);
	for (const [round, shot] of shots.entries()) {
		const worker = await waiting;
		waiting = startWorker(program);
		disturb(repo, round);
		let isHit = false;
		const breakRestore = async (): Promise<Broken> => {
			const broken = await restoreAndShoot(stage, worker, target, shot);
			isHit = broken.isHit;
			return broken;
		};
		const end = await playRound({repo, target, next: nextOf(round), breakRestore});
		target = end.nextTarget;
		ends.push({...end, shot, isHit});
	}
	(await waiting).kill('alone');
	return ends;
};

describe.skipIf(OBSTACLE !== '')(`kill -9 of a restore at a system call${OBSTACLE === '' ? '' : ` (skipped: ${OBSTACLE})`}`, () => {
	it(`leaves the target or the work of before after the next operation, at ${IS_ALL ? 'all' : SAMPLE} of them`, {timeout: HANG_MS}, async () => {
		const stage = await createStage();
		const outside = outsideOf(stage.repo);
		const points = await recordPoints(stage);
		const shots = chooseShots(points);

		const ends = await play(stage, shots);

		expect(outsideOf(stage.repo)).toBe(outside);
		expect(checkStore(stage.repo)).toBe('');
		// Without these the test would prove nothing: nearly every shot hit, of each kind of system call some, and some in the middle of writing.
		const hits = ends.filter(({isHit}) => isHit);
		expect(hits.length).toBeGreaterThan(shots.length * 0.8);
		expect(new Set(hits.map(({shot}) => shot.syscall))).toEqual(new Set(points.map(({syscall}) => syscall)));
		expect(hits.filter(({wasTorn}) => wasTorn).length).toBeGreaterThan(0);
		expect(new Set(hits.map(({outcome}) => outcome))).toEqual(new Set(['before', 'target']));
	});
});
