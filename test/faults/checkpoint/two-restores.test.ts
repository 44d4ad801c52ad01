import {afterEach, describe, expect, it} from 'vitest';
import {openService} from '../../integration/checkpoint/support.ts';
import type {Scratch} from '../../support/scratch-repo.ts';
import {checkStore, outsideOf, runRad} from './rounds.ts';
import {createTwoSidedRepo, disturb, leftBehind, nameState, stateOf} from './two-sided-repo.ts';
import {buildWorker, startWorker, toOrder} from './workers.ts';

const ROUNDS = 20;
const SIZE = 25;

const made: Scratch[] = [];
afterEach(() => {
	for (const repo of made.splice(0)) repo.remove();
});

describe('two restores at once, of different checkpoints', () => {
	it(`end as one of them, never as a mixture, ${ROUNDS} times`, {timeout: 300_000}, async () => {
		const {repo, left, right} = await createTwoSidedRepo(SIZE);
		made.push(repo);
		await runRad(repo, 'init');
		const program = buildWorker(repo.base);
		const outside = outsideOf(repo);
		const [words, winners]: [string[], string[]] = [[], []];

		for (let round = 0; round < ROUNDS; round += 1) {
			disturb(repo, round);
			const before = stateOf(repo);
			const known = new Set((await (await openService(repo)).list()).map(({id}) => id));
			const workers = await Promise.all([startWorker(program), startWorker(program)]);
			const order = round % 2 === 0 ? [left, right] : [right, left];
			for (const [index, worker] of workers.entries()) worker.order(toOrder(repo, (order[index] ?? left).checkpoint.id));
			const ends = await Promise.all(workers.map(({ended}) => ended));

			const story = `round ${round}: ${ends.join(', ')}`;
			for (const word of ends) expect(word, story).toMatch(/^(?:done|failed (?:CHECKPOINT_BUSY|RESTORE_CONFLICT|INDEX_LOCKED))$/);
			expect(ends, story).toContain('done');
			const winner = nameState(stateOf(repo), {before: left.state, target: right.state});
			expect(winner, story).toMatch(/^(?:target|before)$/);
			expect(leftBehind(repo), story).toEqual([]);
			const service = await openService(repo);
			const first = (await service.list()).findLast(({id}) => !known.has(id));
			expect(first, story).toMatchObject({kind: 'safety'});
			if (first !== undefined && round % 5 === 0) {
				await service.restore(first.id, {signal: new AbortController().signal});
				expect(nameState(stateOf(repo), {before, target: right.state}), story).toBe('before');
			}
			words.push(...ends);
			winners.push(winner);
		}

		expect(outsideOf(repo)).toBe(outside);
		expect(checkStore(repo)).toBe('');
		// No order was forced upon them: each of the two trees came last now and then.
		expect(new Set(winners)).toEqual(new Set(['target', 'before']));
		expect(words).toHaveLength(2 * ROUNDS);
	});
});
