import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {sanitizeLine} from '../../../source/domain/sanitize.ts';
import {formatLogLine, parseLogLine, parseLogLines} from '../../../source/logs/log-line.ts';

const AT = Date.UTC(2026, 4, 1, 10);

describe('a line of a log', () => {
	it('begins with its time and its kind', () => {
		expect(formatLogLine({at: AT, kind: 'tool', text: 'Write a.txt'})).toBe('2026-05-01T10:00:00.000Z tool│ Write a.txt');
	});

	it('is read as it was written', () => {
		const kinds = fc.constantFrom('out', 'err', 'text', 'think', 'tool', 'result', 'rad');
		fc.assert(
			fc.property(fc.nat(4e12), kinds, fc.string({unit: 'grapheme'}).map(sanitizeLine), (at, kind, text) => {
				expect(parseLogLine(formatLogLine({at, kind, text}), 0)).toEqual({at, kind, text});
			}),
		);
	});

	it('of any other shape is output at the given time', () => {
		for (const line of ['', 'rad│ done', '2026-05-01T10:00:00.000Z boss│ x', '2026-99-99T10:00:00.000Z out│ x', ' 2026-05-01T10:00:00.000Z out│ x'])
			expect(parseLogLine(line, AT)).toEqual({at: AT, kind: 'out', text: line});
	});

	it('that an agent wrote into the file itself is sanitised when it is read', () => {
		const {text} = parseLogLine('2026-05-01T10:00:00.000Z out│ a\x1b]52;c;aGk=\x07b\rc', 0);

		expect(text).toBe('ab c');
	});

	it('without a time has that of the line before', () => {
		const lines = parseLogLines(['first', '2026-05-01T10:00:00.000Z out│ a', 'torn'], 7);

		expect(lines.map(({at}) => at)).toEqual([7, AT, AT]);
	});
});
