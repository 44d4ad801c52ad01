import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createSanitizer, sanitizeLine, sanitizeText} from '../../../source/domain/sanitize.ts';
import {DIRTY_TEXTS} from '../../support/dirty-texts.ts';

const ESC = '\x1b';

const inPieces = (pieces: readonly string[]): string => {
	const sanitizer = createSanitizer();
	return pieces.map(sanitizer.write).join('') + sanitizer.end();
};

/** Text made of what means something to the machine, so that random texts meet every branch. */
const hostileText = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				ESC,
				'[',
				']',
				'P',
				'\\',
				'_',
				'0;',
				'31m',
				'\x07',
				'\x9b',
				'\x9d',
				'\x90',
				'\x9c',
				'\r',
				'\n',
				'\t',
				'\x18',
				'\x85',
				'\ud83d',
				'\ude00',
			),
			fc.constantFrom('\u0301', '\u202e', '\u2028', '\u200d', 'a', 'é', '語', '😀', '(', '#', ' ', '\0', '\x7f'),
			fc.string({unit: 'binary', maxLength: 4}),
		),
		{maxLength: 60},
	)
	.map(parts => parts.join(''));

describe('sanitizeText', () => {
	it.each(DIRTY_TEXTS)('cleans: %s', (_, dirty, clean) => {
		const result = sanitizeText(dirty);

		expect(result).toBe(clean);
	});

	it('reads text again after 4,096 characters of a string that never ends', () => {
		const result = sanitizeText(`${ESC}]0;${'x'.repeat(10_000)}`);

		expect(result).toBe('x'.repeat(10_000 + 4 - 4096));
	});

	it('keeps nothing of a gigabyte after a title that never ends', {timeout: 120_000}, () => {
		const sanitizer = createSanitizer();
		const piece = 'x'.repeat(1024 * 1024);
		const before = process.memoryUsage().heapUsed;
		let length = sanitizer.write(`${ESC}]0;`).length;

		for (let count = 0; count < 1024; count += 1) length += sanitizer.write(piece).length;

		expect(length).toBe(1024 ** 3 + 4 - 4096);
		expect(sanitizer.write('\nnext')).toBe('\nnext');
		expect(process.memoryUsage().heapUsed - before).toBeLessThan(64e6);
	});

	it('cleans twice what it cleans once', () => {
		fc.assert(
			fc.property(hostileText, text => sanitizeText(sanitizeText(text)) === sanitizeText(text)),
			{numRuns: 2000},
		);
	});

	it('lets no control character through but line break and tab', () => {
		fc.assert(
			fc.property(hostileText, text => {
				expect(sanitizeText(text)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
				expect(sanitizeText(text)).not.toMatch(/\p{Surrogate}/u);
			}),
			{numRuns: 2000},
		);
	});

	it('keeps printable ASCII as it is', () => {
		fc.assert(fc.property(fc.string(), text => sanitizeText(text) === text));
	});
});

describe('createSanitizer', () => {
	it.each(DIRTY_TEXTS)('gives the same for every cut in two: %s', (_, dirty, clean) => {
		for (let cut = 0; cut <= dirty.length; cut += 1) expect(inPieces([dirty.slice(0, cut), dirty.slice(cut)])).toBe(clean);
		expect(inPieces(dirty.split(''))).toBe(clean);
	});

	it('gives the same however a text is cut', () => {
		fc.assert(
			fc.property(hostileText, fc.array(fc.nat(80), {maxLength: 10}), (text, cuts) => {
				const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
				const pieces = places.slice(1).map((to, index) => text.slice(places[index], to));
				expect(inPieces(pieces)).toBe(sanitizeText(text));
			}),
			{numRuns: 2000},
		);
	});

	it('begins anew after its end', () => {
		const sanitizer = createSanitizer();

		const first = sanitizer.write(`a${ESC}]0;unfinished`) + sanitizer.end();
		const second = sanitizer.write('\nb') + sanitizer.end();

		expect([first, second]).toEqual(['a', '\nb']);
	});
});

describe('sanitizeLine', () => {
	it('keeps everything on one line', () => {
		expect(sanitizeLine('a\tb\r\nc\rd')).toBe('a b c d');
	});
});
