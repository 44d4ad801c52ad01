import {describe, expect, it} from 'vitest';
import {toSegments} from '../../../source/views/segments.ts';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

describe('the characters of a painted text', () => {
	it.each([
		'',
		'plain',
		'\u001B[1;31m● running\u001B[0m ▁▂▃ │ Grüße',
		'\u001B]8;;x\u0007\u001B\u001B[0m',
		'a\r\nb\tc\u0000',
		'e\u0301 and 漢字 and 👩‍👩‍👧 in \u001B[2mcolour\u001B[22m',
		'🇩🇪🇫🇷 ✔\uFE0F a\u200D',
	])('are those of the segmenter: %j', text => {
		const wanted = Array.from(segmenter.segment(text), ({segment, index}) => ({segment, index}));
		expect(Array.from(toSegments(text), ({segment, index}) => ({segment, index}))).toEqual(wanted);
	});
});
