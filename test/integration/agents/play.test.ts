import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {AgentFact} from '../../../source/agents/engine.ts';
import {openClaudeReader} from '../../../source/agents/engines/claude-stream/claude-reader.ts';
import {type PlayOptions, play} from '../../../source/agents/engines/recorded/play.ts';
import {listRecordings} from '../../../source/agents/engines/recorded/recordings.ts';
import {findRestoreRequest} from '../../../source/agents/restore-request.ts';
import {addTokens, NO_TOKENS} from '../../../source/domain/tokens.ts';
import {pick} from '../../support/facts.ts';

const SHIPPED = fileURLToPath(new URL('../../../source/agents/engines/recorded/recordings/', import.meta.url));
const SERVED = fileURLToPath(new URL('../../fixtures/recordings/shipped/', import.meta.url));
const NAMES = listRecordings(SHIPPED).map(({name}) => name);

let folder: string;
let root: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-play-'));
	root = path.join(folder, 'work');
	mkdirSync(root);
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

type Played = {
	readonly exitCode: number;
	readonly lines: readonly string[];
	readonly warnings: readonly string[];
	readonly waitedMs: readonly number[];
};

const playHere = async (directory: string, change: Partial<PlayOptions> = {}): Promise<Played> => {
	const [lines, warnings, waitedMs]: [string[], string[], number[]] = [[], [], []];
	const exitCode = await play({
		directory,
		root,
		speed: 0,
		clock: {sleep: async durationMs => void waitedMs.push(durationMs)},
		beforeWrite: async () => null,
		print: line => lines.push(line),
		warn: line => warnings.push(line),
		signal: new AbortController().signal,
		...change,
	});
	return {exitCode, lines, warnings, waitedMs};
};

const readFacts = (lines: readonly string[]): readonly AgentFact[] => {
	const reader = openClaudeReader({since: 0});
	return [...lines.flatMap(line => reader.readLine(line, 'out')), ...reader.end()];
};

/** A recording made for a test: events as Claude Code prints them, only shorter. */
const makeRecording = (events: readonly unknown[], about: object = {exitCode: 0}): string => {
	const directory = path.join(folder, 'recording');
	mkdirSync(directory);
	writeFileSync(path.join(directory, 'about.json'), JSON.stringify(about));
	writeFileSync(path.join(directory, 'stream.ndjson'), events.map(event => `${JSON.stringify(event)}\n`).join(''));
	return directory;
};
const call = (id: string, name: string, input: unknown, more: object = {}) => ({
	type: 'assistant',
	message: {content: [{type: 'tool_use', id, name, input}]},
	...more,
});
const result = (id: string, more: object = {}, isError = false) => ({
	type: 'user',
	message: {content: [{type: 'tool_result', tool_use_id: id, content: 'ok', is_error: isError}]},
	...more,
});

describe('a write of a recording', () => {
	const events = [
		call('t1', 'Write', {file_path: '/workspace/a.txt', content: 'a'}),
		result('t1'),
		call('t2', 'Bash', {command: 'ls'}),
		result('t2'),
	];

	it('is asked for before it is made, and nothing else is', async () => {
		const asked: unknown[] = [];

		await playHere(makeRecording(events), {
			beforeWrite: async write => {
				asked.push({...write, isThere: existsSync(path.join(root, 'a.txt'))});
				return null;
			},
		});

		expect(asked).toEqual([{callId: 't1', tool: 'Write', path: path.join(root, 'a.txt'), isThere: false}]);
		expect(readFileSync(path.join(root, 'a.txt'), 'utf8')).toBe('a');
	});

	it('is not made when it must not be: the playing ends, and says why', async () => {
		const {exitCode, lines, warnings} = await playHere(makeRecording(events), {beforeWrite: async () => 'since the disk is full'});

		expect(exitCode).toBe(3);
		expect(existsSync(path.join(root, 'a.txt'))).toBe(false);
		expect(lines).toHaveLength(1);
		expect(warnings).toEqual([`${path.join(root, 'a.txt')} was not written, since the disk is full`]);
	});
});

describe('the recordings that are shipped', () => {
	it.each(NAMES)('plays %s with exactly the tokens that were served', async name => {
		const served = JSON.parse(readFileSync(path.join(SERVED, name, 'expected.json'), 'utf8')) as {readonly total: Readonly<Record<string, number>>};

		const facts = readFacts((await playHere(path.join(SHIPPED, name))).lines);

		const last = new Map(pick(facts, 'usage').map(fact => [`${fact.agent} ${fact.messageId}`, fact.tokens]));
		const {total} = served;
		expect([...last.values()].reduce(addTokens, NO_TOKENS)).toEqual({
			input: total['input_fresh'],
			cacheRead: total['cache_read'],
			cacheWrite: (total['cache_write_5m'] ?? 0) + (total['cache_write_1h'] ?? 0),
			cacheWrite1h: total['cache_write_1h'],
			output: total['output_total'],
			reasoning: total['reasoning'],
		});
		expect(pick(facts, 'verdict').at(-1)?.isError).toBe(false);
		expect(pick(facts, 'unreadable')).toEqual([]);
		expect(pick(facts, 'reported-cost').length).toBeGreaterThan(0);
	});

	it('are four, each told in one line', () => {
		expect(NAMES).toEqual(['implement', 'plan', 'restore', 'review']);
		for (const {description, program} of listRecordings(SHIPPED)) {
			expect(description).toMatch(/^An agent .+\.$/);
			expect(program).toBe('Claude Code 2.1.330');
		}
	});

	it.each(NAMES)('hold nothing of the machine that %s was recorded on', name => {
		const text = readFileSync(path.join(SHIPPED, name, 'stream.ndjson'), 'utf8');

		expect(text).not.toMatch(/\/(?:tmp|root|home|usr|var)\/|system-reminder|sk-ant/);
	});

	it('build one upon the other: plan, implement, review', async () => {
		writeFileSync(path.join(root, 'README.md'), '# slug\n\n- at most 80 characters\n');

		for (const name of ['plan', 'implement', 'review']) expect((await playHere(path.join(SHIPPED, name))).warnings).toEqual([]);

		expect(readdirSync(root, {recursive: true}).sort()).toEqual([
			'PLAN.md',
			'README.md',
			'docs',
			'docs/usage.md',
			'src',
			'src/slug.js',
			'test',
			'test/slug.test.js',
		]);
		expect(readFileSync(path.join(root, 'README.md'), 'utf8')).toContain("slug('Hello World'); // hello-world");
		const {slug} = (await import(path.join(root, 'src/slug.js'))) as {readonly slug: (title: string, options?: object) => string};
		expect([slug('Crème brûlée, twice!'), slug('one two', {maxLength: 4}), slug('really?', {separator: '_'})]).toEqual([
			'creme-brulee-twice',
			'one',
			'really',
		]);
	});

	it('have one with a sub-agent that writes a file and has its own figures', async () => {
		const facts = readFacts((await playHere(path.join(SHIPPED, 'implement'))).lines);

		const [started] = pick(facts, 'sub-agent-started');
		expect(started).toMatchObject({parent: null, name: 'Write the usage page', model: 'claude-haiku-4-5-20251001'});
		expect(pick(facts, 'tool-call').filter(fact => fact.agent === started?.agent && fact.writes.length > 0)).toHaveLength(1);
		expect(pick(facts, 'usage').some(fact => fact.agent === started?.agent)).toBe(true);
		expect(pick(facts, 'sub-agent-ended')).toEqual([{type: 'sub-agent-ended', agent: started?.agent, status: 'completed', error: null}]);
	});

	it('have one that asks for a restore', async () => {
		const facts = readFacts((await playHere(path.join(SHIPPED, 'restore'))).lines);

		expect(findRestoreRequest(pick(facts, 'final-message').at(-1)?.text ?? '')).toEqual({checkpoint: null});
	});
});

describe('play', () => {
	it('puts the real folder where the recording says /workspace, and nowhere else', async () => {
		const directory = makeRecording([
			{type: 'system', subtype: 'init', cwd: '/workspace'},
			call('1', 'Write', {file_path: '/workspace/a.txt', content: 'see /workspace, /workspaces and x/workspace\n/workspace'}),
			result('1'),
		]);

		const {lines} = await playHere(directory);

		expect(JSON.parse(lines[0] ?? '')).toMatchObject({cwd: root});
		expect(readFileSync(path.join(root, 'a.txt'), 'utf8')).toBe(`see ${root}, /workspaces and x/workspace\n${root}`);
	});

	it('writes just before the result is printed', async () => {
		const directory = makeRecording([call('1', 'Write', {file_path: '/workspace/a.txt', content: 'x'}), result('1')]);
		const seen: string[][] = [];

		await playHere(directory, {print: () => seen.push(readdirSync(root))});

		expect(seen).toEqual([[], ['a.txt']]);
	});

	it('writes nothing for a call that failed or has no result, and runs no command', async () => {
		const directory = makeRecording([
			call('1', 'Write', {file_path: '/workspace/a.txt', content: 'x'}),
			call('2', 'Write', {file_path: '/workspace/b.txt', content: 'x'}),
			call('3', 'Bash', {command: 'touch c.txt'}),
			result('1', {}, true),
			result('3'),
		]);

		await playHere(directory);

		expect(readdirSync(root)).toEqual([]);
	});

	it('edits what is there, starts from the recorded text where nothing is, and leaves other texts alone', async () => {
		const input = (name: string) => ({file_path: `/workspace/${name}`, old_string: 'old', new_string: 'new'});
		const names = ['there', 'missing', 'other', 'unknown'];
		const known = {tool_use_result: {originalFile: 'recorded old\n'}};
		const events = names.flatMap(name => [call(name, 'Edit', input(name)), result(name, name === 'unknown' ? {} : known)]);
		writeFileSync(path.join(root, 'there'), 'my old text');
		writeFileSync(path.join(root, 'other'), 'my own text');

		const {warnings, lines} = await playHere(makeRecording(events));

		expect(names.slice(0, 3).map(name => readFileSync(path.join(root, name), 'utf8'))).toEqual(['my new text', 'recorded new\n', 'my own text']);
		expect(warnings).toEqual(['other', 'unknown'].map(name => expect.stringContaining(`${path.join(root, name)} was left as it is`)));
		expect(lines).toHaveLength(events.length);
	});

	it('writes nothing outside of its folder and goes on', async () => {
		symlinkSync(folder, path.join(root, 'link'));
		const targets = ['/workspace/../x', '/etc/rad-test', '/workspace/link/x', '/workspace/.git/config'];
		const events = targets.flatMap((file, index) => [call(`${index}`, 'Write', {file_path: file, content: 'x'}), result(`${index}`)]);

		const {warnings, exitCode} = await playHere(makeRecording(events));

		expect(exitCode).toBe(0);
		expect(warnings).toHaveLength(targets.length);
		expect(readdirSync(folder).sort()).toEqual(['recording', 'work']);
	});

	it('keeps the recorded pace, divided by the speed', async () => {
		const at = (second: number) => ({timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()});
		const directory = makeRecording([
			{type: 'system'},
			call('1', 'Bash', {}, at(0)),
			result('1', at(2)),
			{type: 'system'},
			call('2', 'Bash', {}, at(60)),
			{type: 'result'},
		]);

		const once = await playHere(directory, {speed: 1});
		const tenTimes = await playHere(directory, {speed: 10});

		expect(once.waitedMs.slice(1)).toEqual([2000, 4000, 152]);
		expect(tenTimes.waitedMs.slice(1)).toEqual([200, 400, 15.2]);
	});

	it.each([0, Number.POSITIVE_INFINITY, 1_000_000, Number.NaN])('waits for nothing at a speed of %s', async speed => {
		expect((await playHere(path.join(SHIPPED, 'plan'), {speed})).waitedMs).toEqual([]);
	});

	it('stops at once when it is told to, and prints nothing more', async () => {
		const controller = new AbortController();
		const lines: string[] = [];

		await playHere(path.join(SHIPPED, 'plan'), {
			signal: controller.signal,
			print: line => {
				lines.push(line);
				if (lines.length === 3) controller.abort();
			},
		});

		expect(lines).toHaveLength(3);
	});

	it('ends with the exit code of the recording, or says that there is none', async () => {
		expect((await playHere(makeRecording([{type: 'result'}], {exitCode: 3}))).exitCode).toBe(3);
		expect(await playHere(path.join(folder, 'nothing'))).toMatchObject({exitCode: 2, lines: []});
	});

	it('plays a damaged recording as far as it can', async () => {
		const directory = makeRecording([{type: 'result'}]);
		cpSync(path.join(SHIPPED, 'plan', 'about.json'), path.join(directory, 'about.json'));
		writeFileSync(path.join(directory, 'stream.ndjson'), 'not json\n{"type":"user","message":{"content":[{"type":"tool_result"}]}}\n{"half":');

		expect((await playHere(directory)).lines).toEqual(['not json', '{"type":"user","message":{"content":[{"type":"tool_result"}]}}', '{"half":']);
	});
});
