import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {type ModelServer, startModelServer} from '../support/model-server/model-server.ts';
import type {Script} from '../support/model-server/script.ts';
import {agentsOf, makeScratch, rad, radJson, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

describe('what a command promises to hand on', () => {
	it('reaches later steps as the values that were promised', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - id: list
    run: printf 'packages=["a","b c"]\\nversion=1.0\\nother=1\\n' >> "$RAD_OUTPUT"
    outputs: { packages: { type: array, items: { type: string } }, version: string }
  - id: use
    when: steps.list.outputs.packages[1] == 'b c' && steps.list.outputs.cost_usd == 0
    run: printf '%s|%s' "$PACKAGES" "$VERSION" > used
    env: { PACKAGES: "\${{ steps.list.outputs.packages }}", VERSION: "\${{ steps.list.outputs.version }}" }
`,
		});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code, stderr).toBe(0);
		expect(readFileSync(path.join(scratch.cwd, 'used'), 'utf8')).toBe(`${JSON.stringify(['a', 'b c'], null, 2)}|1.0`);
	});

	it('fails the step when it is wrong or missing, and is tried again only by a retry', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - id: wrong
    run: printf 'n=x\\ngood=1\\n' >> "$RAD_OUTPUT"
    outputs: { n: number, m: string, good: integer }
    continue_on_error: true
  - id: again
    when: steps.wrong.outputs.good == 1 && steps.wrong.outputs.n == null
    run: test -e once && echo n=1 >> "$RAD_OUTPUT"; touch once
    outputs: { n: number }
    retry: { max: 1, on: [invalid_output] }
`,
		});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code, stderr).toBe(0);
		expect(await agentsOf(scratch)).toMatchObject([
			{name: 'wrong', status: 'failed', exitCode: 0, error: 'what it wrote to $RAD_OUTPUT does not fit outputs: n: must be a number; m: is missing'},
			{name: 'again', attempt: 1, status: 'failed', error: 'what it wrote to $RAD_OUTPUT does not fit outputs: n: is missing'},
			{name: 'again', attempt: 2, status: 'completed', error: null},
		]);
	});
});

/** Stands for Claude Code: notes how it is called, and gives one of the test's answers after the other. A null is given when there is a file `go`. */
const CLAUDE = `#!/usr/bin/env node
const {appendFileSync, existsSync, readFileSync} = require('node:fs');
const home = process.env.HOME;
const prompt = readFileSync(0, 'utf8');
appendFileSync(home + '/calls', JSON.stringify({args: process.argv.slice(2), prompt}) + '\\n');
const count = readFileSync(home + '/calls', 'utf8').trim().split('\\n').length;
const answer = JSON.parse(readFileSync(home + '/answers', 'utf8'))[count - 1];
const usage = {input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 0, cache_creation_input_tokens: 0};
const modelUsage = {'claude-x': {inputTokens: 10, outputTokens: 1, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: 0.5}};
const print = event => console.log(JSON.stringify({session_id: 'session-' + count, ...event}));
print({type: 'system', subtype: 'init', cwd: process.cwd(), model: 'claude-x', tools: []});
const end = () => print({type: 'result', subtype: 'success', is_error: false, result: JSON.stringify(answer), structured_output: answer, usage, modelUsage});
if (answer.verdict !== null) end();
else { const timer = setInterval(() => { if (existsSync('go')) { clearInterval(timer); end(); } }, 20); }
`;

type Call = {readonly args: readonly string[]; readonly prompt: string};

const REVIEW = `version: 1
steps:
  - id: review
    engine: claude
    prompt: Review it.
    outputs: { verdict: { type: string, enum: [approve, request_changes] } }
  - id: tell
    run: printf '%s for %s' "$VERDICT" "$COST" > told
    env: { VERDICT: "\${{ steps.review.outputs.verdict }}", COST: "\${{ steps.review.outputs.cost_usd }}" }
`;

const makeReview = async (...verdicts: readonly unknown[]) => {
	const scratch = await makeScratch(newFolder(), {flow: REVIEW});
	const bin = path.join(scratch.home, 'bin');
	mkdirSync(bin);
	writeFileSync(path.join(bin, 'claude'), CLAUDE);
	chmodSync(path.join(bin, 'claude'), 0o755);
	writeFileSync(path.join(scratch.home, 'answers'), JSON.stringify(verdicts.map(verdict => ({verdict}))));
	const file = path.join(scratch.home, 'calls');
	const calls = (): readonly Call[] =>
		existsSync(file)
			? readFileSync(file, 'utf8')
					.trim()
					.split('\n')
					.map(line => JSON.parse(line) as Call)
			: [];
	return {scratch: {...scratch, env: {PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`}}, calls};
};

const COMPLAINT = 'verdict: must be one of approve, request_changes';
const REASON = `its answer does not fit outputs: ${COMPLAINT}`;

describe('what an agent promises to hand on', () => {
	it('is asked for once more, in the same conversation, when the answer does not fit', async () => {
		const {scratch, calls} = await makeReview('maybe', 'approve');

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code, stderr).toBe(0);
		const [first, second, ...others] = calls();
		expect(others).toEqual([]);
		const flag = first?.args.find(word => word.startsWith('--json-schema=')) ?? '';
		expect(JSON.parse(flag.slice(flag.indexOf('=') + 1))).toMatchObject({properties: {verdict: {enum: ['approve', 'request_changes']}}});
		expect(first?.prompt).toBe('Review it.');
		expect(second?.args).toEqual(expect.arrayContaining(['--resume=session-1', flag]));
		expect(second?.prompt).toContain(`Your last answer cannot be used: ${COMPLAINT}.`);
		expect(second?.prompt).not.toContain('Review it.');
		expect(readFileSync(path.join(scratch.cwd, 'told'), 'utf8'), 'both attempts cost').toBe('approve for 1');
		expect(await agentsOf(scratch)).toMatchObject([
			{name: 'review', attempt: 1, status: 'failed', error: REASON},
			{name: 'review', attempt: 2, status: 'completed'},
			{name: 'tell', status: 'completed'},
		]);
	});

	it('fails the step when the second answer does not fit either, and the run says why', async () => {
		const {scratch, calls} = await makeReview('maybe', 'maybe', 'approve');

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(1);
		expect(calls()).toHaveLength(2);
		expect(stderr).toContain(REASON);
		expect((await rad(['show'], scratch)).stdout).toContain(REASON);
		expect((await radJson<readonly Run[]>(['runs'], scratch))[0]).toMatchObject({status: 'failed'});
	});

	it('is not forgotten when rad dies before the answer comes', async () => {
		const {scratch, calls} = await makeReview(null, 'approve');
		const {child, ended} = startRad(['run', 'flow'], scratch);
		await until(() => calls().length === 1);
		child.kill('SIGKILL');
		await ended;
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await agentsOf(scratch))[0]?.status === 'failed');

		const {code, stderr} = await rad(['resume', (await radJson<readonly Run[]>(['runs'], scratch))[0]?.id ?? ''], scratch);

		expect(code, stderr).toBe(0);
		expect(calls()[1]?.args).toContain('--resume=session-1');
		expect(calls()[1]?.prompt).toContain(COMPLAINT);
		expect(readFileSync(path.join(scratch.cwd, 'told'), 'utf8')).toMatch(/^approve /);
	});
});

describe('what an agent of an engine without a flag for schemas promises', () => {
	const servers: ModelServer[] = [];
	afterEach(async () => {
		for (const server of servers.splice(0)) await server.close();
	});
	const API = REVIEW.replace('engine: claude', 'engine: api\n    model: anthropic/claude-opus-5-5');
	const runWith = async (script: Script) => {
		const server = await startModelServer({script});
		servers.push(server);
		const scratch = await makeScratch(newFolder(), {flow: API});
		const ending = await rad(['run', 'flow'], {...scratch, env: {ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'dummy'}});
		const runs = path.join(scratch.cwd, '.radium/runs');
		const promptOf = (attempt: number): string => readFileSync(path.join(runs, readdirSync(runs)[0] ?? '', `review.${attempt}`, 'stdin'), 'utf8');
		return {scratch, ending, promptOf};
	};

	it('is told in the prompt, and read from the last block of JSON that it says', async () => {
		const {scratch, ending, promptOf} = await runWith([{say: 'I looked at it.\n\n```json\n{"verdict": "approve"}\n```'}]);

		expect(ending.code, ending.stderr).toBe(0);
		expect(promptOf(1)).toMatch(/^Review it\.\n\nEnd with your answer as one JSON object .*"request_changes"/s);
		expect(readFileSync(path.join(scratch.cwd, 'told'), 'utf8')).toMatch(/^approve for 0\.\d+$/);
	});

	it('is asked for once more with the whole task where the conversation cannot be gone on with', async () => {
		const {scratch, ending, promptOf} = await runWith([{say: 'I would say: approve.'}]);

		expect(ending.code).toBe(1);
		expect(promptOf(2)).toMatch(/^Review it\.\n\nEnd with your answer .*\n\nThis was worked on before.*: it holds no JSON object\./s);
		expect(await agentsOf(scratch)).toMatchObject([
			{name: 'review', attempt: 1, status: 'failed', error: 'its answer does not fit outputs: it holds no JSON object'},
			{name: 'review', attempt: 2, status: 'failed'},
		]);
	});
});
