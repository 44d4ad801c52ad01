import {appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {addTokens, NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {importHome, openHome, SELF, sessionsOf} from '../../support/adopting.ts';
import {anAgent, aRun} from '../../support/builders.ts';
import {type Served, toTokens} from '../../support/facts.ts';
import {createScratch} from '../../support/scratch.ts';

const makeDirectory = createScratch();
const RECORDINGS = fileURLToPath(new URL('../../fixtures/recordings/', import.meta.url));

/** An empty store, and a home that holds the recorded sessions of some cases. */
const aMachine = (engine: string) => {
	const machine = openHome(makeDirectory(), Date.parse('2026-11-25T00:00:00Z'));
	const run = (change: Parameters<typeof importHome>[2] = {}) => importHome(machine, engine, change);
	return {home: machine.home, store: machine.store, run};
};

const CLAUDE = path.join(RECORDINGS, 'claude-code/2.1.330');
const CODEX = path.join(RECORDINGS, 'codex/0.169.0');
const expectedOf = (folder: string): {readonly total: Served} =>
	JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as {total: Served};

describe('an import of what Claude Code has kept', () => {
	it.each(['basic', 'edit', 'subagent', 'sigkill-in-tool', 'tool-fails', 'restore'])(
		'sums up to what was served of %s, sub-agents apart',
		async name => {
			const {home, store, run} = aMachine('claude');
			cpSync(path.join(CLAUDE, name, 'projects'), sessionsOf(home, 'claude'), {recursive: true});

			expect(await run()).toMatchObject({found: 1, imported: 1});

			expect((await store.sumUsage({})).tokens).toEqual(toTokens(expectedOf(path.join(CLAUDE, name)).total));
			const agents = await store.listAgents({});
			expect(agents.filter(({parentId}) => parentId !== null)).toHaveLength(name === 'subagent' ? 1 : 0);
			expect(agents[0]).toMatchObject({engine: 'claude', status: 'completed', model: 'claude-opus-5-5', permissions: null});
			expect(agents[0]?.startedAt).toBeLessThanOrEqual(agents[0]?.endedAt ?? 0);
			expect((await store.sumUsage({})).costSource).toBe('estimated');
			expect((await store.listRuns()).map(({workflow, status}) => [workflow, status])).toEqual([['claude sessions', 'completed']]);
		},
	);

	it('adds nothing a second time, and what is new when a session went on', async () => {
		const {home, store, run} = aMachine('claude');
		const folder = sessionsOf(home, 'claude');
		cpSync(path.join(CLAUDE, 'basic/projects'), folder, {recursive: true});
		await run();
		const before = await store.sumUsage({});

		expect(await run()).toMatchObject({found: 1, imported: 0, unchanged: 1});
		expect(await store.sumUsage({})).toEqual(before);

		const [project = ''] = readdirSync(folder);
		const [file = ''] = readdirSync(path.join(folder, project));
		const row = {
			type: 'assistant',
			timestamp: '2026-11-24T10:00:00.000Z',
			message: {id: 'msg_new', model: 'claude-opus-5-5', usage: {input_tokens: 7, output_tokens: 5}},
		};
		appendFileSync(path.join(folder, project, file), `${JSON.stringify(row)}\n`);
		expect(await run()).toMatchObject({imported: 1});
		const after = await store.sumUsage({});
		expect([after.responses - before.responses, after.tokens.input - before.tokens.input]).toEqual([1, 7]);
		expect(await store.listAgents({})).toHaveLength(1);
		expect((await store.listAgents({}))[0]?.endedAt).toBe(Date.parse('2026-11-24T10:00:00.000Z'));
	});

	it('counts a message once, also where a forked session or a copied folder holds it again', async () => {
		const {home, store, run} = aMachine('claude');
		const aMessage = (id: string): string =>
			`${JSON.stringify({type: 'assistant', timestamp: '2026-11-01T00:00:00Z', cwd: '/w', message: {id, model: 'm', usage: {input_tokens: 1, output_tokens: 1}}})}\n`;
		const [first, fork] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
		const folders = ['-w', '-copy'].map(name => path.join(sessionsOf(home, 'claude'), name));
		for (const folder of folders) {
			mkdirSync(folder, {recursive: true});
			writeFileSync(path.join(folder, `${first}.jsonl`), aMessage('a') + aMessage('b'));
		}
		await run();
		writeFileSync(path.join(folders[0] ?? '', `${fork}.jsonl`), aMessage('a') + aMessage('b') + aMessage('c'));

		expect(await run()).toMatchObject({found: 2, imported: 1, unchanged: 1, responses: 1});
		expect(await run()).toMatchObject({imported: 0, unchanged: 2});
		expect(await store.sumUsage({})).toMatchObject({responses: 3, tokens: {input: 3}});
	});

	it('prices a response by its service tier, and keeps that', async () => {
		const {home, store, run} = aMachine('claude');
		const folder = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(folder, {recursive: true});
		const aRow = (id: string, usage: object): string =>
			JSON.stringify({
				type: 'assistant',
				timestamp: '2026-11-01T00:00:00Z',
				message: {id, model: 'claude-opus-5', usage: {input_tokens: 1000, output_tokens: 0, ...usage}},
			});
		const rows = [aRow('a', {speed: 'standard'}), aRow('b', {speed: 'fast'}), aRow('c', {service_tier: 'batch'}), aRow('d', {service_tier: 'odd'})];
		writeFileSync(path.join(folder, '00000000-0000-4000-8000-000000000001.jsonl'), `${rows.join('\n')}\n`);
		await run();

		expect((await store.listUsage({})).map(({tier, costNanoUsd}) => [tier, costNanoUsd])).toEqual([
			[null, 5_000_000],
			['fast', 10_000_000],
			['batch', 2_500_000],
			['odd', null],
		]);
	});

	it('does not count what rad itself ran', async () => {
		const {home, store, run} = aMachine('claude');
		cpSync(path.join(CLAUDE, 'basic/projects'), sessionsOf(home, 'claude'), {recursive: true});
		const [project = ''] = readdirSync(sessionsOf(home, 'claude'));
		const [file = ''] = readdirSync(path.join(sessionsOf(home, 'claude'), project));
		const own = aRun();
		await store.createRun({id: own.id, workflow: 'w', startedAt: 1, owner: SELF, planJson: '{}', stepIds: ['build']});
		const attempt = {runId: own.id, stepId: 'build', attempt: 1, tokenHash: 'h', startedAt: 1, endedAt: null};
		const agent = anAgent({planId: own.id, engine: 'claude', sessionId: file.replace('.jsonl', '')});
		await store.startAttempt({...attempt, agentId: agent.id}, agent);

		expect(await run()).toMatchObject({found: 1, imported: 0, own: 1});
		expect((await store.sumUsage({})).responses).toBe(0);
	});

	it('leaves out other folders and what is older, and survives garbage', async () => {
		const {home, store, run} = aMachine('claude');
		const project = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(project, {recursive: true});
		const usage = {input_tokens: 1, output_tokens: 1};
		const rows = [
			'{"type":"user","cwd":"/w/sub"}',
			'no json "usage":{',
			`{"type":"assistant","message":{"id":"a","model":"m","usage":{"input_tokens":-5,"output_tokens":1}}}`,
			JSON.stringify({type: 'assistant', message: {id: 'b', model: 'm', usage}}),
			'{"type":"assistant","message":{"id":"half","model":"m","usage":{"input_tok',
		];
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000001.jsonl'), rows.join('\n'));
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000002.jsonl'), '\u0000'.repeat(100_000));
		writeFileSync(path.join(project, 'notes.txt'), 'x');

		expect(await run({folder: '/other'})).toMatchObject({found: 2, imported: 0, elsewhere: 2});
		expect(await run({folder: '/w', since: Date.now() + 60_000})).toMatchObject({found: 2, older: 2});
		expect(await run({folder: '/w'})).toMatchObject({found: 2, imported: 1, elsewhere: 1, responses: 1});
		expect((await store.sumUsage({})).tokens).toEqual({...NO_TOKENS, input: 1, output: 1});
	});

	it('finds nothing, and says so, where there is no history', async () => {
		expect(await aMachine('claude').run()).toMatchObject({found: 0, imported: 0});
	});
});

describe('an import of what Codex has kept', () => {
	it.each(['basic', 'edit', 'subagent', 'sigkill-in-tool', 'code-mode'])('sums up to what was served of %s', async name => {
		const {home, store, run} = aMachine('codex');
		const folder = sessionsOf(home, 'codex');
		mkdirSync(path.dirname(folder), {recursive: true});
		cpSync(path.join(CODEX, name, 'home/.codex/sessions'), folder, {recursive: true});

		expect(await run()).toMatchObject({found: 1, imported: 1});

		expect((await store.sumUsage({})).tokens).toEqual({...toTokens(expectedOf(path.join(CODEX, name)).total), cacheWrite1h: 0});
		expect(await run()).toMatchObject({imported: 0, unchanged: 1});
	});
});

// Their protocol has no cache writes: they are plain input there.
const withoutWrites = (tokens: Tokens): Tokens => ({...tokens, input: tokens.input + tokens.cacheWrite, cacheWrite: 0, cacheWrite1h: 0});

describe('an import of what Gemini CLI has kept', () => {
	const GEMINI = path.join(RECORDINGS, 'gemini/0.61.0');

	it.each(['basic', 'edit', 'subagent', 'sigkill-to-group'])('sums up to what was served of %s, sub-agents apart', async name => {
		const {home, store, run} = aMachine('gemini');
		cpSync(path.join(GEMINI, name, 'chats'), path.join(sessionsOf(home, 'gemini'), 'ws/chats'), {recursive: true});
		writeFileSync(path.join(sessionsOf(home, 'gemini'), 'ws/.project_root'), '/workspace\n');

		expect(await run({folder: '/elsewhere'})).toMatchObject({found: 1, elsewhere: 1});
		expect(await run({folder: '/workspace'})).toMatchObject({found: 1, imported: 1});

		expect((await store.sumUsage({})).tokens).toEqual(withoutWrites(toTokens(expectedOf(path.join(GEMINI, name)).total)));
		expect((await store.listAgents({})).filter(({parentId}) => parentId !== null)).toHaveLength(name === 'subagent' ? 1 : 0);
		expect(await run()).toMatchObject({imported: 0, unchanged: 1});
	});
});

describe('an import of what programs have kept that rad cannot run', () => {
	it.each([
		{engine: 'copilot', folder: 'copilot/1.0.102', name: 'hooks-full', records: 'session-state'},
		{engine: 'copilot', folder: 'copilot/1.0.102', name: 'subagent', records: 'session-state'},
		{engine: 'qwen', folder: 'qwen-code/0.15.10', name: 'basic', records: 'projects'},
		{engine: 'qwen', folder: 'qwen-code/0.15.10', name: 'subagent', records: 'projects'},
	])('sums up to what was served to $engine in $name, sub-agents apart', async ({engine, folder, name, records}) => {
		const {home, store, run} = aMachine(engine);
		cpSync(path.join(RECORDINGS, folder, name, records), sessionsOf(home, engine), {recursive: true});
		mkdirSync(path.join(sessionsOf(home, engine), 'f0000000-0000-4000-8000-000000000000'));
		const served = toTokens(expectedOf(path.join(RECORDINGS, folder, name)).total);

		expect(await run({folder: '/elsewhere'})).toMatchObject({found: 1, elsewhere: 1});
		expect(await run({folder: '/workspace'})).toMatchObject({found: 1, imported: 1});

		expect((await store.sumUsage({})).tokens).toEqual(engine === 'qwen' ? withoutWrites(served) : {...served, cacheWrite1h: 0});
		expect((await store.listAgents({})).filter(({parentId}) => parentId !== null)).toHaveLength(name === 'subagent' ? 1 : 0);
		expect(await run()).toMatchObject({imported: 0, unchanged: 1});
	});
});

describe('an import of what opencode has kept', () => {
	const OPENCODE = path.join(RECORDINGS, 'opencode/1.18.33');
	type Row = Readonly<Record<string, unknown>>;

	/** The database of a recording, whose rows are kept as JSON. */
	const makeDatabase = (name: string, directory: string): void => {
		const tables = JSON.parse(readFileSync(path.join(OPENCODE, name, 'opencode-db.json'), 'utf8')) as Readonly<Record<string, readonly Row[]>>;
		mkdirSync(directory, {recursive: true});
		const connection = new Database(path.join(directory, 'opencode.db'));
		for (const [table, rows] of Object.entries(tables)) {
			const columns = [...new Set([...rows.flatMap(row => Object.keys(row)), ...(table === 'session' ? ['parent_id'] : [])])];
			connection.exec(`CREATE TABLE ${table} (${columns.join(', ')})`);
			const insert = connection.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`);
			for (const row of rows) insert.run(columns.map(column => toCell(row[column])));
		}
		connection.close();
	};
	const toCell = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null));

	it.each(['basic', 'subagent', 'anthropic'])('sums up to what was served of %s but for its title, sub-agents apart', async name => {
		const {home, store, run} = aMachine('opencode');
		makeDatabase(name, sessionsOf(home, 'opencode'));
		const {kinds} = JSON.parse(readFileSync(path.join(OPENCODE, name, 'expected.json'), 'utf8')) as {
			readonly kinds: Readonly<Record<string, Served>>;
		};
		const served = addTokens(toTokens(kinds['main'] ?? {}), toTokens(kinds['sub'] ?? {}));

		expect(await run()).toMatchObject({found: 1, imported: 1});

		const expected = name === 'anthropic' ? {...served, cacheWrite1h: 0} : withoutWrites(served);
		expect((await store.sumUsage({})).tokens).toEqual(expected);
		expect((await store.listAgents({})).filter(({parentId}) => parentId !== null)).toHaveLength(name === 'subagent' ? 1 : 0);
		expect((await store.sumUsage({})).costSource).toBe('reported');
		expect(await run()).toMatchObject({imported: 0, unchanged: 1});
	});
});
