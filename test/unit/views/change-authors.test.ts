import {describe, expect, test} from 'vitest';
import type {ChangeAuthor} from '../../../source/domain/records.ts';
import {countOwnChanges, formatAuthors, formatAuthorsShort, isChangedByUser} from '../../../source/views/change-authors.ts';
import {anId, aPlannedChange} from '../../support/builders.ts';

const step = (stepId: string, run = 1): ChangeAuthor => ({kind: 'step', runId: anId('run', run), stepId});
const USER: ChangeAuthor = {kind: 'user'};
const RESTORE: ChangeAuthor = {kind: 'restore', checkpointId: anId('cp', 7)};

describe('who changed a file', () => {
	test.each([
		['nobody', [], '', ''],
		['a step', [step('plan')], 'plan', 'plan'],
		['a step of two runs', [step('plan'), step('plan', 2)], 'plan', 'plan'],
		['each kind', [step('plan'), USER, RESTORE], 'plan, you, the restore of cp_0000000007', 'plan, you, a restore'],
		['many steps', ['a', 'b', 'c', 'd'].map(id => step(id)), 'a, b, c, d', 'a, b, 2 more'],
		['many steps and you', [step('a'), step('b'), step('c'), USER], 'a, b, c, you', 'a, b, 1 more, you'],
		['you and many steps', [USER, step('a'), step('b'), step('c')], 'you, a, b, c', 'a, b, 1 more, you'],
	])('%s', (_, authors, long, short) => {
		expect(formatAuthors(authors)).toBe(long);
		expect(formatAuthorsShort(authors)).toBe(short);
	});

	test('is a person when the user is among them', () => {
		expect(isChangedByUser({changedBy: [step('a'), USER]})).toBe(true);
		expect(isChangedByUser({changedBy: [step('you'), RESTORE]})).toBe(false);
	});

	test.each([
		[0, undefined],
		[1, '1 file was changed by you since.'],
		[3, '3 files were changed by you since.'],
	])('is counted: %d', (count, expected) => {
		const changes = [aPlannedChange(), ...Array.from({length: count}, () => aPlannedChange({changedBy: [USER]}))];

		expect(countOwnChanges(changes)).toBe(expected);
	});
});
