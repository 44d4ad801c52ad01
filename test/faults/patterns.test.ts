import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {ROOT} from '../support/doc-page.ts';
import {collectPatterns, findSlowText} from '../support/patterns.ts';

const {patterns, made} = collectPatterns(path.join(ROOT, 'source'));

/** Slow ones that are given nothing long. */
const SHORT_TEXTS: Readonly<Record<string, string>> = {
	'\\B(?=(\\d{3})+$)': 'the digits of one number',
	'0+$': 'the decimals of one price',
	'\\S*\\s*$': 'what a user types into one field, of 500 characters at most',
};

describe('a regular expression of the source', () => {
	it.each(patterns.filter(({source}) => !(source in SHORT_TEXTS)).map(pattern => [pattern.place, pattern] as const))(
		'takes a time that grows as the text does: %s',
		(_, pattern) => {
			expect(findSlowText(pattern)).toBeUndefined();
		},
	);

	it('is listed here only if it is there', () => {
		expect(Object.keys(SHORT_TEXTS).filter(source => !patterns.some(pattern => pattern.source === source))).toEqual([]);
	});

	it('is made of a text in known places only', () => {
		expect(made).toEqual([
			'agents/adopted/hook-engines.ts',
			// What agents hand over: it is given up when its time is over.
			'agents/engines/api/tools/line-matcher.ts',
			'domain/sanitize.ts',
			'logs/log-line.ts',
			// Of the table of prices, which comes with rad.
			'telemetry/price-index.ts',
			// A plain text, escaped.
			'views/log-filter.ts',
			'workspace/find-workspace.ts',
		]);
	});
});

describe('a pattern that takes longer than its text', () => {
	it.each([/\s+$/, /(\d+)\.(\d+)/, /^(?:a+)+$/, /\[redacted:([^\]]+)\]/g, /(\d+)\s*([dhms])/gi])('is found: %s', ({source, flags}) => {
		expect(findSlowText({source, flags})).toBeDefined();
	});
});
