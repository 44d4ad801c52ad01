import type {Key} from 'ink';
import {describe, expect, test} from 'vitest';
import {createKeyReader} from '../../../source/tui/keys.ts';

const NO_FLAGS = {ctrl: false, meta: false, return: false, tab: false, shift: false} as Key;
const BEGIN = ['[200~', {}] as const;
const END = ['[201~', {}] as const;

/** What comes of events, each an input with the flags of its key. */
const read = (...events: ReadonlyArray<readonly [string, Partial<Key>]>) => {
	const readKeys = createKeyReader();
	return events.flatMap(([input, flags]) => readKeys(input, {...NO_FLAGS, ...flags}));
};

describe('a paste', () => {
	test('is one text and no keys, also in pieces and with line breaks', () => {
		expect(read(BEGIN, ['r', {}], ['y q', {}], ['', {return: true}], ['end', {}], END, ['j', {}])).toEqual([
			{type: 'pasted', text: 'ry q end'},
			{type: 'key-pressed', key: 'j'},
		]);
	});

	test('leaves out keys and control sequences within it', () => {
		expect(read(BEGIN, ['a', {}], ['', {upArrow: true}], ['[2J', {}], ['x', {meta: true}], ['d', {ctrl: true}], BEGIN, ['b', {}], END)).toEqual([
			{type: 'pasted', text: 'ab'},
		]);
	});

	test('of any size is kept in part', () => {
		const [message] = read(BEGIN, ...Array.from({length: 100}, () => ['x'.repeat(10_000), {}] as const), END);

		expect(message).toMatchObject({type: 'pasted', text: expect.stringMatching(/^x{4096}$/)});
	});

	test('that never ends is ended by Ctrl+C', () => {
		expect(read(BEGIN, ['abc', {}], ['c', {ctrl: true}], ['q', {}])).toEqual([
			{type: 'key-pressed', key: 'ctrl+c'},
			{type: 'key-pressed', key: 'q'},
		]);
	});
});

test('an end without a beginning is nothing', () => {
	expect(read(END, ['j', {}])).toEqual([{type: 'key-pressed', key: 'j'}]);
});
