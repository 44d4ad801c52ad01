import {execFileSync} from 'node:child_process';
import {appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import type {Progress} from '../../../source/domain/progress.ts';
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
	return {home: machine.home, store: machine.store, pass: machine.pass, run};
};

const CLAUDE = path.join(RECORDINGS, 'claude-code/2.1.330');
const CODEX = path.join(RECORDINGS, 'codex/0.169.0');
const expectedOf = (folder: string): {readonly total: Served} =>
	JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as {total: Served};

const aMessage = (id: string): string =>
	`${JSON.stringify({type: 'assistant', timestamp: '2026-11-01T00:00:00Z', cwd: '/w', message: {id, model: 'm', usage: {input_tokens: 1, output_tokens: 1}}})}\n`;

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

	it('tells how far it is, and hears that it is to stop', async () => {
		const {home, run} = aMachine('claude');
		for (const name of ['basic', 'edit']) cpSync(path.join(CLAUDE, name, 'projects'), sessionsOf(home, 'claude'), {recursive: true});
		const heard: Progress[] = [];
		const controller = new AbortController();

		const onProgress = (progress: Progress): void => {
			heard.push(progress);
			controller.abort();
		};

		expect(await run({onProgress, signal: controller.signal})).toMatchObject({found: 2, imported: 0});
		expect(await run({onProgress: progress => void heard.push(progress)})).toMatchObject({found: 2, imported: 2});
		expect(heard).toEqual([0, 0, 1].map(done => ({stage: 'read-sessions', subject: 'claude', done, total: 2})));
	});

	it('lets others work in between, so that a signal is heard', async () => {
		const {home, run, pass} = aMachine('claude');
		for (const name of ['basic', 'edit', 'restore']) cpSync(path.join(CLAUDE, name, 'projects'), sessionsOf(home, 'claude'), {recursive: true});
		const controller = new AbortController();
		setImmediate(() => controller.abort());

		const result = await run({onProgress: () => pass(100), signal: controller.signal});

		expect(result?.imported).toBeLessThan(3);
	});

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

	it.each([3, 40])('counts a message once in %i forks at a time', async count => {
		const {home, store, run} = aMachine('claude');
		const folder = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(folder, {recursive: true});
		const fork = (from: number): void => {
			for (let number = from; number < from + count; number += 1)
				writeFileSync(
					path.join(folder, `00000000-0000-4000-8000-${String(number).padStart(12, '0')}.jsonl`),
					aMessage('a') + aMessage(`own-${number}`),
				);
		};

		fork(1);
		expect(await run()).toMatchObject({imported: count, responses: count + 1});
		fork(1 + count);
		expect(await run()).toMatchObject({imported: count, unchanged: count, responses: count});
		expect(await store.sumUsage({})).toMatchObject({responses: 2 * count + 1});
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

	it('counts once what two imports take in at the same time', async () => {
		const [alone, together] = [aMachine('claude'), aMachine('claude')];
		for (const {home} of [alone, together])
			for (const name of ['basic', 'edit', 'subagent']) cpSync(path.join(CLAUDE, name, 'projects'), sessionsOf(home, 'claude'), {recursive: true});
		await alone.run();

		const results = await Promise.all([together.run(), together.run(), together.run()]);

		expect(results.map(result => result?.imported).sort()).toEqual([0, 0, 3]);
		expect(await together.store.sumUsage({})).toEqual(await alone.store.sumUsage({}));
		expect(await together.store.listAgents({})).toHaveLength((await alone.store.listAgents({})).length);
	});

	it('lets no odd file keep the others from being taken in', async () => {
		const {home, store, run} = aMachine('claude');
		const folder = sessionsOf(home, 'claude');
		cpSync(path.join(CLAUDE, 'basic/projects'), folder, {recursive: true});
		const project = path.join(folder, '-odd');
		mkdirSync(project, {recursive: true});
		symlinkSync('00000000-0000-4000-8000-000000000001.jsonl', path.join(project, '00000000-0000-4000-8000-000000000001.jsonl'));
		mkdirSync(path.join(project, '00000000-0000-4000-8000-000000000002.jsonl'));
		execFileSync('mkfifo', [path.join(project, '00000000-0000-4000-8000-000000000003.jsonl')]);

		expect(await run()).toMatchObject({found: 4, imported: 1});
		expect(await store.listAgents({})).toHaveLength(1);
	});

	it('tells what was not understood, and keeps no agent of a session without work', async () => {
		const {home, store, run} = aMachine('claude');
		const project = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(project, {recursive: true});
		const aRow = (id: string, input: number): string =>
			`{"type":"assistant","message":{"id":"${id}","model":"m","usage":{"input_tokens":${input},"output_tokens":1}}}`;
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000001.jsonl'), `${aRow('a', 1)}\n${aRow('b', -1)}\n${aRow('c', 1e11)}\n`);
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000002.jsonl'), '{"type":"user","cwd":"/w"}\n');

		expect(await run()).toMatchObject({found: 2, imported: 1, empty: 1, responses: 1, oddRows: 2});
		expect(await store.listAgents({})).toHaveLength(1);
	});

	it.runIf(process.getuid?.() !== 0)('tries again what it may not read', async () => {
		const {home, store, run} = aMachine('claude');
		cpSync(path.join(CLAUDE, 'basic/projects'), sessionsOf(home, 'claude'), {recursive: true});
		const [project = ''] = readdirSync(sessionsOf(home, 'claude'));
		const [name = ''] = readdirSync(path.join(sessionsOf(home, 'claude'), project));
		const file = path.join(sessionsOf(home, 'claude'), project, name);
		chmodSync(file, 0);
		expect(await run()).toMatchObject({imported: 0, unreadable: 1});

		chmodSync(file, 0o600);
		expect(await run()).toMatchObject({imported: 1});
		expect((await store.sumUsage({})).responses).toBeGreaterThan(0);
	});

	it('takes in the greatest counts of a message, its last row without a line break, and no time at which no model was there', async () => {
		const {home, store, run} = aMachine('claude');
		const project = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(project, {recursive: true});
		const aRow = (id: string, output: number, timestamp: string): string =>
			JSON.stringify({type: 'assistant', timestamp, message: {id, model: 'm', usage: {input_tokens: 1, output_tokens: output}}});
		const rows = [
			aRow('a', 500, '2026-11-01T00:00:00Z'),
			aRow('b', 3, '+275760-01-01T00:00:00Z'),
			aRow('a', 2, '2026-11-01T00:00:01Z'),
			aRow('c', 7, '-000001-01-01T00:00:00Z'),
		];
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000001.jsonl'), rows.join('\n'));
		await run();

		expect((await store.sumUsage({})).tokens).toEqual({...NO_TOKENS, input: 3, output: 510});
		const times = (await store.listUsage({})).map(({at}) => new Date(at).getUTCFullYear());
		expect(new Set(times)).toEqual(new Set([2026]));
	});

	it('takes in a session of more responses than a call takes arguments, and sums what no single number could hold', async () => {
		const {home, store, run} = aMachine('claude');
		const project = path.join(sessionsOf(home, 'claude'), '-w');
		mkdirSync(project, {recursive: true});
		const rows = Array.from(
			{length: 150_000},
			(_, index) =>
				`{"type":"assistant","message":{"id":"m${index}","model":"claude-opus-4-1","usage":{"input_tokens":9999999999,"output_tokens":1}}}`,
		);
		writeFileSync(path.join(project, '00000000-0000-4000-8000-000000000001.jsonl'), `${rows.join('\n')}\n`);

		expect(await run()).toMatchObject({imported: 1, responses: 150_000});
		const {costNanoUsd, responses} = await store.sumUsage({});
		// 10¹⁰ tokens at 15 dollars for a million of them, 150,000 times: more than SQLite's largest number.
		expect(responses).toBe(150_000);
		expect(costNanoUsd).toBeGreaterThan(2n ** 63n);
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

type Row = Readonly<Record<string, unknown>>;

/** The database of a recording, whose rows are kept as JSON. */
const makeDatabase = (folder: string, directory: string): void => {
	const tables = JSON.parse(readFileSync(path.join(folder, 'opencode-db.json'), 'utf8')) as Readonly<Record<string, readonly Row[]>>;
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

	it.each(['basic', 'subagent', 'anthropic'])('sums up to what was served of %s but for its title, sub-agents apart', async name => {
		const {home, store, run} = aMachine('opencode');
		makeDatabase(path.join(OPENCODE, name), sessionsOf(home, 'opencode'));
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

/** Puts what a recorded program kept where it would be found. */
const KEPT: Readonly<Record<string, (folder: string, sessions: string) => void>> = {
	claude: (folder, sessions) => cpSync(path.join(folder, 'projects'), sessions, {recursive: true}),
	codex: (folder, sessions) => cpSync(path.join(folder, 'home/.codex/sessions'), sessions, {recursive: true}),
	gemini: (folder, sessions) => cpSync(path.join(folder, 'chats'), path.join(sessions, 'ws/chats'), {recursive: true}),
	opencode: (folder, sessions) => makeDatabase(folder, sessions),
	copilot: (folder, sessions) => cpSync(path.join(folder, 'session-state'), sessions, {recursive: true}),
	qwen: (folder, sessions) => cpSync(path.join(folder, 'projects'), sessions, {recursive: true}),
};
const FOLDERS: ReadonlyArray<readonly [engine: string, folder: string]> = [
	['claude', 'claude-code/2.1.197'],
	['claude', 'claude-code/2.1.330'],
	['codex', 'codex/0.169.0'],
	['gemini', 'gemini/0.61.0'],
	['opencode', 'opencode/1.18.33'],
	['copilot', 'copilot/1.0.102'],
	['qwen', 'qwen-code/0.15.10'],
	// Whose output is one document at the end, which rad does not read.
	['claude', 'sessions-only/claude'],
	['gemini', 'sessions-only/gemini'],
];
/** Why what was kept is not what was served in this one run. */
const UNEQUAL: Readonly<Record<string, string>> = {
	'claude-code/2.1.197': 'that version keeps no count of what was thought',
	'claude-code/2.1.330/cut-before-tool': 'a response was cut: the program estimates its output',
	'claude-code/2.1.330/cut-in-text': 'a response was cut: the program estimates its output',
	'claude-code/2.1.330/stream-error': 'a response was cut: the program estimates its output',
	'claude-code/2.1.330/resume': 'the session holds what was before it was continued',
	'gemini/0.61.0/resume': 'the session holds what was before it was continued',
	'opencode/1.18.33/resume': 'the session holds what was before it was continued',
	'opencode/1.18.33/sigterm-in-tool': 'killed in a tool, it keeps no usage at all',
};
const listKept = (engine: string, folder: string): readonly string[] =>
	readdirSync(path.join(RECORDINGS, folder))
		.filter(name =>
			['projects', 'home/.codex/sessions', 'chats', 'opencode-db.json', 'session-state'].some(kept =>
				existsSync(path.join(RECORDINGS, folder, name, kept)),
			),
		)
		.map(name => `${folder}/${name}`)
		.filter(name => !Object.keys(UNEQUAL).some(unequal => name.startsWith(unequal)) && engine !== '');

describe('an import of what was kept of every recorded run', () => {
	it.each(FOLDERS.flatMap(([engine, folder]) => listKept(engine, folder).map(name => ({engine, name}))))(
		'sums up to what was served of $name',
		async ({engine, name}) => {
			const {home, store, run} = aMachine(engine);
			const folder = path.join(RECORDINGS, name);
			mkdirSync(path.dirname(sessionsOf(home, engine)), {recursive: true});
			KEPT[engine]?.(folder, sessionsOf(home, engine));
			const {kinds} = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as {readonly kinds: Readonly<Record<string, Served>>};
			const all = addTokens(toTokens(kinds['main'] ?? {}), toTokens(kinds['sub'] ?? {}));
			// Titles are requests of their own, which opencode keeps nowhere.
			const served = engine === 'opencode' ? all : addTokens(all, toTokens(kinds['side'] ?? {}));
			const countable = ['gemini', 'opencode', 'qwen'].includes(engine) && !name.endsWith('/anthropic') ? withoutWrites(served) : served;

			await run();

			const {tokens} = await store.sumUsage({});
			expect({...tokens, cacheWrite1h: 0}).toEqual({...countable, cacheWrite1h: 0});
			if (engine === 'claude') expect(tokens.cacheWrite1h).toBe(countable.cacheWrite1h);
			expect(await run()).toMatchObject({imported: 0});
		},
	);
});
