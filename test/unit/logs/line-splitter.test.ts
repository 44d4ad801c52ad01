import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createLineSplitter} from '../../../source/logs/line-splitter.ts';

const split = (pieces: readonly Buffer[], maxBytes = 1024): readonly string[] => {
	const splitter = createLineSplitter({maxBytes});
	return [...pieces.flatMap(piece => splitter.write(piece)), ...splitter.end()];
};

const cutAt = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
	const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
	return places.slice(1).map((to, index) => bytes.subarray(places[index], to));
};

describe('createLineSplitter', () => {
	it('cuts at LF and CRLF and gives the last line without an end', () => {
		const lines = split([Buffer.from('one\ntwo\r\n\nlast')]);

		expect(lines).toEqual(['one', 'two', '', 'last']);
	});

	it('gives nothing for nothing, and no line after the last line break', () => {
		expect(split([])).toEqual([]);
		expect(split([Buffer.from('a\n')])).toEqual(['a']);
	});

	it('keeps a character that is split over two pieces', () => {
		const bytes = Buffer.from('日本\n😀');

		for (let cut = 0; cut <= bytes.length; cut += 1) expect(split(cutAt(bytes, [cut]))).toEqual(['日本', '😀']);
	});

	it('gives the same lines however the bytes are cut', () => {
		const bytes = fc.oneof(
			fc.uint8Array({maxLength: 200}),
			fc.string({unit: fc.constantFrom('a', '\n', '\r', 'é', '語', '😀')}).map(text => Buffer.from(text)),
		);
		fc.assert(
			fc.property(bytes, fc.array(fc.nat(200), {maxLength: 8}), fc.integer({min: 1, max: 20}), (array, cuts, maxBytes) => {
				expect(split(cutAt(Buffer.from(array), cuts), maxBytes)).toEqual(split([Buffer.from(array)], maxBytes));
			}),
			{numRuns: 1000},
		);
	});

	it('does not keep the buffer it was given', () => {
		const splitter = createLineSplitter({maxBytes: 100});
		const buffer = Buffer.from('first');
		splitter.write(buffer);
		buffer.fill('x');

		const lines = splitter.write(Buffer.from('\n'));

		expect(lines).toEqual(['first']);
	});

	it('keeps a line of exactly the cap and marks a longer one', () => {
		const lines = split([Buffer.from(`${'a'.repeat(10)}\n${'b'.repeat(1500)}\nc`)], 10);

		expect(lines).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb…(+1,490 bytes)', 'c']);
	});

	it('never halves a character where it cuts', () => {
		expect(split([Buffer.from(`${'a'.repeat(9)}😀😀`)], 11)).toEqual(['aaaaaaaaa…(+8 bytes)']);
		expect(split([Buffer.from('aé語')], 3)).toEqual(['aé…(+3 bytes)']);
	});

	it('replaces bytes that are no UTF-8 and goes on', () => {
		expect(split([Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0x62])])).toEqual(['a\ufffd\ufffd', 'b']);
		expect(split([Buffer.from([0xff, 0xbf, 0xbf, 0xbf, 0xbf, 0xbf])], 4)).toEqual(['\ufffd\ufffd\ufffd\ufffd…(+2 bytes)']);
	});

	it('counts a line of a gigabyte without keeping it', () => {
		const splitter = createLineSplitter({maxBytes: 64 * 1024});
		const piece = Buffer.alloc(1024 * 1024, 'x');
		const before = process.memoryUsage();

		for (let count = 0; count < 1024; count += 1) splitter.write(piece);
		const [line] = splitter.write(Buffer.from('\n'));

		const after = process.memoryUsage();
		expect(line?.slice(64 * 1024)).toBe('…(+1,073,676,288 bytes)');
		expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(32e6);
	});
});
