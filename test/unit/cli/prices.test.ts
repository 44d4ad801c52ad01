import {describe, expect, test} from 'vitest';
import type {UsageRecord} from '../../../source/domain/records.ts';
import {createPrices} from '../../../source/telemetry/prices-service.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {anAgent, aUsageRecord, T0, tokens} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {type Outcome, runWords} from './run-words.ts';

const AGENT = anAgent();
const OWN = {
	provider: 'anthropic',
	model: 'claude-sonnet-4-5',
	rates: {input: 4_000_000, cacheRead: 400_000, cacheWrite: 4_000_000, cacheWrite1h: 4_000_000, output: 20_000_000},
};

const ask = (
	words: readonly string[],
	usage: readonly UsageRecord[],
	look: {readonly isTerminal?: boolean; readonly columns?: number} = {},
): Promise<Outcome> => {
	const fake = createFakeRad({agents: [AGENT], usage});
	const prices = createPrices({load: () => createPricing([OWN]), records: fake.rad.telemetry.records, now: () => T0});
	return runWords(words, {fake, rad: {prices}, isTerminal: true, ...look});
};

const explain = async (...usage: readonly UsageRecord[]): Promise<string> => (await ask(['prices', 'explain', AGENT.id], usage)).out;
const linesOf = (text: string, ...starts: readonly string[]): readonly string[] =>
	text
		.split('\n')
		.filter(line => starts.some(start => line.trimStart().startsWith(start)))
		.map(line => line.trim().replaceAll(/ {2,}/g, ' | '));

describe('rad prices explain', () => {
	test('shows one sum where the recorded cost is what the prices of now make', async () => {
		const out = await explain(aUsageRecord({costSource: 'estimated', costNanoUsd: 8_000_000}));

		expect(linesOf(out, 'Fresh', 'Output', 'Estimate', 'Our', 'Recorded')).toEqual([
			'Fresh input | 1,000 | 4.00 | $0.0040',
			'Output | 200 | 20.00 | $0.0040',
			'Estimate, as recorded | 1,200 | $0.0080',
		]);
		expect(out).toContain('Price of claude-sonnet-4-5; your prices (.radium/prices.json).');
	});

	test('tells when the prices of now make another cost than what is recorded, which stays', async () => {
		const out = await explain(aUsageRecord({costSource: 'estimated', costNanoUsd: 6_000_000}));

		expect(linesOf(out, 'Our', 'Recorded', 'The prices')).toEqual([
			'Our estimate now | 1,200 | $0.0080',
			'Recorded when it came | $0.0060',
			'Recorded less estimated | -$0.0020',
			'The prices of now make another cost than those of then. What is recorded stays.',
		]);
	});

	test('keeps a service tier apart, by its own prices', async () => {
		const fast = {provider: 'openai', model: 'gpt-5.4', tier: 'priority', costSource: 'estimated', costNanoUsd: 11_000_000} as const;
		const slow = {provider: 'openai', model: 'gpt-5.4', messageId: 'b', costSource: 'estimated', costNanoUsd: 5_500_000} as const;
		const out = await explain(aUsageRecord(fast), aUsageRecord(slow));

		expect(linesOf(out, 'gpt-5.4', 'Fresh', 'Output')).toEqual([
			'gpt-5.4 of openai, priority tier, 1 response',
			'Fresh input | 1,000 | 5.00 | $0.0050',
			'Output | 200 | 30.00 | $0.0060',
			'gpt-5.4 of openai, 1 response',
			'Fresh input | 1,000 | 2.50 | $0.0025',
			'Output | 200 | 15.00 | $0.0030',
		]);
		expect(out).toContain('Price of gpt-5.4, priority tier; @pydantic/genai-prices');
	});

	test('shows tokens and no money where no price is known', async () => {
		const out = await explain(aUsageRecord({model: 'mystery', costSource: 'unknown', costNanoUsd: null}));

		expect(linesOf(out, 'mystery', 'Fresh', 'Output', 'No price')).toEqual([
			'mystery of anthropic, 1 response',
			'Fresh input | 1,000 | n/a | n/a',
			'Output | 200 | n/a | n/a',
			'No price is known | 1,200 | n/a',
			'No price is known: neither in @pydantic/genai-prices 0.1.8 of 2026-09-23 nor in',
		]);
		expect(out).not.toContain('$0');
	});

	test('shows a price that was not known when the response came', async () => {
		const out = await explain(aUsageRecord({costSource: 'unknown', costNanoUsd: null}));

		expect(linesOf(out, 'Our', 'Recorded')).toEqual(['Our estimate now | 1,200 | $0.0080', 'Recorded without a price | n/a']);
	});

	test('sums several parts, with as many decimals as all of them have', async () => {
		const out = await explain(
			aUsageRecord({messageId: 'a', costNanoUsd: 10_000_001}),
			aUsageRecord({messageId: 'b', model: 'mystery', costSource: 'unknown', costNanoUsd: null}),
		);

		expect(linesOf(out, 'Reported', 'All')).toEqual([
			'Reported by the engine | $0.010000001',
			'Reported less estimated | $0.002000001',
			'All estimates | 2,400 | $0.008000000',
			'All that is recorded | $0.010000001',
		]);
	});

	test('gives a pipe empty fields for what is not known', async () => {
		const {out} = await ask(['prices', 'explain', AGENT.id], [aUsageRecord({model: 'mystery', costSource: 'unknown', costNanoUsd: null})], {
			isTerminal: false,
		});

		expect(out.split('\n').slice(-3)).toEqual([
			'estimate\tanthropic\tmystery\t1\t1200\t\t\tunknown\t\t\t\t',
			'recorded\tanthropic\tmystery\t1\t1200\t\t\tunknown\t\t\t\t',
			'',
		]);
	});

	test('says that an agent used no model; a script gets an empty list', async () => {
		expect(await ask(['prices', 'explain', AGENT.id], [])).toMatchObject({exitCode: 0, out: '', err: 'It used no model.\n'});
		expect(await ask(['prices', 'explain', AGENT.id], [], {isTerminal: false})).toMatchObject({exitCode: 0, out: '', err: ''});
	});

	test.each([40, 80])('is never wider than %d columns', async columns => {
		const usage = [aUsageRecord({tokens: tokens({input: 123_456_789, cacheRead: 9, cacheWrite: 8, cacheWrite1h: 4, output: 7})})];
		const {out} = await ask(['prices', 'explain', AGENT.id], usage, {columns});

		for (const line of out.split('\n').filter(each => !each.includes('/'))) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
	});

	test('needs an agent', async () => {
		expect(await ask(['prices', 'explain'], [])).toMatchObject({exitCode: 2});
	});
});

describe('rad prices list', () => {
	test('marks what the user wrote, and names where', async () => {
		const {out} = await ask(['prices', 'list', 'anthropic/claude-sonnet-4-5'], []);

		expect(linesOf(out, 'claude', 'Your')).toEqual([
			'claude-sonnet-4-5 | 4.00 | 0.40 | 4.00 | 4.00 | 20.00 | your price',
			'Your price: from your prices (.radium/prices.json).',
		]);
	});

	test('shows a model without a price as n/a, never as 0', async () => {
		const {out} = await ask(['prices', 'list', 'whisper-1'], []);
		const json = JSON.parse((await ask(['prices', 'list', 'whisper-1', '--json'], [], {isTerminal: false})).out);

		expect(linesOf(out, 'whisper')).toEqual(['whisper-1 | n/a']);
		expect(json).toMatchObject([{model: 'whisper-1', usdPerMillionTokens: null}]);
	});

	test('tells a threshold as its vendor does', async () => {
		expect((await ask(['prices', 'list', 'openai/gpt-5.4'], [])).out).toMatch(/5\.00 .* 22\.50 {2}prompt ≥272,000\n/);
		expect((await ask(['prices', 'list', 'google/gemini-2.5-pro'], [])).out).toMatch(/2\.50 .* 15\.00 {2}prompt >200,000\n/);
	});

	test('finds nothing with success', async () => {
		expect(await ask(['prices', 'list', 'nothing-of-this'], [])).toMatchObject({
			exitCode: 0,
			out: '',
			err: 'There are no such prices. rad prices list shows all of them.\n',
		});
		expect(await ask(['prices', 'list', 'nothing-of-this', '--json'], [], {isTerminal: false})).toMatchObject({exitCode: 0, out: '[]\n'});
	});

	test.each([80, 120])('of everything is never wider than %d columns', async columns => {
		const {out} = await ask(['prices', 'list'], [], {columns});

		for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
	});
});
