import {describe, expect, it} from 'vitest';
import type {Question} from '../../../source/domain/question.ts';
import {describeLimit} from '../../../source/views/questions.ts';

const NOW = 1_700_000_000_000;
const question = (change: Partial<Question>): Question => ({
	about: 'gate',
	message: 'Go on?',
	show: [],
	outputs: {},
	until: NOW + 90 * 60_000,
	onTimeout: 'reject',
	...change,
});

describe('describeLimit', () => {
	it.each([
		['no answer within 1h30m is a No', question({})],
		['no answer within 1h30m is a Yes', question({onTimeout: 'approve'})],
		['the time for an answer is over; that is a No', question({until: NOW})],
		['it goes on by itself in 1h30m', question({about: 'usage-limit', onTimeout: 'approve'})],
		['it goes on by itself now', question({about: 'usage-limit', onTimeout: 'approve', until: NOW - 1})],
		[null, question({until: null})],
	])('says: %s', (words, asked) => {
		expect(describeLimit(asked, NOW)).toBe(words);
	});
});
