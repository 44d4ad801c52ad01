import {cpSync, mkdirSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {adoptCall} from '../../../source/agents/adopted/adopt-call.ts';
import {isWritingTool} from '../../../source/agents/adopted/hook-engines.ts';
import {parseSessionCall, type SessionCall} from '../../../source/agents/hook-call.ts';
import {RadError} from '../../../source/domain/failures.ts';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {importHome, openHome, SELF, sessionsOf} from '../../support/adopting.ts';
import {aCheckpoint, anAgent, aRun} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const RECORDINGS = fileURLToPath(new URL('../../fixtures/recordings/claude-code/2.1.330/', import.meta.url));

/** As Claude Code 2.1.330 sent it. */
const aCall = (change: Readonly<Record<string, unknown>> = {}): SessionCall => {
	const told = parseSessionCall(
		JSON.stringify({
			session_id: '2754f759-9ff9-4425-8a3c-206c2aa5adac',
			transcript_path: '~/.claude/projects/-workspace/2754f759-9ff9-4425-8a3c-206c2aa5adac.jsonl',
			cwd: '/workspace',
			prompt_id: '268bcb30-4f05-46dd-8d06-8b3314a45ed6',
			permission_mode: 'acceptEdits',
			effort: {level: 'medium'},
			hook_event_name: 'PreToolUse',
			tool_name: 'Write',
			tool_input: {file_path: '/workspace/rad_written.txt', content: 'hello\n'},
			tool_use_id: 'toolu_rad0001',
			...change,
		}),
	);
	if (told === undefined) throw new Error('the call must be understood');
	return told;
};

const open = () => {
	const {home, store, clock, ids} = openHome(newFolder(), Date.parse('2026-11-22T22:43:00Z'));
	const made: Checkpoint[] = [];
	const checkpoints = {
		create: async (purpose: Pick<Checkpoint, 'kind' | 'label' | 'runId' | 'stepId' | 'agentId'>) => {
			const {kind, label, runId, stepId, agentId} = purpose;
			made.push(aCheckpoint({id: ids.next('cp'), kind, label, runId, stepId, agentId}));
			return made.at(-1) as Checkpoint;
		},
	};
	const ports = {store, checkpoints, clock, ids, self: SELF, engine: 'claude', workspaceRoot: '/workspace', redact: (text: string) => text};
	return {home, store, made, clock, ids, ports};
};

describe('a call of an agent that rad did not start', () => {
	it('is stored with its checkpoint under one agent for the session', async () => {
		const {ports, store, made} = open();

		await adoptCall(ports, aCall());
		await adoptCall(ports, aCall({tool_use_id: 'toolu_rad0002'}));

		const agents = await store.listAgents({});
		expect(agents).toMatchObject([
			{engine: 'claude', name: 'session 2754f759', sessionId: '2754f759-9ff9-4425-8a3c-206c2aa5adac', status: 'completed', parentId: null},
		]);
		expect((await store.listRuns()).map(({workflow, status}) => [workflow, status])).toEqual([['claude sessions', 'completed']]);
		expect(await store.listToolCalls({})).toMatchObject([
			{agentId: agents[0]?.id, callId: 'toolu_rad0001', tool: 'Write', writes: ['rad_written.txt'], checkpointId: made[0]?.id, isError: null},
			{agentId: agents[0]?.id, callId: 'toolu_rad0002', checkpointId: made[1]?.id},
		]);
		expect((await store.listToolCalls({}))[0]?.argumentsJson).toBe('{"file_path":"/workspace/rad_written.txt","content":"hello\\n"}');
		expect(made[0]).toMatchObject({kind: 'write', label: 'before Write rad_written.txt', agentId: agents[0]?.id, runId: agents[0]?.planId});
		const events = await store.listEvents(0, 100);
		expect(events.map(({event}) => event.type)).toEqual(['agent.registered', 'checkpoint.created', 'checkpoint.created']);
	});

	it('of a sub-agent is under that one', async () => {
		const {ports, store} = open();

		await adoptCall(ports, aCall({agent_id: 'acaccc0a7134f4c39', agent_type: 'general-purpose'}));

		const [root, sub] = await store.listAgents({});
		expect(sub).toMatchObject({parentId: root?.id, agentType: 'sub-agent', name: 'general-purpose'});
		expect((await store.listToolCalls({})).map(({agentId}) => agentId)).toEqual([sub?.id]);
	});

	it('is found again by an import of the session, which counts nothing twice', async () => {
		const machine = open();
		const {home, ports, store, made} = machine;
		await adoptCall(ports, aCall());
		mkdirSync(sessionsOf(home, 'claude'), {recursive: true});
		cpSync(path.join(RECORDINGS, 'hooks-full/projects'), sessionsOf(home, 'claude'), {recursive: true});

		expect(await importHome(machine, 'claude')).toMatchObject({found: 1, imported: 1, own: 0});
		const usage = await store.sumUsage({});
		await adoptCall(ports, aCall({tool_use_id: 'toolu_rad0002'}));
		expect(await importHome(machine, 'claude')).toMatchObject({found: 1, imported: 0, unchanged: 1});

		expect(await store.listAgents({})).toMatchObject([{model: 'claude-opus-5-5', sessionId: '2754f759-9ff9-4425-8a3c-206c2aa5adac'}]);
		expect(await store.listRuns()).toHaveLength(1);
		expect(usage.responses).toBeGreaterThan(0);
		expect(await store.sumUsage({})).toEqual(usage);
		expect((await store.listToolCalls({})).map(({checkpointId}) => checkpointId)).toEqual(made.map(({id}) => id));
	});

	it('has one agent with an import, also when that came first, and its sub-agent too', async () => {
		const machine = open();
		const {home, ports, store} = machine;
		mkdirSync(sessionsOf(home, 'claude'), {recursive: true});
		cpSync(path.join(RECORDINGS, 'subagent/projects'), sessionsOf(home, 'claude'), {recursive: true});
		const [project = ''] = readdirSync(sessionsOf(home, 'claude'));
		const session = (readdirSync(path.join(sessionsOf(home, 'claude'), project)).find(name => name.endsWith('.jsonl')) ?? '').replace('.jsonl', '');
		const [file = ''] = readdirSync(path.join(sessionsOf(home, 'claude'), project, session, 'subagents')).filter(name => name.endsWith('.jsonl'));
		await importHome(machine, 'claude');
		const before = await store.listAgents({});

		await adoptCall(ports, aCall({session_id: session, agent_id: file.replace(/^agent-|\.jsonl$/g, ''), agent_type: 'x'}));

		expect((await store.listAgents({})).map(({id}) => id)).toEqual(before.map(({id}) => id));
	});

	it('of a session that rad itself began stays there, so that an import does not count it', async () => {
		const machine = open();
		const {home, ports, store} = machine;
		mkdirSync(sessionsOf(home, 'claude'), {recursive: true});
		cpSync(path.join(RECORDINGS, 'hooks-full/projects'), sessionsOf(home, 'claude'), {recursive: true});
		const run = aRun();
		await store.createRun({id: run.id, workflow: 'w', startedAt: 1, owner: SELF, planJson: '{}', stepIds: ['build']});
		const agent = anAgent({planId: run.id, engine: 'claude', sessionId: '2754f759-9ff9-4425-8a3c-206c2aa5adac', endedAt: 5});
		const attempt = {runId: run.id, stepId: 'build', attempt: 1, agentId: agent.id, tokenHash: 'h', startedAt: 1, endedAt: null};
		await store.startAttempt(attempt, agent);

		await adoptCall(ports, aCall());

		expect((await store.listAgents({})).map(({id, endedAt}) => [id, endedAt])).toEqual([[agent.id, 5]]);
		expect(await importHome(machine, 'claude')).toMatchObject({imported: 0, own: 1});
		expect((await store.sumUsage({})).responses).toBe(0);
	});

	it('keeps the checkpoint when the store fails, and tells of the failure', async () => {
		const {ports, made} = open();
		const busy = new RadError('STORE_BUSY', 'busy');
		const store = {...ports.store, adoptRun: () => Promise.reject(busy)};

		await expect(adoptCall({...ports, store}, aCall())).rejects.toBe(busy);

		expect(made).toMatchObject([{kind: 'write', runId: null, agentId: null}]);
	});

	it('gets an id of its own where the engine tells none', async () => {
		const {ports, store} = open();
		const told = aCall({tool_name: 'write_file', tool_input: {file_path: 'a.txt', content: 'x'}, tool_use_id: undefined});

		await adoptCall({...ports, engine: 'gemini'}, told);
		await adoptCall({...ports, engine: 'gemini'}, told);

		expect(new Set((await store.listToolCalls({})).map(({callId}) => callId)).size).toBe(2);
	});
});

describe('what a hook is sent', () => {
	it.each(['', '[]', '{}', '{"session_id": "s"}', '{"session_id": "s", "cwd": "relative", "tool_name": "Write"}', '{"session_id"'])(
		'is not understood when it is no call: %j',
		body => {
			expect(parseSessionCall(body)).toBeUndefined();
		},
	);

	it('names the files of a patch of Codex', () => {
		const command = '*** Begin Patch\n*** Add File: rad_written.txt\n+hello\n*** End Patch\n';

		expect(aCall({tool_name: 'apply_patch', tool_input: {command}, model: 'gpt-5.5'})).toMatchObject({
			model: 'gpt-5.5',
			subAgent: null,
			write: {files: ['/workspace/rad_written.txt']},
		});
	});

	it.each([
		['claude', 'Write', true],
		['claude', 'Bash', true],
		['claude', 'BashOutput', false],
		['claude', 'TodoWrite', false],
		['gemini', 'replace', true],
		['gemini', 'read_file', false],
		['codex', 'apply_patch', true],
		['opencode', 'edit', true],
		['opencode', 'read', false],
	] as const)('of %s by %s is a write: %s', (engine, tool, isWrite) => {
		expect(isWritingTool(engine, tool)).toBe(isWrite);
	});
});
