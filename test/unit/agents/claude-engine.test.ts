import {describe, expect, it} from 'vitest';
import {createClaudeEngine} from '../../../source/agents/engines/claude/claude-engine.ts';
import {anEngineCall} from '../../support/builders.ts';

const engine = createClaudeEngine({findProgram: (command, {PATH}) => (PATH === undefined ? undefined : `${PATH}/${command}`)});

describe('the engine claude', () => {
	it.each([
		['plan', 'plan'],
		['edit', 'acceptEdits'],
		['full', 'bypassPermissions'],
	] as const)('maps the permissions %s to the mode %s', (permissions, mode) => {
		expect(engine.toLaunch(anEngineCall({permissions})).args).toContain(`--permission-mode=${mode}`);
	});

	it('gives the prompt through standard input, and names of any kind in one piece', () => {
		const {args, stdin, file} = engine.toLaunch(anEngineCall({prompt: '--help', model: '--foo', session: 'abc', environment: {PATH: '/bin'}}));

		expect([file, stdin]).toEqual(['/bin/claude', '--help']);
		expect(args).not.toContain('--help');
		expect(args).toEqual(expect.arrayContaining(['--model=--foo', '--resume=abc']));
	});

	it('tells the address of the hook in a file of the attempt, never in its arguments', () => {
		const hookUrl = 'http://127.0.0.1:1/secret';

		const {args, files} = engine.toLaunch(anEngineCall({hookUrl, directory: '/attempt'}));

		expect(args.join(' ')).not.toContain('secret');
		const [name = '', content = ''] = Object.entries(files)[0] ?? [];
		expect(args).toContain(`--settings=/attempt/${name}`);
		expect(JSON.parse(content)).toMatchObject({hooks: {PreToolUse: [{hooks: [{type: 'http', url: hookUrl}]}]}});
		expect(engine.toLaunch(anEngineCall()).files).toEqual({});
	});

	it('gives the schema of the answer by its flag', () => {
		const answer = {type: 'object', properties: {ok: {type: 'boolean'}}};

		expect(engine.takesSchema({list: {type: 'array'}})).toBe(true);
		expect(engine.toLaunch(anEngineCall({answer})).args).toContain(`--json-schema=${JSON.stringify(answer)}`);
		expect(engine.toLaunch(anEngineCall()).args.join(' ')).not.toContain('schema');
	});

	it('gives up on a refused key before minutes have passed, unless the user wants otherwise', () => {
		expect(engine.toLaunch(anEngineCall()).env).toHaveProperty('CLAUDE_CODE_MAX_RETRIES', '4');
		expect(engine.toLaunch(anEngineCall({environment: {CLAUDE_CODE_MAX_RETRIES: '9'}})).env).toHaveProperty('CLAUDE_CODE_MAX_RETRIES', '9');
	});

	it.each([
		[{HOME: '/home/me'}, '/home/me/.claude/projects'],
		[{HOME: '/home/me', CLAUDE_CONFIG_DIR: '/c'}, '/c/projects'],
		[{HOME: 'relative'}, null],
		[{}, null],
	])('looks for its sessions where %j says', (environment, directory) => {
		expect(engine.findRecordsDirectory(environment)).toBe(directory);
	});

	it('has no use for a command', () => {
		expect(engine.findProblem(anEngineCall({command: 'true'}))).toContain('give the step prompt');
		expect(engine.findProblem(anEngineCall())).toBeNull();
	});
});
