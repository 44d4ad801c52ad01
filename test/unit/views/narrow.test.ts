import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {isNarrow} from '../../../source/views/narrow.ts';

const ALL = Array.from({length: 0xd800}, (_, code) => String.fromCharCode(code));
const NARROW = ALL.filter(isNarrow);

describe('narrow texts', () => {
	it('are as wide as they are long: each character, and each with any other at its side', () => {
		expect(NARROW.length).toBeGreaterThan(1500);
		for (const [index, one] of NARROW.entries()) {
			const other = NARROW[(index * 7919) % NARROW.length] ?? '';
			expect([stringWidth(one), stringWidth(one + other), stringWidth(other + one + other)], one).toEqual([1, 2, 3]);
		}
	});

	it.each([
		['control', '\u0007'],
		['escape', '\u001b[1m'],
		['tab', 'a\tb'],
		['soft hyphen', '\u00ad'],
		['joined', 'e\u0301'],
		['wide', '漢'],
		['emoji', '😀'],
		['emoji by variation', '✔\ufe0f'],
		['right to left', '\u202e'],
	])('are not those with something %s', (_, text) => expect(isNarrow(text)).toBe(false));

	it('are most of what rad draws', () => {
		expect(isNarrow('● running ✓ 12.3k ▁▂▃█ │ ╰─ … ≥ · « Grüße »')).toBe(true);
	});
});
