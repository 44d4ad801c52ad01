import {describe, expect, it} from 'vitest';
import {createApiEngine} from '../../../source/agents/engines/api/api-engine.ts';
import {type ApiProvider, parseModelName, readSettings} from '../../../source/agents/engines/api/model-settings.ts';
import {anEngineCall} from '../../support/builders.ts';

const engine = createApiEngine({nodePath: '/bin/node', agentFile: '/rad/api-agent.js'});

describe('the engine api', () => {
	it('starts its own program, with the prompt on standard input and no secret in the arguments', () => {
		const environment = {ANTHROPIC_API_KEY: 'secret-key'};
		const call = anEngineCall({prompt: 'Do it.', model: 'anthropic/claude-sonnet-4-5', hookUrl: 'http://127.0.0.1:1/secret', environment});

		expect(engine.toLaunch(call)).toEqual({
			file: '/bin/node',
			args: ['/rad/api-agent.js', 'anthropic/claude-sonnet-4-5', 'edit', '/work'],
			env: {RAD_HOOK_URL: 'http://127.0.0.1:1/secret'},
			stdin: 'Do it.',
			isContinued: false,
			files: {},
			recordsDirectory: null,
		});
	});

	it('asks nobody where nobody listens', () => {
		expect(engine.toLaunch(anEngineCall()).env).toEqual({});
	});

	it('says how a model is written when it has none, or one that it does not know', () => {
		const advice =
			'write model as <provider>/<model>, as in anthropic/claude-sonnet-4-5; the providers are anthropic, openai, openai-chat, google, compatible.';

		expect(engine.findProblem(anEngineCall())).toBe(`The engine "api" has no model of its own: ${advice}`);
		expect(engine.findProblem(anEngineCall({model: 'gpt-5.1'}))).toBe(`The engine "api" does not know the model "gpt-5.1": ${advice}`);
		expect(engine.findProblem(anEngineCall({model: 'openai/gpt-5.1'}))).toBeNull();
	});

	it('has no use for a command', () => {
		expect(engine.findProblem(anEngineCall({prompt: null, command: 'true', model: 'openai/gpt-5.1'}))).toContain('give the step prompt');
	});

	it.each([
		['anthropic/x', ['ANTHROPIC_API_KEY']],
		['openai/x', ['OPENAI_API_KEY']],
		['openai-chat/x', ['OPENAI_API_KEY']],
		['google/x', ['GEMINI_API_KEY', 'GOOGLE_API_KEY']],
		['compatible/x', ['OPENAI_COMPATIBLE_API_KEY']],
		['nobody/x', []],
	])('gets the keys of the provider of %s, and no other', (model, wanted) => {
		const names = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENAI_COMPATIBLE_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY', 'MY_OPENAI_API_KEY'];

		expect(names.filter(name => engine.findCredentials(model)?.test(name))).toEqual(wanted);
	});
});

describe('parseModelName', () => {
	it.each([
		['anthropic/claude-sonnet-4-5', {provider: 'anthropic', model: 'claude-sonnet-4-5'}],
		['openai-chat/gpt-4.1', {provider: 'openai-chat', model: 'gpt-4.1'}],
		['compatible/qwen/qwen3-coder:30b', {provider: 'compatible', model: 'qwen/qwen3-coder:30b'}],
	])('reads %s', (text, name) => {
		expect(parseModelName(text)).toEqual(name);
	});

	it.each(['', 'anthropic', 'anthropic/', '/model', 'toString/model', 'google/a b', '--eval/x', 'ANTHROPIC/x'])('takes %j for none', text => {
		expect(parseModelName(text)).toBeUndefined();
	});
});

describe('readSettings', () => {
	const read = (provider: ApiProvider, environment: Record<string, string>) => {
		const reading = readSettings({provider, model: 'm'}, environment);
		return reading.kind === 'settings' ? [reading.settings.baseUrl, reading.settings.apiKey] : reading.reason;
	};

	it('knows where the providers are', () => {
		expect(read('anthropic', {ANTHROPIC_API_KEY: 'a'})).toEqual(['https://api.anthropic.com/v1', 'a']);
		expect(read('openai', {OPENAI_API_KEY: 'o'})).toEqual(['https://api.openai.com/v1', 'o']);
		expect(read('openai-chat', {OPENAI_API_KEY: 'o'})).toEqual(['https://api.openai.com/v1', 'o']);
		expect(read('google', {GEMINI_API_KEY: 'g', GOOGLE_API_KEY: 'other'})).toEqual(['https://generativelanguage.googleapis.com/v1beta', 'g']);
	});

	it('takes another address, with or without the version that other programs leave out', () => {
		const key = 'k';

		expect(read('anthropic', {ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: 'http://proxy/'})).toEqual(['http://proxy/v1', key]);
		expect(read('anthropic', {ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: 'http://proxy/a/v1'})).toEqual(['http://proxy/a/v1', key]);
		expect(read('google', {GOOGLE_API_KEY: key, GOOGLE_GEMINI_BASE_URL: 'http://proxy'})).toEqual(['http://proxy/v1beta', key]);
		expect(read('openai', {OPENAI_API_KEY: key, OPENAI_BASE_URL: 'http://proxy/openai'})).toEqual(['http://proxy/openai', key]);
	});

	it('needs an address for a compatible server, but no key', () => {
		expect(read('compatible', {})).toBe('Nothing says where the model is: set OPENAI_COMPATIBLE_BASE_URL, as in http://127.0.0.1:8080/v1.');
		expect(read('compatible', {OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:8080/v1'})).toEqual(['http://127.0.0.1:8080/v1', null]);
		expect(read('compatible', {OPENAI_COMPATIBLE_BASE_URL: 'http://h/v1', OPENAI_COMPATIBLE_API_KEY: 'k', OPENAI_API_KEY: 'o'})).toEqual([
			'http://h/v1',
			'k',
		]);
	});

	it('says which key is missing', () => {
		expect(read('google', {GEMINI_API_KEY: '', OPENAI_API_KEY: 'o'})).toBe('There is no API key for google: set GEMINI_API_KEY or GOOGLE_API_KEY.');
	});

	it.each(['127.0.0.1:8080', 'file:///etc/passwd', 'localhost:8080/v1'])('takes %s for no address', url => {
		expect(read('compatible', {OPENAI_COMPATIBLE_BASE_URL: url})).toContain('must be an address');
	});
});
