import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {attemptFiles} from '../../../source/agents/attempt-files.ts';
import type {AttemptOutcome} from '../../../source/domain/events.ts';
import type {PlanStep} from '../../../source/domain/plan.ts';
import type {UsageTotals} from '../../../source/domain/records.ts';
import {demandOutputs, sumCost, takeOutputs} from '../../../source/workflow/outputs.ts';
import {anId, tokens} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const SILENT = {answer: undefined, finalMessage: undefined};

/** What a step hands on that wrote `text` to its file. */
const takeFrom = (text: string, outputs: PlanStep['outputs'] = null, kind: PlanStep['kind'] = 'run') => {
	const directory = newFolder();
	writeFileSync(attemptFiles(directory).output, text);
	return takeOutputs({kind, outputs}, SILENT, directory);
};

describe('takeOutputs', () => {
	it('takes whatever is written by a step that promises nothing, the last line of a name', async () => {
		const deep = '['.repeat(5000) + ']'.repeat(5000);

		const {values, problems} = await takeFrom(`a=1\nb={"c":[true]}\nc=x=y\nnot a line\n a=2\nd=\n__proto__=5\ndeep=${deep}\na=3\n`);

		expect(problems).toEqual([]);
		expect(Object.entries(values)).toEqual([
			['a', 3],
			['b', {c: [true]}],
			['c', 'x=y'],
			['d', ''],
			['__proto__', 5],
			['deep', deep],
		]);
	});

	it('takes of a step that promises something that alone, a text as it was written', async () => {
		const outputs = {n: {type: 'number'}, v: {type: 'string'}, q: {type: 'string'}} as const;

		expect(await takeFrom('n=1\nv=1.0\nq="a\\nb"\nmore=2\n', outputs)).toEqual({values: {n: 1, v: '1.0', q: 'a\nb'}, problems: []});
		expect(await takeFrom('n=x\nv=a\n', outputs)).toEqual({values: {v: 'a'}, problems: ['n: must be a number', 'q: is missing']});
	});

	it('takes the promises of an agent from its answer, not from the file', async () => {
		const outputs = {n: {type: 'number'}} as const;
		const directory = newFolder();

		expect(await takeFrom('n=1\n', outputs, 'prompt')).toEqual({values: {}, problems: ['it holds no JSON object']});
		expect(await takeOutputs({kind: 'prompt', outputs}, {...SILENT, answer: {n: 2, m: 3}}, directory)).toEqual({values: {n: 2}, problems: []});
	});

	it.each([
		['no file', undefined],
		['no more than is read of a file', `x=${'a'.repeat(70_000)}\nn=1\n`],
	])('misses what is in %s', async (_, text) => {
		const outputs = {n: {type: 'number'}} as const;
		const taken = text === undefined ? await takeOutputs({kind: 'run', outputs}, SILENT, newFolder()) : await takeFrom(text, outputs);

		expect(taken).toEqual({values: {}, problems: ['n: is missing']});
	});
});

describe('demandOutputs', () => {
	const done: AttemptOutcome = {status: 'completed', exitCode: 0, reason: null, outputs: {}};
	const outputs = (count: number) => ({values: {}, problems: Array.from({length: count}, (_, index) => `n${index}: is missing`)});

	it('fails an agent with a complaint that it is told, and a command without', () => {
		expect(demandOutputs(done, {kind: 'prompt'}, outputs(1))).toMatchObject({
			status: 'failed',
			cause: 'invalid_output',
			reason: 'its answer does not fit outputs: n0: is missing',
			complaint: 'n0: is missing',
		});
		expect(demandOutputs(done, {kind: 'run'}, outputs(1))).not.toHaveProperty('complaint');
	});

	it('tells only some of many problems', () => {
		expect(demandOutputs(done, {kind: 'prompt'}, outputs(7)).complaint).toMatch(/^n0: .*; n4: is missing; and 2 more$/);
	});

	it.each(['failed', 'cancelled', 'timed_out', 'lost', 'restored'] as const)('asks nothing of what %s anyway', status => {
		expect(demandOutputs({...done, status}, {kind: 'prompt'}, outputs(1))).toEqual({...done, status});
	});

	it('asks nothing of what keeps its promise', () => {
		expect(demandOutputs(done, {kind: 'prompt'}, outputs(0))).toBe(done);
	});
});

describe('sumCost', () => {
	const costOf = (change: Partial<UsageTotals>) => {
		const totals: UsageTotals = {
			tokens: tokens(),
			responses: 0,
			costNanoUsd: 0n,
			unpriced: 0,
			costSource: 'reported',
			cacheSavedNanoUsd: 0n,
			...change,
		};
		return sumCost({sumUsage: async () => totals}, {runId: anId('run'), stepId: 'a'});
	};

	it('is what is known of the cost, and nothing where nobody knows any of it', async () => {
		expect(await costOf({})).toBe(0);
		expect(await costOf({responses: 2, costNanoUsd: 1_250_000_000n})).toBe(1.25);
		expect(await costOf({responses: 2, unpriced: 1, costNanoUsd: 500_000_000n})).toBe(0.5);
		expect(await costOf({responses: 2, unpriced: 2})).toBeNull();
	});
});
