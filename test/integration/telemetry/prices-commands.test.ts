import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Agent, Run} from '../../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

const WORKFLOW = `version: 1
steps:
  - id: plan
    prompt: Plan it
    recording: plan
    speed: 1000
`;

type Row = {readonly model: string; readonly isOwn: boolean; readonly source: string; readonly usdPerMillionTokens: Readonly<Record<string, number>>};
type Explanation = {
	readonly table: {readonly date: string};
	readonly parts: ReadonlyArray<{
		readonly model: string;
		readonly buckets: ReadonlyArray<{readonly tokens: number; readonly usdPerMillionTokens: number; readonly costNanoUsd: number}>;
		readonly estimateNanoUsd: number | null;
		readonly costNanoUsd: number;
		readonly costSource: string;
	}>;
	readonly totals: {readonly costNanoUsd: number; readonly estimateNanoUsd: number};
};

const playIn = async (folder: string): Promise<{readonly scratch: Scratch; readonly agent: string; readonly file: string}> => {
	const scratch = await makeScratch(folder, {plan: WORKFLOW});
	const {code, stderr} = await rad(['run', 'plan'], scratch);
	if (code !== 0) throw new Error(stderr);
	const [agent] = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
	return {scratch, agent: agent?.id ?? '', file: path.join(scratch.cwd, '.radium/prices.json')};
};

const explain = (agent: string, scratch: Scratch): Promise<Explanation> => radJson<Explanation>(['prices', 'explain', agent], scratch);
const costOf = async (scratch: Scratch): Promise<number> =>
	(await radJson<{readonly totals: {readonly costNanoUsd: number}}>(['monitor', 'telemetry'], scratch)).totals.costNanoUsd;

describe('rad prices', () => {
	it('explains what an engine reported beside an estimate whose lines add up to it', async () => {
		const {scratch, agent} = await playIn(newFolder());

		const {parts, totals, table} = await explain(agent, scratch);

		expect(table.date).toMatch(/^20\d\d-\d\d-\d\d$/);
		expect(parts.length).toBeGreaterThan(0);
		for (const {buckets, estimateNanoUsd, costSource} of parts) {
			expect(costSource).toBe('reported');
			expect(buckets.reduce((sum, {costNanoUsd}) => sum + costNanoUsd, 0)).toBe(estimateNanoUsd);
			for (const {tokens, usdPerMillionTokens, costNanoUsd} of buckets)
				expect(Math.abs(costNanoUsd - tokens * usdPerMillionTokens * 1000)).toBeLessThanOrEqual(parts.length * 100);
		}
		expect(totals.costNanoUsd).toBe(parts.reduce((sum, {costNanoUsd}) => sum + costNanoUsd, 0));
	});

	it('lists and uses own prices from the moment on in which they are written, and changes no recorded cost', async () => {
		const {scratch, agent, file} = await playIn(newFolder());
		const [before, cost] = [await explain(agent, scratch), await costOf(scratch)];
		const model = before.parts[0]?.model ?? '';

		writeFileSync(file, JSON.stringify({anthropic: {[model]: {input: 1000}}}));

		const rows = await radJson<readonly Row[]>(['prices', 'list', model], scratch);
		const after = await explain(agent, scratch);
		expect(rows.filter(({isOwn}) => isOwn)).toMatchObject([
			{model, source: 'your prices (.radium/prices.json)', usdPerMillionTokens: {output: 1000}},
		]);
		expect(after.totals.estimateNanoUsd).toBeGreaterThan(before.totals.estimateNanoUsd * 2);
		expect(after.totals.costNanoUsd).toBe(before.totals.costNanoUsd);
		expect(await costOf(scratch)).toBe(cost);
		const {stdout} = await rad(['prices', 'explain', agent], scratch);
		expect(stdout).toContain('your prices (.radium/prices.json)');
	});

	it('refuses a file with mistakes and starts no run with it; whoever asks for no price is not bothered', async () => {
		const {scratch, agent, file} = await playIn(newFolder());
		writeFileSync(file, '{"anthropic": {"claude-sonnet-5": {"inptu": 2}}}');

		for (const words of [
			['prices', 'list'],
			['prices', 'explain', agent],
			['run', 'plan'],
			['run', 'plan', '--detach'],
		]) {
			const {code, stderr, stdout} = await rad(words, scratch);
			expect({code, stdout}, words.join(' ')).toEqual({code: 5, stdout: ''});
			expect(stderr).toContain('.radium/prices.json: anthropic > claude-sonnet-5 > inptu: there is no such price; write input\n');
			expect(stderr).toContain(`rad: The prices of .radium/prices.json cannot be used.\n  try: mend or remove it: ${file}\n`);
		}
		for (const words of [
			['monitor', 'telemetry'],
			['monitor', 'list'],
			['checkpoint', 'list'],
		])
			expect((await rad(words, scratch)).code, words.join(' ')).toBe(0);
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toHaveLength(1);
		rmSync(file);
		expect((await rad(['run', 'plan'], scratch)).code).toBe(0);
	});

	it('names an agent that is not there', async () => {
		const scratch = await makeScratch(newFolder(), {});

		expect(await rad(['prices', 'explain', 'agt_0000000001'], scratch)).toMatchObject({code: 3, stdout: ''});
	});
});
