import {describe, expect, it} from 'vitest';
import type {EngineCall} from '../../../source/agents/engine.ts';
import {createCodexEngine} from '../../../source/agents/engines/codex/codex-engine.ts';
import {findNativeProgram} from '../../../source/agents/engines/codex/native-program.ts';
import type {OutputSchema} from '../../../source/domain/plan.ts';
import type {Permissions} from '../../../source/domain/records.ts';
import {anEngineCall} from '../../support/builders.ts';

const engine = createCodexEngine({findProgram: () => '/usr/bin/codex', hookCommand: '"/opt/node" "/opt/rad/hook main.js"'});

const aCall = (change: Partial<EngineCall> = {}): EngineCall =>
	anEngineCall({
		prompt: 'Do it.\n--sandbox=danger-full-access',
		directory: '/work/.radium/state/attempt',
		environment: {HOME: '/home/me'},
		...change,
	});

describe('the engine codex', () => {
	it.each<[Permissions, string]>([
		['plan', 'read-only'],
		['edit', 'workspace-write'],
		['full', 'danger-full-access'],
	])('allows with the permissions %s what the sandbox %s does', (permissions, sandbox) => {
		expect(engine.toLaunch(aCall({permissions}))).toEqual({
			file: '/usr/bin/codex',
			args: ['exec', '--json', `--sandbox=${sandbox}`, '--skip-git-repo-check', '--config=check_for_update_on_startup=false', '-'],
			env: {},
			stdin: 'Do it.\n--sandbox=danger-full-access',
			isContinued: false,
			files: {},
			recordsDirectory: '/home/me/.codex/sessions',
		});
	});

	it('takes no model for a flag', () => {
		const {args} = engine.toLaunch(aCall({model: '--foo'}));

		expect(args).toContain('--model=--foo');
		expect(args).not.toContain('--foo');
	});

	it('has its process ask before each tool runs', () => {
		const {args, env} = engine.toLaunch(aCall({hookUrl: 'http://127.0.0.1:1/secret'}));

		expect(env).toEqual({RAD_HOOK_URL: 'http://127.0.0.1:1/secret'});
		expect(args).toContain('--dangerously-bypass-hook-trust');
		expect(args).toContain(
			'--config=hooks.PreToolUse=[{hooks=[{type="command",command="\\"/opt/node\\" \\"/opt/rad/hook main.js\\"",timeout=120}]}]',
		);
		expect(args.join(' ')).not.toContain('secret');
	});

	it('gives the schema of the answer in a file of the attempt, also to a conversation that goes on', () => {
		const answer = {type: 'object', properties: {ok: {type: 'boolean'}}};

		const {args, files} = engine.toLaunch(aCall({answer, session: 'abc'}));

		const [name = '', content = ''] = Object.entries(files)[0] ?? [];
		expect(args).toEqual(expect.arrayContaining([`--output-schema=/work/.radium/state/attempt/${name}`, 'resume', 'abc']));
		expect(args.indexOf('resume'), 'the flag is not one of resume').toBeGreaterThan(args.findIndex(word => word.startsWith('--output-schema')));
		expect(JSON.parse(content)).toEqual(answer);
	});

	it.each<[OutputSchema, boolean]>([
		[{type: 'string', enum: ['a']}, true],
		[{type: 'array', items: {type: 'number'}}, true],
		[{type: 'array'}, false],
		[{type: 'object'}, false],
		[{type: 'object', properties: {}, required: []}, false],
		[{type: 'object', properties: {a: {type: 'string'}}}, false],
		[{type: 'object', properties: {a: {type: 'string'}}, required: ['a']}, true],
		[{type: 'array', items: {type: 'object', properties: {a: {type: 'array'}}, required: ['a']}}, false],
	])('takes no schema that leaves something open, which its API refuses: %j', (schema, isTaken) => {
		expect(engine.takesSchema({fine: {type: 'string'}, x: schema})).toBe(isTaken);
	});

	it('writes any command for the hook as TOML', () => {
		const odd = createCodexEngine({findProgram: () => undefined, hookCommand: 'a\n\u007f\\b'});

		const {args, file} = odd.toLaunch(aCall({hookUrl: 'http://127.0.0.1:1/'}));

		expect(args.find(argument => argument.includes('hooks'))).toContain('command="a\\n\\u007f\\\\b"');
		expect(file).toBe('codex');
	});

	it.each([
		[{CODEX_HOME: '/data/codex', HOME: '/home/me'}, '/data/codex/sessions'],
		[{CODEX_HOME: 'own', HOME: '/home/me'}, null],
		[{CODEX_HOME: '', HOME: '/home/me'}, '/home/me/.codex/sessions'],
		[{}, null],
	])('looks for the records of a session where %j says', (environment, directory) => {
		expect(engine.toLaunch(aCall({environment})).recordsDirectory).toBe(directory);
	});

	it('has no use for a command', () => {
		expect(engine.findProblem(aCall())).toBeNull();
		expect(engine.findProblem(aCall({prompt: null, command: 'true'}))).toContain('give the step prompt');
	});

	it.each(['OPENAI_API_KEY', 'CODEX_API_KEY', 'AZURE_OPENAI_API_KEY'])('lets its process have %s', name => {
		expect(engine.findCredentials(null)?.test(name)).toBe(true);
	});

	it.each(['ANTHROPIC_API_KEY', 'MY_OPENAI_API_KEY', 'GEMINI_API_KEY'])('asks for no %s', name => {
		expect(engine.findCredentials(null)?.test(name)).toBe(false);
	});
});

describe('findNativeProgram', () => {
	const wrapper = '/lib/node_modules/@openai/codex/bin/codex.js';
	const beside = '/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';
	const below = '/lib/node_modules/@openai/codex/node_modules/@openai/codex-darwin-arm64/vendor/aarch64-apple-darwin/bin/codex';
	const within = '/lib/node_modules/@openai/codex/vendor/aarch64-unknown-linux-musl/bin/codex';

	it.each([beside, below, within])('finds %s', program => {
		expect(findNativeProgram(wrapper, file => file === program)).toBe(program);
	});

	it('keeps the script where there is no program, or more than one', () => {
		expect(findNativeProgram(wrapper, () => false)).toBe(wrapper);
		expect(findNativeProgram(wrapper, () => true)).toBe(wrapper);
	});

	it('keeps any other program', () => {
		expect(findNativeProgram('/usr/bin/codex', () => true)).toBe('/usr/bin/codex');
	});
});
