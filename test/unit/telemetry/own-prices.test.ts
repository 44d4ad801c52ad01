import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {PRICES_EXAMPLE, parseOwnPrices} from '../../../source/telemetry/own-prices.ts';

const parse = (value: unknown) => parseOwnPrices(JSON.stringify(value));

describe("a file of the user's prices", () => {
	it('is dollars per million tokens', () => {
		expect(parseOwnPrices(PRICES_EXAMPLE)).toEqual({
			prices: [
				{
					provider: 'anthropic',
					model: 'claude-sonnet-5',
					rates: {input: 2_000_000, cacheRead: 200_000, cacheWrite: 2_500_000, cacheWrite1h: 4_000_000, output: 10_000_000},
				},
			],
			problems: [],
		});
	});

	it.each([
		['only input', {input: 3}, [3, 3, 3, 3, 3]],
		['a cache write', {input: 3, cacheWrite: 4, output: 15}, [3, 3, 4, 4, 15]],
		['nothing', {input: 0}, [0, 0, 0, 0, 0]],
		['six decimals', {input: 0.000001, output: 0.0375}, [0.000001, 0.000001, 0.000001, 0.000001, 0.0375]],
	])('fills in what is missing: %s', (_, written, [input = 0, cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0, output = 0]) => {
		const pico = (usd: number): number => Math.round(usd * 1e6);

		expect(parse({openai: {m: written}}).prices).toEqual([
			{
				provider: 'openai',
				model: 'm',
				rates: {
					input: pico(input),
					cacheRead: pico(cacheRead),
					cacheWrite: pico(cacheWrite),
					cacheWrite1h: pico(cacheWrite1h),
					output: pico(output),
				},
			},
		]);
	});

	it.each([
		['{}', []],
		['{"anthropic": {}}', []],
		['\uFEFF{}', []],
	])('may be empty: %s', (text, prices) => {
		expect(parseOwnPrices(text)).toEqual({prices, problems: []});
	});

	it.each([
		['', /^line 1, column 1: this is no JSON; write \{/],
		['{\n\t"anthropic": {]\n}', /^line 2, column 16: this is no JSON; write /],
		['[]', /^it must be an object of providers; write /],
		['null', /^it must be an object of providers; write /],
		['{"anthropic": 3}', /^anthropic: it must be an object of models; write /],
		['{"anthropic": {"m": 3}}', /^anthropic > m: write its dollars per million tokens: /],
		['{"anthropic": {"m": {"output": 3}}}', /^anthropic > m: input is missing; write /],
		['{"anthropic": {"m": {"input": 3, "ouput": 3}}}', /^anthropic > m > ouput: there is no such price; write output$/],
		['{"anthropic": {"m": {"input": 3, "zzz": 3}}}', /write one of input, cacheRead, cacheWrite, cacheWrite1h, output$/],
		['{"anthropic": {"m": {"input": "3"}}}', /^anthropic > m > input: write dollars per million tokens, a number from 0 to /],
		['{"anthropic": {"m": {"input": -1}}}', /^anthropic > m > input: /],
		['{"anthropic": {"m": {"input": 1e9}}}', /^anthropic > m > input: /],
		['{"anthropic": {"m": {"input": 0.0000001}}}', /^anthropic > m > input: /],
	])('is refused as a whole with the place and what to write: %s', (text, problem) => {
		const {prices, problems} = parseOwnPrices(text);

		expect(prices).toEqual([]);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toMatch(problem);
	});

	it('gives every mistake at once', () => {
		const {problems} = parse({anthropic: {a: {input: 'x', outptu: 1}, b: 1}, openai: []});

		expect(problems.map(problem => problem.split(':')[0])).toEqual(['anthropic > a > input', 'anthropic > a > outptu', 'anthropic > b', 'openai']);
	});

	it('never throws and never yields a negative or broken price', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), text => {
				const {prices} = parseOwnPrices(text);
				expect(prices.every(({rates}) => Object.values(rates).every(rate => Number.isSafeInteger(rate) && rate >= 0))).toBe(true);
			}),
		);
	});

	it('takes a name that every object has for a name', () => {
		expect(parseOwnPrices('{"__proto__": {"constructor": {"input": 1}}}').prices).toMatchObject([{provider: '__proto__', model: 'constructor'}]);
	});
});
