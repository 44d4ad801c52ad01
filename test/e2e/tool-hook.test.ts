import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {quote} from '../../source/domain/quote.ts';
import type {Agent, Checkpoint} from '../../source/domain/records.ts';
import {type Ending, makeScratch, rad, radJson, type Scratch, toTestEnvironment} from '../support/rad.ts';
import {createScratch, PROGRAMS} from '../support/scratch.ts';

const newFolder = createScratch();

/** Calls the built hook program as a coding agent does. */
const callHook = (engine: string, body: string, {home}: Pick<Scratch, 'home'>, extra: Readonly<Record<string, string>> = {}): Promise<Ending> =>
	new Promise(resolve => {
		const child = spawn(process.execPath, [path.join(PROGRAMS, 'tool-hook.cjs'), engine], {env: toTestEnvironment(home, extra)});
		const [out, err]: [Buffer[], Buffer[]] = [[], []];
		child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
		child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
		child.on('close', code => resolve({code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString()}));
		child.stdin.on('error', () => undefined);
		child.stdin.end(body);
	});

/** As the programs sent them when they were recorded, in a folder of this test. */
const CALLS = {
	claude: (cwd: string) => ({
		session_id: '2754f759-9ff9-4425-8a3c-206c2aa5adac',
		transcript_path: '/home/me/.claude/projects/-workspace/2754f759-9ff9-4425-8a3c-206c2aa5adac.jsonl',
		cwd,
		prompt_id: '268bcb30-4f05-46dd-8d06-8b3314a45ed6',
		permission_mode: 'acceptEdits',
		effort: {level: 'medium'},
		hook_event_name: 'PreToolUse',
		tool_name: 'Write',
		tool_input: {file_path: `${cwd}/README.md`, content: 'hello from the scripted model\nsecond line\n'},
		tool_use_id: 'toolu_rad0001',
	}),
	codex: (cwd: string) => ({
		session_id: '01a2056e-12f4-7da1-a664-c703512155b2',
		turn_id: '01a2056e-1320-7813-b748-db29a25d1fba',
		transcript_path: '/home/me/.codex/sessions/2026/11/22/rollout-2026-11-22T22-43-49-01a2056e-12f4-7da1-a664-c703512155b2.jsonl',
		cwd,
		hook_event_name: 'PreToolUse',
		model: 'gpt-5.5',
		permission_mode: 'bypassPermissions',
		tool_name: 'apply_patch',
		tool_input: {command: '*** Begin Patch\n*** Update File: README.md\n@@\n-# scratch\n+# hello\n*** End Patch\n'},
		tool_use_id: 'call_rad0001',
	}),
	gemini: (cwd: string) => ({
		session_id: '7981d390-353f-445f-87d8-0133005ce48d',
		transcript_path: '/home/me/.gemini/tmp/ws/chats/session-2026-11-22T22-44-7981d390.jsonl',
		cwd,
		hook_event_name: 'BeforeTool',
		timestamp: '2026-11-22T22:44:56.900Z',
		tool_name: 'write_file',
		tool_input: {file_path: `${cwd}/README.md`, content: 'hello\n'},
	}),
};

const aClaudeCall = (cwd: string, change: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({...CALLS.claude(cwd), ...change});

type CallRow = {readonly message_id: string; readonly tool: string; readonly writes_json: string; readonly checkpoint_id: string};

const listCalls = ({cwd}: Scratch): readonly CallRow[] => {
	const database = new Database(path.join(cwd, '.radium/monitoring.db'), {readonly: true});
	const rows = database
		.prepare<[], CallRow>("SELECT message_id, tool, writes_json, checkpoint_id FROM telemetry WHERE kind = 'tool_call' ORDER BY n")
		.all();
	database.close();
	return rows;
};

const listCheckpoints = (scratch: Scratch) => radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch);

describe('the hook of an agent that people use without rad', () => {
	it.each(['claude', 'codex', 'gemini'] as const)('saves what %s is about to overwrite, so that it can be undone', async engine => {
		const scratch = await makeScratch(newFolder(), {});
		const file = path.join(scratch.cwd, 'README.md');
		writeFileSync(file, 'never committed\n');

		const {code, stdout, stderr} = await callHook(engine, JSON.stringify(CALLS[engine](scratch.cwd)), scratch);
		writeFileSync(file, 'overwritten\n');

		expect([code, stdout, stderr]).toEqual([0, '{}\n', '']);
		const [checkpoint] = await listCheckpoints(scratch);
		const [agent] = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agent).toMatchObject({engine, sessionId: CALLS[engine](scratch.cwd).session_id, status: 'completed'});
		expect(checkpoint).toMatchObject({kind: 'write', agentId: agent?.id, runId: agent?.planId});
		expect(listCalls(scratch)).toMatchObject([
			{tool: CALLS[engine](scratch.cwd).tool_name, writes_json: '["README.md"]', checkpoint_id: checkpoint?.id},
		]);
		await rad(['checkpoint', 'restore', checkpoint?.id ?? '', '--yes'], scratch);
		expect(readFileSync(file, 'utf8')).toBe('never committed\n');
	});

	it('makes no second checkpoint where nothing changed, and a new one where something did', async () => {
		const scratch = await makeScratch(newFolder(), {});
		mkdirSync(path.join(scratch.cwd, 'below'));
		for (const id of ['a', 'b']) await callHook('claude', aClaudeCall(path.join(scratch.cwd, 'below'), {tool_use_id: id}), scratch);
		writeFileSync(path.join(scratch.cwd, 'below/new.txt'), 'x');
		await callHook('claude', aClaudeCall(scratch.cwd, {tool_use_id: 'c'}), scratch);

		const made = (await listCheckpoints(scratch)).map(({id}) => id);

		expect(made).toHaveLength(2);
		expect(listCalls(scratch).map(call => [call.message_id, call.checkpoint_id])).toEqual([
			['a', made[1]],
			['b', made[1]],
			['c', made[0]],
		]);
	});

	it('takes calls that come at the same time, of one session', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const ids = ['a', 'b', 'c', 'd'];

		const endings = await Promise.all(ids.map(id => callHook('claude', aClaudeCall(scratch.cwd, {tool_use_id: id}), scratch)));

		expect(endings.map(({code, stderr}) => [code, stderr])).toEqual(ids.map(() => [0, '']));
		expect(listCalls(scratch)).toHaveLength(4);
		expect(await radJson<readonly Agent[]>(['monitor', 'list'], scratch)).toHaveLength(1);
	});

	it.each([
		['outside of a workspace', (_: Scratch, outside: string) => ({body: aClaudeCall(outside), extra: {}})],
		['for a tool that only reads', ({cwd}: Scratch) => ({body: aClaudeCall(cwd, {tool_name: 'Read'}), extra: {}})],
		['for an agent that rad runs', ({cwd}: Scratch) => ({body: aClaudeCall(cwd), extra: {RAD_AGENT_ID: 'agt_0000000001'}})],
	] as const)('does nothing %s', async (_, toCall) => {
		const scratch = await makeScratch(newFolder(), {});
		const {body, extra} = toCall(scratch, newFolder());

		expect(await callHook('claude', body, scratch, {...extra, RAD_HOOK_POLICY: 'block'})).toEqual({code: 0, stdout: '{}\n', stderr: ''});

		expect(await listCheckpoints(scratch)).toEqual([]);
		expect(existsSync(path.join(scratch.cwd, '.git/rad'))).toBe(false);
	});

	it.each([
		['garbage on its standard input', async () => 'no json'],
		[
			'a damaged store',
			async ({cwd}: Scratch) => {
				writeFileSync(path.join(cwd, '.radium/monitoring.db'), 'damaged');
				return aClaudeCall(cwd);
			},
		],
		[
			'a repository that git cannot use',
			async ({cwd}: Scratch) => {
				writeFileSync(path.join(cwd, '.git/HEAD'), 'damaged');
				return aClaudeCall(cwd);
			},
		],
	])('lets the agent write in spite of %s, unless the policy says otherwise', async (_, damage) => {
		const scratch = await makeScratch(newFolder(), {});
		const body = await damage(scratch);

		const lenient = await callHook('claude', body, scratch);
		const strict = await callHook('claude', body, scratch, {RAD_HOOK_POLICY: 'block'});

		expect([lenient.code, lenient.stdout]).toEqual([0, '{}\n']);
		expect(lenient.stderr).toMatch(/^rad: no checkpoint: .+\n$/);
		expect([strict.code, strict.stdout]).toEqual([2, '']);
		expect(strict.stderr).toMatch(/^rad: the write was not made, since no checkpoint could be stored: .+\n$/);
	});

	it.each([
		['the own file', 'hook_policy: block\n', (scratch: Scratch) => path.join(scratch.home, '.config/rad/config.yaml')],
		['the file of the workspace', 'hook_policy: block\n', ({cwd}: Scratch) => path.join(cwd, '.radium/config.yaml')],
		['a file with a mistake elsewhere', 'hook_policy: block\nbel: off\n', (scratch: Scratch) => path.join(scratch.home, '.config/rad/config.yaml')],
	])('blocks a write that cannot be undone where %s says so, unless the variable says otherwise', async (_, text, toFile) => {
		const scratch = await makeScratch(newFolder(), {});
		mkdirSync(path.dirname(toFile(scratch)), {recursive: true});
		writeFileSync(toFile(scratch), text);
		const sound = await callHook('claude', aClaudeCall(scratch.cwd), scratch);
		writeFileSync(path.join(scratch.cwd, '.radium/monitoring.db'), 'damaged');

		const blocked = await callHook('claude', aClaudeCall(scratch.cwd), scratch);
		const allowed = await callHook('claude', aClaudeCall(scratch.cwd), scratch, {RAD_HOOK_POLICY: 'allow'});

		expect(sound).toEqual({code: 0, stdout: '{}\n', stderr: ''});
		expect([blocked.code, blocked.stdout]).toEqual([2, '']);
		expect(blocked.stderr).toMatch(/^rad: the write was not made, since no checkpoint could be stored: .+\n$/);
		expect([allowed.code, allowed.stdout]).toEqual([0, '{}\n']);
	});

	it('is compiled once, and works with whatever stands in the place of its compiled form', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const compiled = path.join(scratch.home, '.cache/rad/tool-hook.v8');
		const call = async (id: string): Promise<void> => {
			expect(await callHook('claude', aClaudeCall(scratch.cwd, {tool_use_id: id}), scratch)).toEqual({code: 0, stdout: '{}\n', stderr: ''});
		};
		await call('first');
		const bytes = readFileSync(compiled);
		await call('second');
		expect(readFileSync(compiled).equals(bytes)).toBe(true);

		const cut = bytes.subarray(0, bytes.length - 50_000);
		writeFileSync(compiled, cut);
		await call('third');
		expect(readFileSync(compiled).equals(cut)).toBe(false);
		writeFileSync(compiled, 'garbage');
		await call('fourth');
		// Whatever bit is wrong, nothing of it is run.
		for (let at = 100; at < bytes.length; at += 25_000) {
			const spoilt = Buffer.from(bytes);
			spoilt[at] = (spoilt[at] ?? 0) ^ 1;
			writeFileSync(compiled, spoilt);
			await call(`spoilt at ${at}`);
		}

		expect(readFileSync(compiled).length).toBeGreaterThan(bytes.length / 2);
		expect(
			listCalls(scratch)
				.map(({message_id}) => message_id)
				.slice(0, 4),
		).toEqual(['first', 'second', 'third', 'fourth']);
	});

	it('makes the checkpoint while somebody else locks the store, and says that the call was not stored', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const database = new Database(path.join(scratch.cwd, '.radium/monitoring.db'));
		database.exec('BEGIN IMMEDIATE');

		const {code, stderr} = await callHook('claude', aClaudeCall(scratch.cwd), scratch);
		database.close();

		expect(code).toBe(0);
		expect(stderr).toContain('busy');
		expect(await listCheckpoints(scratch)).toHaveLength(1);
		expect(listCalls(scratch)).toEqual([]);
	});

	it('is installed and found by the program itself', async () => {
		const scratch = await makeScratch(newFolder(), {});

		const {code, stdout} = await rad(['hook', 'install', 'claude'], scratch);

		const file = path.join(scratch.home, '.claude/settings.json');
		expect([code, stdout]).toEqual([0, `claude\tinstalled\t${file}\n`]);
		const {hooks} = JSON.parse(readFileSync(file, 'utf8')) as {hooks: {PreToolUse: [{hooks: [{command: string}]}]}};
		expect(hooks.PreToolUse[0].hooks[0].command).toBe([process.execPath, path.join(PROGRAMS, 'tool-hook.cjs'), 'claude'].map(quote).join(' '));
		expect((await rad(['hook', 'status'], scratch)).stdout.split('\n')[0]).toBe(`claude\tinstalled\t${file}`);
		expect((await rad(['hook', 'uninstall', 'claude'], scratch)).code).toBe(0);
		expect(existsSync(file)).toBe(false);
	});
});
