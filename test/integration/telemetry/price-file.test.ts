import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {NO_TOKENS} from '../../../source/domain/tokens.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {createWorkspacePrices} from '../../../source/telemetry/price-file.ts';
import {createPrices} from '../../../source/telemetry/prices-service.ts';
import {anAgent, anId, aUsageRecord, T0, tokens} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const newFile = (): string => path.join(newFolder(), 'prices.json');
const USAGE = {provider: 'anthropic', model: 'claude-sonnet-4-5', tokens: {...NO_TOKENS, input: 1_000_000}, at: T0};
const priceOf = (input: number): string => JSON.stringify({anthropic: {'claude-sonnet-4-5': {input}}});
const isRoot = process.getuid?.() === 0;

const failureOf = (file: string): RadError => {
	try {
		createWorkspacePrices(file).load();
	} catch (error) {
		if (error instanceof RadError) return error;
		throw error;
	}
	throw new Error('it can be used');
};

describe("the file of a workspace's own prices", () => {
	it('need not be there', () => {
		expect(createWorkspacePrices(newFile()).load().price(USAGE)?.costNanoUsd).toBe(6_000_000_000);
	});

	it('wins over the table, and is read at the first question and once', () => {
		const file = newFile();
		const {pricing, load} = createWorkspacePrices(file);
		writeFileSync(file, priceOf(4));

		expect(pricing.price(USAGE)?.costNanoUsd).toBe(4_000_000_000);
		writeFileSync(file, priceOf(5));
		expect(load().price(USAGE)?.costNanoUsd).toBe(4_000_000_000);
		expect(createWorkspacePrices(file).load().price(USAGE)?.costNanoUsd).toBe(5_000_000_000);
	});

	it('gives nothing a price while it has mistakes, and tells all of them', () => {
		const file = newFile();
		writeFileSync(file, '{"anthropic": {"a": {"input": "3"}, "b": {"output": 3}}}');

		const {code, message, details, hint} = failureOf(file);

		expect({code, message, hint}).toEqual({
			code: 'WORKSPACE_UNUSABLE',
			message: 'The prices of .radium/prices.json cannot be used.',
			hint: `mend or remove it: ${file}`,
		});
		expect(details['problems']).toEqual([
			expect.stringMatching(/^\.radium\/prices\.json: anthropic > a > input: write /),
			expect.stringMatching(/^\.radium\/prices\.json: anthropic > b: input is missing; write /),
		]);
		expect(createWorkspacePrices(file).pricing.price(USAGE)).toBeUndefined();
	});

	it.each([
		['a folder', (file: string) => mkdirSync(file), 'it is not a regular file'],
		['a named pipe', (file: string) => execFileSync('mkfifo', [file]), 'it is not a regular file'],
		['huge', (file: string) => writeFileSync(file, ' '.repeat(2 ** 20 + 1)), 'it is larger than 1 MB'],
	])('is not read when it is %s', (_, make, reason) => {
		const file = newFile();
		make(file);

		expect(failureOf(file)).toMatchObject({code: 'WORKSPACE_UNUSABLE', message: `.radium/prices.json cannot be read: ${reason}.`});
	});

	it.skipIf(isRoot)('tells when it may not be read (skipped for root, who reads everything)', () => {
		const file = newFile();
		writeFileSync(file, priceOf(4));
		chmodSync(file, 0);

		expect(failureOf(file).message).toBe('.radium/prices.json cannot be read: no permission to read it.');
	});
});

it('a new price changes no cost that is recorded, and is told beside it', async () => {
	const folder = newFolder();
	const file = path.join(folder, 'prices.json');
	const store = openSqliteStore(path.join(folder, 'monitoring.db'), {create: true});
	const [runId, agentId] = [anId('run'), anId('agt')];
	const owner = {pid: 42, startTime: '1', bootId: 'boot'};
	await store.createRun({id: runId, workflow: 'wf', startedAt: T0, owner, planJson: '{}', stepIds: ['a']});
	await store.startAttempt(
		{runId, stepId: 'a', attempt: 1, agentId, tokenHash: 'hash', startedAt: T0, endedAt: null},
		anAgent({id: agentId, planId: runId, stepId: 'a', status: 'starting', processId: null}),
	);
	const record = async (messageId: string): Promise<void> => {
		const price = createWorkspacePrices(file).pricing.price(USAGE);
		const cost = {costNanoUsd: price?.costNanoUsd ?? null, costSource: 'estimated', cacheSavedNanoUsd: 0} as const;
		await store.recordProgress({usage: [aUsageRecord({...USAGE, ...cost, agentId, messageId, tokens: tokens(USAGE.tokens)})]}, T0);
	};
	const explain = () => createPrices({load: createWorkspacePrices(file).load, records: store.listUsage, now: () => T0}).explain(agentId);

	writeFileSync(file, priceOf(4));
	await record('first');
	expect((await explain()).parts).toMatchObject([{estimateNanoUsd: 4_000_000_000n, costNanoUsd: 4_000_000_000n}]);
	writeFileSync(file, priceOf(5));
	await record('second');

	expect((await store.listUsage({agentId})).map(({costNanoUsd}) => costNanoUsd)).toEqual([4_000_000_000, 5_000_000_000]);
	expect((await explain()).parts).toMatchObject([
		{responses: 2, estimateNanoUsd: 10_000_000_000n, costNanoUsd: 9_000_000_000n, price: {isOwn: true}},
	]);
	store.close();
});
