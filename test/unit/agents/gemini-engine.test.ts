import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {EngineCall} from '../../../source/agents/engine.ts';
import {createGeminiEngine} from '../../../source/agents/engines/gemini/gemini-engine.ts';
import {anEngineCall} from '../../support/builders.ts';

const SETTINGS = new URL('../../../source/agents/engines/gemini/hook-settings.json', import.meta.url);
const engine = createGeminiEngine({
	findProgram: command => (command === 'gemini' ? '/usr/lib/gemini.js' : undefined),
	hookCommand: "'/bin/node' '/rad/hook.js'",
	hookSettingsFile: '/rad/hook-settings.json',
});
const aCall = (change: Partial<EngineCall> = {}): EngineCall =>
	anEngineCall({prompt: '--yolo is all I ask', directory: '/runs/step.1', environment: {HOME: '/home/me', PATH: '/bin'}, ...change});

describe('the engine gemini', () => {
	it.each([
		['plan', 'default'],
		['edit', 'auto_edit'],
	] as const)('holds the permission %s, and forbids the mode by which the model could leave it', (permissions, mode) => {
		const {args, files} = engine.toLaunch(aCall({permissions}));

		expect(args).toEqual([
			'--output-format=stream-json',
			'--skip-trust',
			`--approval-mode=${mode}`,
			'--admin-policy=/runs/step.1/gemini-policy.toml',
		]);
		expect(files['gemini-policy.toml']).toContain('toolName = ["enter_plan_mode", "exit_plan_mode"]\ndecision = "deny"');
	});

	it('limits nothing where everything is allowed', () => {
		const {args, files} = engine.toLaunch(aCall({permissions: 'full'}));

		expect(args).toEqual(['--output-format=stream-json', '--skip-trust', '--approval-mode=yolo']);
		expect(files).toEqual({});
	});

	it('gives the prompt to its standard input, where it is no argument', () => {
		const {args, stdin, file} = engine.toLaunch(aCall());

		expect(file).toBe('/usr/lib/gemini.js');
		expect(stdin).toBe('--yolo is all I ask');
		expect(args.join(' ')).not.toContain('all I ask');
	});

	it('takes a model that is named like a flag for a model', () => {
		expect(engine.toLaunch(aCall({model: '--yolo'})).args.at(-1)).toBe('--model=--yolo');
	});

	it('asks before writes only where somebody listens', () => {
		const own = {GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true'};

		expect(engine.toLaunch(aCall()).env).toEqual(own);
		expect(engine.toLaunch(aCall({hookUrl: 'http://127.0.0.1:1/secret'})).env).toEqual({
			...own,
			GEMINI_CLI_SYSTEM_SETTINGS_PATH: '/rad/hook-settings.json',
			RAD_HOOK_COMMAND: "'/bin/node' '/rad/hook.js'",
			RAD_HOOK_URL: 'http://127.0.0.1:1/secret',
		});
	});

	it('ships settings that ask with the command of the environment', () => {
		const settings: unknown = JSON.parse(readFileSync(SETTINGS, 'utf8'));

		expect(settings).toMatchObject({
			hooks: {BeforeTool: [{hooks: [{type: 'command', command: '$RAD_HOOK_COMMAND', env: {RAD_HOOK_URL: '$RAD_HOOK_URL'}}]}]},
		});
	});

	it.each([
		[{HOME: '/home/me'}, '/home/me/.gemini/tmp'],
		[{HOME: '/home/me', GEMINI_CLI_HOME: '/else'}, '/else/.gemini/tmp'],
		[{HOME: 'here'}, null],
		[{}, null],
	])('looks for its sessions in the home folder of %j', (environment, directory) => {
		expect(engine.toLaunch(aCall({environment})).recordsDirectory).toBe(directory);
	});

	it('has no use for a command', () => {
		expect(engine.findProblem(aCall())).toBeNull();
		expect(engine.findProblem(aCall({command: 'true', prompt: null}))).toContain('give the step prompt');
	});

	it('keeps the keys of its provider', () => {
		expect(['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'OPENAI_API_KEY'].filter(name => engine.findCredentials(null)?.test(name))).toEqual([
			'GEMINI_API_KEY',
			'GOOGLE_API_KEY',
		]);
	});
});
