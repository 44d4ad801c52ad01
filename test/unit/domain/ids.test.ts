import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {findByPrefix} from '../../../source/domain/find-by-prefix.ts';
import {type CheckpointId, createIds, isIdPrefix, matchId, parseId, type RunId} from '../../../source/domain/ids.ts';

const START = Date.UTC(2026, 0, 1);

describe('createIds', () => {
	it('makes ids that parse and carry their kind', () => {
		const ids = createIds({now: () => START, randomInt: () => 7});

		expect(ids.next('run')).toMatch(/^run_[0-9a-z]{10}$/);
		expect(parseId('cp', ids.next('cp'))).toBeDefined();
		expect(parseId('run', ids.next('cp'))).toBeUndefined();
	});

	it('makes greater ids whatever the clock and the random do', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.integer({min: -5000, max: 5000}), fc.nat(32_767)), {minLength: 2, maxLength: 50}), steps => {
				let index = 0;
				const at = (): readonly [number, number] => steps[Math.min(index, steps.length - 1)] ?? [0, 0];
				const ids = createIds({now: () => START + at()[0], randomInt: () => at()[1]});
				const made = steps.map(() => {
					const id = ids.next('agt');
					index += 1;
					return id;
				});

				expect([...made].sort()).toEqual(made);
				expect(new Set(made).size).toBe(made.length);
			}),
		);
	});

	it('sorts ids of different milliseconds by time', () => {
		const early = createIds({now: () => START, randomInt: below => below - 1}).next('run');
		const late = createIds({now: () => START + 100, randomInt: () => 0}).next('run');

		expect(early < late).toBe(true);
	});
});

describe('parseId', () => {
	it.each([
		'',
		'run_',
		'run_-f',
		'run_../../etc',
		'run_0123456789a',
		'run_012345678i',
		'RUN_0123456789',
		'HEAD',
		'--hard',
		`run_${'0'.repeat(1_000_000)}`,
	])('refuses %j', text => {
		expect(parseId('run', text.slice(0, 2_000_000))).toBeUndefined();
	});
});

describe('matchId', () => {
	const ids = ['run_0aaaaaaaaa', 'run_0aaaaaaabb', 'run_0cccccccc1'] as RunId[];

	it('finds one by a unique beginning, with and without the kind', () => {
		expect(matchId('run', '0c', ids)).toEqual({kind: 'one', id: ids[2]});
		expect(matchId('run', 'run_0c', ids)).toEqual({kind: 'one', id: ids[2]});
	});

	it('tells every candidate of an ambiguous beginning', () => {
		expect(matchId('run', '0a', ids)).toEqual({kind: 'many', ids: [ids[0], ids[1]]});
	});

	it('finds nothing for what cannot begin an id', () => {
		expect(matchId('run', '', ids)).toEqual({kind: 'none'});
		expect(matchId('run', '-f', ids)).toEqual({kind: 'none'});
		expect(isIdPrefix('run', 'run_')).toBe(false);
	});
});

describe('findByPrefix', () => {
	const ids = ['cp_0aaaaaaaaa', 'cp_0aaaaaaabb', 'cp_0cccccccc1'] as CheckpointId[];

	it('finds the one that begins with the text', () => {
		expect(findByPrefix('cp', 'cp_0c', ids)).toBe(ids[2]);
	});

	it.each(['cp_', 'cp', 'c', ''])('says of %j that more characters are needed', text => {
		expect(() => findByPrefix('cp', text, ids)).toThrow(
			expect.objectContaining({
				code: 'ID_AMBIGUOUS',
				message: `"${text}" begins the id of every checkpoint: more characters are needed.`,
				hint: `type more characters of one of: ${ids.join(', ')}`,
			}) as Error,
		);
	});

	it('takes the kind for the beginning of an id where one begins so', () => {
		expect(findByPrefix('cp', 'c', [...ids, 'cp_c000000000' as CheckpointId])).toBe('cp_c000000000');
	});

	it.each([
		['cp_', 'ID_INVALID'],
		['agt_0', 'ID_INVALID'],
		['cp_9', 'CHECKPOINT_UNKNOWN'],
	])('fails for %j in a workspace without any', (text, code) => {
		expect(() => findByPrefix('cp', text, [])).toThrow(expect.objectContaining({code}) as Error);
	});

	it('tells what an ambiguous beginning could be', () => {
		expect(() => findByPrefix('cp', '0a', ids)).toThrow('"0a" is the beginning of the ids of 2 checkpoints.');
	});
});
