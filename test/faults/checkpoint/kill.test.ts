import {afterEach, describe, expect, it} from 'vitest';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {realClock} from '../../integration/checkpoint/support.ts';
import type {Scratch} from '../../support/scratch-repo.ts';
import {type Broken, checkStore, nextOf, outsideOf, playRound, type RoundEnd, runRad} from './rounds.ts';
import {createTwoSidedRepo, disturb, hasJournal, type TwoSidedRepo} from './two-sided-repo.ts';
import {buildWorker, startWorker, toOrder, type Worker} from './workers.ts';

// Each kill costs about a third of a second; a night can take thousands.
const KILLS = Number(process.env['RAD_TEST_KILLS'] ?? 300);
const KILLS_PER_REPOSITORY = 100;
// Of each of nine kinds of difference between the two trees.
const SIZE = 25;
const HANG_MS = 120_000 + KILLS * 5000;

const made: Scratch[] = [];
afterEach(() => {
	for (const repo of made.splice(0)) repo.remove();
});

/** How and when a restore is killed. */
type Kill = {readonly how: 'alone' | 'with its group'; readonly isAfterJournal: boolean; readonly delayMs: number};

type Durations = {readonly wholeMs: number; readonly writingMs: number};

// Two of three kills fall anywhere in a restore, one of three while files are being written.
const planKill = (round: number, {wholeMs, writingMs}: Durations): Kill => {
	const isAfterJournal = round % 3 === 0;
	return {how: round % 2 === 0 ? 'with its group' : 'alone', isAfterJournal, delayMs: Math.random() * (isAfterJournal ? writingMs : wholeMs)};
};

/** Gives the program its order; `untilJournal` resolves when it is about to write files, or is over. */
const begin = (repo: Scratch, worker: Worker, {id}: Checkpoint) => {
	let isOver = false;
	const ended = worker.ended.finally(() => {
		isOver = true;
	});
	worker.order(toOrder(repo, id));
	const untilJournal = async (): Promise<void> => {
		while (!hasJournal(repo) && !isOver) await realClock.sleep(1);
	};
	return {ended, untilJournal};
};

const restoreAndKill = async (repo: Scratch, worker: Worker, target: Checkpoint, {how, isAfterJournal, delayMs}: Kill): Promise<Broken> => {
	const {ended, untilJournal} = begin(repo, worker, target);
	if (isAfterJournal) await untilJournal();
	await Promise.race([realClock.sleep(delayMs), ended]);
	worker.kill(how);
	const story = `killed ${how}, ${delayMs.toFixed(1)} ms ${isAfterJournal ? 'after it began to write' : 'after its start'}`;
	return {word: await ended, story, isQuiet: how === 'with its group'};
};

/** Measures whole restores, and the part of them in which there is a journal. The work tree is the right one afterwards. */
const measure = async ({repo, left, right}: TwoSidedRepo, program: string): Promise<Durations> => {
	const durations: Durations[] = [];
	for (const {checkpoint} of [right, left, right]) {
		const worker = await startWorker(program);
		const start = realClock.elapsed();
		const {ended, untilJournal} = begin(repo, worker, checkpoint);
		await untilJournal();
		const writing = realClock.elapsed();
		expect(await ended).toBe('done');
		durations.push({wholeMs: realClock.elapsed() - start, writingMs: realClock.elapsed() - writing});
	}
	return {wholeMs: Math.max(...durations.map(({wholeMs}) => wholeMs)), writingMs: Math.max(...durations.map(({writingMs}) => writingMs))};
};

const playBatch = async (kills: number): Promise<RoundEnd[]> => {
	const two = await createTwoSidedRepo(SIZE);
	const {repo} = two;
	made.push(repo);
	await runRad(repo, 'init');
	const program = buildWorker(repo.base);
	const outside = outsideOf(repo);
	const durations = await measure(two, program);
	const ends: RoundEnd[] = [];
	let target = two.left;
	let waiting = startWorker(program);
	for (let round = 0; round < kills; round += 1) {
		const worker = await waiting;
		// Starting takes time that this round can use.
		waiting = startWorker(program);
		disturb(repo, round);
		const breakRestore = () => restoreAndKill(repo, worker, target.checkpoint, planKill(round, durations));
		const end = await playRound({repo, target, next: nextOf(round), breakRestore});
		target = end.nextTarget;
		ends.push(end);
	}
	(await waiting).kill('alone');

	expect(outsideOf(repo)).toBe(outside);
	expect(checkStore(repo)).toBe('');
	return ends;
};

describe('kill -9 of a restore at a random moment', () => {
	it(`leaves the target or the work of before after the next operation, ${KILLS} times`, {timeout: HANG_MS}, async () => {
		const ends: RoundEnd[] = [];

		for (let kills = 0; kills < KILLS; kills += KILLS_PER_REPOSITORY) ends.push(...(await playBatch(Math.min(KILLS_PER_REPOSITORY, KILLS - kills))));

		// Without these the test would prove nothing: restores were hit, some in the middle, some on either side of the point of no return.
		expect(ends.filter(({word}) => word === 'killed').length).toBeGreaterThan(KILLS / 2);
		expect(ends.filter(({wasTorn}) => wasTorn).length).toBeGreaterThan(0);
		expect(ends.filter(({hadJournal}) => hadJournal).length).toBeGreaterThan(0);
		expect(new Set(ends.map(({outcome}) => outcome))).toEqual(new Set(['before', 'target']));
	});
});
