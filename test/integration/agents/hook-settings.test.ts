import {chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {createHookSettings} from '../../../source/agents/hook-settings/hook-settings-service.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

const aMachine = (settings?: string | Buffer) => {
	const home = newFolder();
	const file = path.join(home, '.claude/settings.json');
	mkdirSync(path.dirname(file));
	if (settings !== undefined) writeFileSync(file, settings);
	const open = (hookFile = '/rad/tool-hook.cjs') =>
		createHookSettings({environment: {HOME: home}, nodePath: '/bin/node', hookFile, findStateDirectory: () => path.join(home, 'state')});
	return {home, file, open, read: () => readFileSync(file, 'utf8')};
};

const ODD = '{ "model":"opus",\n\n      // mine\n  "permissions" : {"allow":["Bash(ls:*)"]} }   \n\n';

describe('the hook in the settings of an agent', () => {
	it.each([[ODD], ['{}'], ['']])('comes and goes without a byte of difference: %j', async text => {
		const {file, open, read} = aMachine(text);
		chmodSync(file, 0o640);
		const hooks = open();

		expect(await hooks.install('claude')).toMatchObject({engine: 'claude', file, change: 'installed'});
		const installed = read();
		expect(await hooks.install('claude')).toMatchObject({change: 'none'});
		expect(read()).toBe(installed);
		expect((await hooks.list()).map(({state}) => state)).toEqual(['installed', 'missing', 'missing', 'missing']);
		expect(statSync(file).mode & 0o777).toBe(0o640);

		expect(await hooks.uninstall('claude')).toMatchObject({change: 'restored'});
		expect(read()).toBe(text);
		expect(statSync(file).mode & 0o777).toBe(0o640);
		expect(await hooks.uninstall('claude')).toMatchObject({change: 'none'});
	});

	it.each(['claude', 'gemini', 'codex', 'opencode'])('makes the file of %s where there was none, and removes it', async engine => {
		const {home} = aMachine();
		const hooks = createHookSettings({
			environment: {HOME: home, CLAUDE_CONFIG_DIR: path.join(home, 'c'), CODEX_HOME: path.join(home, 'x'), XDG_CONFIG_HOME: path.join(home, 'cfg')},
			nodePath: '/bin/node',
			hookFile: "/it's/tool-hook.cjs",
			findStateDirectory: () => path.join(home, 'state'),
		});

		const {file, change} = await hooks.install(engine);

		expect(change).toBe('installed');
		expect(file.slice(home.length + 1)).toMatch(/^(c\/settings|\.gemini\/settings|x\/hooks|cfg\/opencode\/plugin\/rad)\.js(on)?$/);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(await hooks.uninstall(engine)).toMatchObject({change: 'restored'});
		expect(existsSync(file)).toBe(false);
	});

	it('takes out the hook alone when the settings were changed since', async () => {
		const {open, file, read} = aMachine(ODD);
		await open().install('claude');
		writeFileSync(file, read().replace('"opus"', '"sonnet"'));

		expect(await open().uninstall('claude')).toMatchObject({change: 'removed'});

		expect(read()).toContain('"sonnet"');
		expect(read()).toContain('// mine');
		expect(read()).not.toContain('tool-hook');
	});

	it('is brought up to date, and what was there before is kept in mind', async () => {
		const {open, read} = aMachine(ODD);
		await open('/old/tool-hook.cjs').install('claude');

		expect((await open().list())[0]?.state).toBe('outdated');
		expect(await open().install('claude')).toMatchObject({change: 'installed'});
		expect(read()).not.toContain('/old/');
		expect(await open().uninstall('claude')).toMatchObject({change: 'restored'});
		expect(read()).toBe(ODD);
	});

	it('follows a link to where the settings really are', async () => {
		const {home, file, open} = aMachine();
		const real = path.join(home, 'dotfiles.json');
		symlinkSync(real, file);
		await open().install('claude');

		expect(lstatSync(file).isSymbolicLink()).toBe(true);
		expect(readFileSync(real, 'utf8')).toContain('tool-hook.cjs');
		await open().uninstall('claude');
		expect(existsSync(real)).toBe(false);
	});

	it.each([['{'], [Buffer.from([0x7b, 0xff, 0x7d])]])('leaves settings alone that cannot be understood', async text => {
		const {file, open} = aMachine(text);

		await expect(open().install('claude')).rejects.toMatchObject({code: 'SETTINGS_UNUSABLE'});
		expect(readFileSync(file)).toEqual(Buffer.from(text));
		expect((await open().list())[0]?.state).toBe('unreadable');
	});

	it('names the engines when asked for one that has no hooks', async () => {
		await expect(aMachine().open().install('cluade')).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining('"claude"')});
	});
});
