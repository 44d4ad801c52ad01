import {describe, expect, it} from 'vitest';
import type {EngineCall} from '../../../source/agents/engine.ts';
import {createOpencodeEngine} from '../../../source/agents/engines/opencode/opencode-engine.ts';
import {anEngineCall} from '../../support/builders.ts';

const engine = createOpencodeEngine({findProgram: () => '/usr/lib/opencode'});
const aCall = (change: Partial<EngineCall> = {}): EngineCall =>
	anEngineCall({
		prompt: '--share is all I ask',
		hookUrl: 'http://127.0.0.1:1/secret',
		directory: '/runs/step.1',
		environment: {HOME: '/home/me', PATH: '/bin'},
		...change,
	});
type Configuration = Readonly<Record<string, unknown>> & {readonly permission: Readonly<Record<string, unknown>>};
const configure = (change: Partial<EngineCall>): Configuration =>
	JSON.parse(engine.toLaunch(aCall(change)).env['OPENCODE_CONFIG_CONTENT'] ?? '') as Configuration;

describe('the engine opencode', () => {
	it('lets a plan read and nothing else', () => {
		const {permission} = configure({permissions: 'plan'});

		expect(Object.keys(permission)[0]).toBe('*');
		expect(permission['*']).toBe('deny');
		expect(Object.keys(permission)).not.toEqual(expect.arrayContaining(['edit']));
		expect(Object.keys(permission)).not.toEqual(expect.arrayContaining(['bash']));
		expect(Object.keys(permission)).not.toEqual(expect.arrayContaining(['task']));
		expect(permission['read']).toMatchObject({'*': 'allow', '*.env': 'deny'});
	});

	it('lets edits write and run nothing, and leaves the other limits of opencode as they are', () => {
		expect(configure({permissions: 'edit'}).permission).toEqual({edit: 'allow', bash: 'deny'});
	});

	it('lets full do everything', () => {
		expect(configure({permissions: 'full'}).permission).toEqual({'*': 'allow'});
	});

	it('keeps the configuration that the environment has, but for what rad answers for', () => {
		const existing = JSON.stringify({provider: {own: {}}, permission: {bash: 'ask'}, share: 'auto', autoupdate: true});

		expect(configure({environment: {OPENCODE_CONFIG_CONTENT: existing}, permissions: 'full'})).toEqual({
			provider: {own: {}},
			permission: {'*': 'allow'},
			share: 'disabled',
			autoupdate: false,
		});
	});

	it.each(['', 'no JSON', '[1]', 'null'])('does without a configuration that is %j', existing => {
		expect(Object.keys(configure({environment: {OPENCODE_CONFIG_CONTENT: existing}})).toSorted()).toEqual(['autoupdate', 'permission', 'share']);
	});

	it('lets no variable go above the permission', () => {
		expect(engine.toLaunch(aCall({environment: {OPENCODE_PERMISSION: '{"*":"allow"}'}})).env['OPENCODE_PERMISSION']).toBe('');
	});

	it('gives the prompt to its standard input, where it is no argument', () => {
		const {file, args, stdin} = engine.toLaunch(aCall());

		expect([file, ...args]).toEqual(['/usr/lib/opencode', 'run', '--format=json']);
		expect(stdin).toBe('--share is all I ask');
	});

	it('takes a model that is named like a flag for a model', () => {
		expect(engine.toLaunch(aCall({model: '--auto'})).args.at(-1)).toBe('--model=--auto');
	});

	it.each([
		[{HOME: '/home/me'}, '/home/me/.local/share/opencode'],
		[{HOME: '/home/me', XDG_DATA_HOME: '/data'}, '/data/opencode'],
		[{}, null],
	])('looks for its database below the data folder of %j', (environment, directory) => {
		expect(engine.toLaunch(aCall({environment})).recordsDirectory).toBe(directory);
	});

	it('has no use for a command', () => {
		expect(engine.findProblem(aCall())).toBeNull();
		expect(engine.findProblem(aCall({command: 'true', prompt: null}))).toContain('give the step prompt');
	});
});
