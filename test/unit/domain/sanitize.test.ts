import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createSanitizer, sanitizeLine, sanitizeText} from '../../../source/domain/sanitize.ts';

const ESC = '\x1b';

const CASES: ReadonlyArray<readonly [name: string, dirty: string, clean: string]> = [
	['plain text', 'a line\twith tab\n', 'a line\twith tab\n'],
	['T1 clipboard by OSC 52', `a${ESC}]52;c;aGk=\x07b`, 'ab'],
	['T2 title, ended by ST', `a${ESC}]2;title${ESC}\\b`, 'ab'],
	['T2 title with letters beyond ASCII', `a${ESC}]0;título 日本 😀\x07b`, 'ab'],
	['T3 hyperlink keeps its label', `${ESC}]8;;https://example.org${ESC}\\label${ESC}]8;;${ESC}\\`, 'label'],
	['T4 colours, with semicolons and colons', `${ESC}[1;31mred${ESC}[0m${ESC}[38:2::1:2:3mx${ESC}[m`, 'redx'],
	['T4 screen, cursor, modes, queries', `${ESC}[2J${ESC}[H${ESC}[?1049h${ESC}[?1003h${ESC}[6n${ESC}[>c${ESC}[8;1;1tok`, 'ok'],
	['T4 keyboard modes with odd parameters', `${ESC}[>1u${ESC}[=1u${ESC}[>4;2mok`, 'ok'],
	['T4 reset, alignment test, charset', `${ESC}c${ESC}#8${ESC}(B${ESC}%Gok`, 'ok'],
	['T5 C1 forms of CSI, OSC and DCS', '\x9b2Ja\x9d52;c;aGk=\x9cb\x90q\x9cc', 'abc'],
	['T6 sixel, kitty graphics, PM, SOS', `${ESC}Pq#0;2~-${ESC}\\a${ESC}_Gf=24;AAAA${ESC}\\b${ESC}^x${ESC}\\c${ESC}Xx${ESC}\\d`, 'abcd'],
	['T6 tmux passthrough of a clipboard write', `a${ESC}Ptmux;${ESC}${ESC}]52;c;aGk=\x07${ESC}\\b`, 'ab'],
	['T6 BEL does not end a device string', `a${ESC}Pq\x07q${ESC}\\b`, 'ab'],
	['T7 a sequence that would form after one pass', `${ESC}${ESC}[31m]52;c;aGk=\x07`, ']52;c;aGk=\ufffd'],
	['T9 an OSC that never ends is abandoned at a line break', `a${ESC}]0;lost\nkept`, 'a\nkept'],
	['a string that CAN cancels', `a${ESC}]0;lost\x18kept`, 'akept'],
	['a string that SUB cancels', `a${ESC}Plost\x1akept`, 'akept'],
	['a string that another sequence cancels', `a${ESC}]0;lost${ESC}[31mkept`, 'akept'],
	['a CSI cut by a letter beyond ASCII', `a${ESC}[12é`, 'aé'],
	['a CSI cut by a line break', `a${ESC}[12\nb`, 'a\nb'],
	['a sequence cut by the end', `a${ESC}[12`, 'a'],
	['a lone ESC at the end', `a${ESC}`, 'a'],
	['T10 CR, CRLF and LF', 'real\rfake\r\nnext\n\r\n', 'real\nfake\nnext\n\n'],
	['T11 other controls', 'a\b\x7f\v\f\x0e\x0f\0\x07\x18\x85\x9cz', `a${'\ufffd'.repeat(11)}z`],
	['T12 bidirectional controls', '\u202eevil\u2066\u200f\u061c', '⟨U+202E⟩evil⟨U+2066⟩⟨U+200F⟩⟨U+061C⟩'],
	['T12 line and paragraph separators', 'a\u2028b\u2029c', 'a⟨U+2028⟩b⟨U+2029⟩c'],
	['T13 two hundred marks on one cell', `e${'\u0301'.repeat(200)}x`, `e${'\u0301'.repeat(8)}x`],
	['T13 marks counted through removed sequences', `e${`\u0301${ESC}[m`.repeat(20)}`, `e${'\u0301'.repeat(8)}`],
	['T13 hidden text in tag characters', `a${'\u{e0041}'.repeat(50)}`, `a${'\u{e0041}'.repeat(8)}`],
	['T13 lone surrogates', 'a\ud83db\ude00\ud83d', 'a\ufffdb\ufffd\ufffd'],
	['T13 surrogates that a removed sequence would join', `\ud83d${ESC}[m\ude00`, '\ufffd\ufffd'],
	[
		'emoji, joined families, flags, accents',
		'👨‍👩‍👧‍👦 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} é 日本語',
		'👨‍👩‍👧‍👦 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} é 日本語',
	],
];

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
	it.each(CASES)('cleans: %s', (_, dirty, clean) => {
		const result = sanitizeText(dirty);

		expect(result).toBe(clean);
	});

	it('reads text again after 4,096 characters of a string that never ends', () => {
		const result = sanitizeText(`${ESC}]0;${'x'.repeat(10_000)}`);

		expect(result).toBe('x'.repeat(10_000 + 4 - 4096));
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
	it.each(CASES)('gives the same for every cut in two: %s', (_, dirty, clean) => {
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
