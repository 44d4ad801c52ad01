import {describe, expect, it} from 'vitest';
import type {LogKind} from '../../../source/domain/records.ts';
import {SHOWN_KINDS, toLineTest} from '../../../source/views/log-filter.ts';
import {aLogLine} from '../../support/builders.ts';

const NOTHING = {level: undefined, text: undefined, since: undefined};
const lines = [
	...SHOWN_KINDS.all.map((kind, index) => aLogLine('said', {kind, at: index})),
	aLogLine('An ERROR (404) of Äpfel', {kind: 'out', at: 100}),
];

const find = (filter: Partial<Parameters<typeof toLineTest>[0]>): readonly number[] =>
	lines.filter(toLineTest({...NOTHING, ...filter}) ?? (() => true)).map(({at}) => at);

describe('toLineTest', () => {
	it('is nothing where every line is wanted', () => {
		expect(toLineTest(NOTHING)).toBeUndefined();
		expect(toLineTest({level: 'all', text: '', since: undefined})).toBeUndefined();
	});

	it.each(['said', 'done', 'problems'] as const)('lets through the kinds of the level %s', level => {
		const kinds = new Set<LogKind>(SHOWN_KINDS[level]);

		expect(find({level})).toEqual(lines.filter(({kind}) => kinds.has(kind)).map(({at}) => at));
	});

	it.each([
		['error', [100]],
		['äPFEL', [100]],
		['(404)', [100]],
		['.*', []],
		['r (4', [100]],
	])('finds %s as plain text, whatever its case', (text, found) => {
		expect(find({text})).toEqual(found);
	});

	it('lets through what was written at a time or later', () => {
		expect(find({since: 6})).toEqual([6, 100]);
	});

	it('wants all of it at once', () => {
		expect(find({level: 'said', text: 'said', since: 2})).toEqual([2, 6]);
	});
});
