import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import type {Engine} from '../../../source/agents/engine.ts';
import {createEngines} from '../../../source/agents/engines/create-engines.ts';
import {anEngineCall} from '../../support/builders.ts';

const recordingsDirectory = fileURLToPath(new URL('../../../source/agents/engines/recorded/recordings', import.meta.url));
const engines = createEngines({
	nodePath: '/bin/node',
	playerFile: '/rad/player.js',
	recordingsDirectory,
	hookFile: '/rad/hook.js',
	agentFile: 'api-agent.js',
	geminiHookSettings: '/nowhere/settings.json',
	findProgram: () => undefined,
});
const find = (name: string): Engine => {
	const engine = engines.find(name);
	if (engine === undefined) throw new Error(`no engine ${name}`);
	return engine;
};
const aCall = anEngineCall;

describe('createEngines', () => {
	it('knows each engine by its name, and no other', () => {
		expect(engines.names).toEqual(['shell', 'recorded', 'claude', 'codex', 'gemini', 'opencode', 'api']);
		expect(engines.names.map(name => engines.find(name)?.name)).toEqual(engines.names);
		expect(engines.find('constructor')).toBeUndefined();
	});
});

describe('the engine shell', () => {
	it('hands the command to the shell exactly as it was written', () => {
		const command = 'printf \'%s\\n\' "$HOME" && exit 3\n# the end';

		expect(find('shell').toLaunch(aCall({command}))).toEqual({
			file: '/bin/sh',
			args: ['-c', command],
			env: {},
			stdin: null,
			isContinued: false,
			files: {},
			recordsDirectory: null,
		});
	});

	it('shows both streams as they are', () => {
		const reader = find('shell').openReader({since: 0});

		expect([...reader.readLine('{"type":"result"}', 'out'), ...reader.readLine('oh', 'err'), ...reader.end()]).toEqual([
			{type: 'log', agent: null, kind: 'out', text: '{"type":"result"}'},
			{type: 'log', agent: null, kind: 'err', text: 'oh'},
		]);
	});

	it('has no use for a prompt', () => {
		expect(find('shell').findProblem(aCall())).toContain('give the step run');
		expect(find('shell').findProblem(aCall({command: 'true'}))).toBeNull();
	});
});

describe('the engine recorded', () => {
	it('plays the recording that was asked for at the speed that was asked for', () => {
		expect(find('recorded').toLaunch(aCall({recording: 'plan', speed: 2.5}))).toEqual({
			file: '/bin/node',
			args: ['/rad/player.js', `${recordingsDirectory}/plan`, '/work', '2.5'],
			env: {},
			stdin: null,
			isContinued: false,
			files: {},
			recordsDirectory: null,
		});
	});

	it('has a default recording and its own pace', () => {
		expect(find('recorded').findProblem(aCall())).toBeNull();
		expect(find('recorded').toLaunch(aCall()).args.slice(1)).toEqual([`${recordingsDirectory}/implement`, '/work', '1']);
	});

	it('names the recordings there are when it is asked for another', () => {
		expect(find('recorded').findProblem(aCall({recording: 'reveiw'}))).toBe(
			'There is no recording "reveiw". Did you mean "review"? Known recordings: implement, plan, restore, review.',
		);
		expect(find('recorded').findProblem(aCall({recording: '../../etc'}))).toBe(
			'There is no recording "../../etc". Known recordings: implement, plan, restore, review.',
		);
	});

	it('runs no command', () => {
		expect(find('recorded').findProblem(aCall({command: 'true'}))).toContain('give the step prompt');
	});

	it('says that it is a recording, and needs its word that the work was done', () => {
		expect(find('recorded')).toMatchObject({isRecording: true, needsVerdict: true, agentType: 'agent'});
	});
});
