import {describe, expect, test} from 'vitest';
import type {SettingsDesk} from '../../../source/domain/configuration.ts';
import {aSetting, createFakeSettings} from '../../support/fake-settings.ts';
import {runWords} from './run-words.ts';

const desk = (): SettingsDesk =>
	createFakeSettings([
		aSetting({key: 'notify', value: 'echo a\n\tb\u001b[31m'}),
		aSetting({key: 'keys.undo', value: ['U', '"']}),
		aSetting({key: 'bell', value: null}),
		aSetting({value: 20, origin: {kind: 'environment', variable: 'RAD_CHECKPOINT_KEEP'}}),
	]);
const run = (words: readonly string[], situation: Parameters<typeof runWords>[1] = {}) => runWords(words, {host: {settings: desk}, ...situation});

describe('rad config get', () => {
	test.each([
		['notify', 'echo a\n\tb\u001b[31m\n'],
		['keys.undo', '["U", "\\""]\n'],
		['bell', '\n'],
		['checkpoints.keep', '20\n'],
	])('gives a script the value of %s as it is', async (key, out) => {
		expect(await run(['config', 'get', key])).toMatchObject({exitCode: 0, out, err: ''});
	});

	test('lets nothing reach a terminal that controls it', async () => {
		const {out} = await run(['config', 'get', 'notify'], {isTerminal: true});

		expect(out).toMatch(/^echo a\n/);
		expect(out).not.toContain('\u001b[31m');
	});

	test('fails for a setting that there is not', async () => {
		expect(await run(['config', 'get', 'bel'])).toMatchObject({exitCode: 3, out: '', err: expect.stringContaining('try: rad config list')});
	});
});

describe('rad config set', () => {
	test('writes to the own file, unless the workspace is meant', async () => {
		expect((await run(['config', 'set', 'bell', 'osc9'])).out).toBe('bell\tosc9\twritten\t/home/ann/.config/rad/config.yaml\n');
		expect((await run(['config', 'set', 'bell', 'osc9', '--in-workspace'])).out).toBe('bell\tosc9\twritten\t/work/.radium/config.yaml\n');
	});

	test('tells where the value is that counts before it', async () => {
		expect(await run(['config', 'set', 'checkpoints.keep', '1'])).toMatchObject({
			exitCode: 0,
			err: 'What RAD_CHECKPOINT_KEEP says counts before it: 20\n',
		});
	});

	test.each([
		[['config', 'set', 'bell'], 'rad config set needs a value.'],
		[['config', 'set', 'keys.undo', 'U', 'ctrl+k'], 'one too many is ctrl+k'],
		[['config', 'unset'], 'rad config unset needs a key.'],
	])('needs all of its words: %j', async (words, told) => {
		expect(await run(words)).toMatchObject({exitCode: 2, err: expect.stringContaining(told)});
	});
});

describe('rad config path', () => {
	test('prints a path alone', async () => {
		expect((await run(['config', 'path'])).out).toBe('/home/ann/.config/rad/config.yaml\n');
		expect((await run(['config', 'path', '--in-workspace'])).out).toBe('/work/.radium/config.yaml\n');
	});
});

test('rad config schema prints a document', async () => {
	expect(JSON.parse((await run(['config', 'schema'])).out)).toEqual({title: 'Settings of rad'});
});
