import {describe, expect, it} from 'vitest';
import {TOPICS} from '../../../source/cli/help-topics.ts';
import {parseDuration} from '../../../source/domain/duration.ts';
import {FAILURES, isFailure, RadError} from '../../../source/domain/failures.ts';
import {parseSize} from '../../../source/domain/size.ts';
import {suggest} from '../../../source/domain/suggest.ts';
import {addTokens, NO_TOKENS, remainingTokens, totalTokens} from '../../../source/domain/tokens.ts';

describe('parseDuration', () => {
	it.each([
		['90s', 90_000],
		['30m', 1_800_000],
		['1h30m', 5_400_000],
		['2d', 172_800_000],
		['7d', 604_800_000],
		['0d', 0],
		['250ms', 250],
		['1d2h3m4s5ms', 93_784_005],
	])('reads %s', (text, durationMs) => {
		expect(parseDuration(text)).toBe(durationMs);
	});

	it.each(['', '90', '1.5h', '-3s', 's', '30m1h', '3 m', '1e9s', '12345678d'])('refuses %j', text => {
		expect(parseDuration(text)).toBeUndefined();
	});
});

describe('parseSize', () => {
	it.each([
		['0', 0],
		['512', 512],
		['200k', 200_000],
		['200kB', 200_000],
		['500MB', 500_000_000],
		['500mb', 500_000_000],
		['1GB', 1_000_000_000],
		['1.5 G', 1_500_000_000],
		['2T', 2_000_000_000_000],
		['10b', 10],
		['1.0005k', 1001],
	])('reads %s', (text, bytes) => {
		expect(parseSize(text)).toBe(bytes);
	});

	it.each(['', 'GB', '-1', '1.', '.5G', '1GiB', '1  G', '1e9', '1,5G', '1PB', '99999999999T', 'many', ' 1'])('refuses %j', text => {
		expect(parseSize(text)).toBeUndefined();
	});
});

describe('suggest', () => {
	it('finds what was meant', () => {
		expect(suggest('monitr', ['run', 'monitor', 'logs'])).toBe('monitor');
		expect(suggest('coed', ['plan', 'code', 'test'])).toBe('code');
		expect(suggest('timeot', ['timeout', 'text'])).toBe('timeout');
	});

	it('says nothing rather than something far off', () => {
		expect(suggest('zebra', ['run', 'monitor'])).toBeUndefined();
	});
});

describe('tokens', () => {
	const some = {input: 1, cacheRead: 2, cacheWrite: 3, cacheWrite1h: 1, output: 4, reasoning: 2};

	it('counts no token twice in a total', () => {
		expect(totalTokens(some)).toBe(10);
	});

	it('adds and subtracts by bucket, never below zero', () => {
		expect(addTokens(some, some).output).toBe(8);
		expect(remainingTokens(some, {...NO_TOKENS, input: 5, output: 1})).toEqual({...some, input: 0, output: 3});
	});
});

describe('RadError', () => {
	it('has the exit code of the table and a hint filled from its details', () => {
		const error = new RadError('RUN_ACTIVE', 'busy', {details: {run: 'run_1'}});

		expect(error.exitCode).toBe(4);
		expect(error.hint).toBe('rad cancel run_1');
		expect(isFailure(error, 'RUN_ACTIVE')).toBe(true);
		expect(isFailure(error, 'RUN_OVER')).toBe(false);
		expect(isFailure(new Error('x'))).toBe(false);
	});

	it('quotes a path in a hint, which may be a command that is copied', () => {
		const {hint} = new RadError('STORE_DAMAGED', 'x', {details: {path: "/a b/$(id)'s.db"}});

		expect(hint).toBe(`move it away and keep it: mv '/a b/$(id)'\\''s.db' '/a b/$(id)'\\''s.db'.damaged; then rad init`);
	});

	it('prefers a hint of its own', () => {
		expect(new RadError('PATH_UNSAFE', 'x', {hint: 'chmod go-w y'}).hint).toBe('chmod go-w y');
	});

	it('knows only exit codes that the documentation names', () => {
		const topic = TOPICS.find(({name}) => name === 'exit-codes');
		const documented = topic?.lines.flatMap(line => (typeof line === 'string' ? [] : line.map(([code]) => code)));

		for (const {exitCode} of Object.values(FAILURES)) expect(documented).toContain(String(exitCode));
	});
});
