import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {toSettings} from '../../../source/domain/configuration.ts';
import {isFailure} from '../../../source/domain/failures.ts';
import {createConfiguration} from '../../../source/workspace/configuration.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const userId = process.getuid?.();

/** A home and a workspace; `user` and `workspace` are the texts of their files. */
const makePlaces = ({user, workspace}: {readonly user?: string; readonly workspace?: string} = {}) => {
	const [home, radium] = [newFolder(), newFolder()];
	const [userFile, workspaceFile] = [path.join(home, '.config/rad/config.yaml'), path.join(radium, 'config.yaml')];
	mkdirSync(path.dirname(userFile), {recursive: true});
	if (user !== undefined) writeFileSync(userFile, user);
	if (workspace !== undefined) writeFileSync(workspaceFile, workspace);
	return {radium, environment: {HOME: home} as Record<string, string>, userId, home, userFile, workspaceFile};
};

const USUAL = toSettings(new Map(), {notifyFile: null, keys: [], files: []});

const fail = async (places: Parameters<typeof createConfiguration>[0]) => {
	const error: unknown = await createConfiguration(places)
		.load()
		.catch((thrown: unknown) => thrown);
	if (!isFailure(error, 'CONFIGURATION_UNUSABLE')) throw new Error('it must fail', {cause: error});
	return {problems: error.details['problems'], hint: error.hint, exitCode: error.exitCode};
};

describe('the configuration', () => {
	it('is off without files, and without a home', async () => {
		const places = makePlaces();

		expect(await createConfiguration(places).load()).toEqual(USUAL);
		expect(await createConfiguration({...places, environment: {}}).load()).toEqual(USUAL);
	});

	it("takes a command from the user's file, and tells which file that is", async () => {
		const places = makePlaces({user: 'notify: echo\n', workspace: 'bell: bell\n'});

		expect(await createConfiguration(places).load()).toEqual({
			...USUAL,
			notify: {command: 'echo', file: places.userFile},
			bell: 'bell',
			files: [places.userFile, places.workspaceFile],
		});
	});

	it('lets the user have the last word', async () => {
		expect(await createConfiguration(makePlaces({user: 'bell: off\n', workspace: 'bell: osc9\n'})).load()).toMatchObject({bell: 'off'});
	});

	it('joins the keys of both, action by action, and tells whose they are and where they stand', async () => {
		const places = makePlaces({
			user: 'theme: light\nkeys:\n  undo: [U]\n',
			workspace: 'theme: mono\nkeys:\n  undo: [ctrl+u]\n  copy: []\n',
		});

		const {theme, keys} = await createConfiguration(places).load();

		expect(theme).toBe('light');
		expect(keys).toEqual([
			{
				action: 'undo',
				place: {file: places.userFile, line: 3, column: 3},
				keys: [{name: 'U', place: {file: places.userFile, line: 3, column: 10}}],
				isOwn: true,
				file: places.userFile,
			},
			{
				action: 'copy',
				place: {file: '.radium/config.yaml', line: 4, column: 3},
				keys: [],
				isOwn: false,
				file: places.workspaceFile,
			},
		]);
	});

	it('looks below XDG_CONFIG_HOME where that is an absolute path', async () => {
		const places = makePlaces({user: 'bell: bell\n'});
		const folder = newFolder();
		mkdirSync(path.join(folder, 'rad'));
		writeFileSync(path.join(folder, 'rad/config.yaml'), 'bell: osc9\n');
		const load = (value: string) => createConfiguration({...places, environment: {...places.environment, XDG_CONFIG_HOME: value}}).load();

		expect(await load(folder)).toMatchObject({bell: 'osc9'});
		expect(await load('relative')).toMatchObject({bell: 'bell'});
	});

	it('follows the links by which people keep their settings elsewhere', async () => {
		const places = makePlaces();
		const elsewhere = path.join(newFolder(), 'rad.yaml');
		writeFileSync(elsewhere, 'bell: bell\n');
		symlinkSync(elsewhere, places.userFile);

		expect(await createConfiguration(places).load()).toMatchObject({bell: 'bell'});
	});

	it('takes a variable before both files, the user before the workspace, and that before what is usual', async () => {
		const places = makePlaces({
			user: 'checkpoints:\n  keep: 10\n  max_age: 1d\nunattended_limit: 0\n',
			workspace: 'checkpoints: { max_age: 30d, max_size: 2GB }\nhook_policy: block\n',
		});
		const environment = {...places.environment, RAD_CHECKPOINT_KEEP: '20', RAD_CHECKPOINT_MAX_SIZE: ''};

		const {checkpoints, unattendedMs, hookPolicy} = await createConfiguration({...places, environment}).load();

		expect(checkpoints).toEqual({retention: {keep: 20, olderThanMs: 86_400_000, maxSizeBytes: 2e9}, timeoutMs: 120_000});
		expect([unattendedMs, hookPolicy]).toEqual([0, 'block']);
	});

	it('takes NO_COLOR for the theme without colours', async () => {
		const places = makePlaces({user: 'theme: light\n'});

		expect(await createConfiguration({...places, environment: {...places.environment, NO_COLOR: '1'}}).load()).toMatchObject({theme: 'mono'});
	});

	it('is refused with a variable that cannot be, and with a workspace that takes away from what is safe', async () => {
		const places = makePlaces({workspace: 'checkpoints: { keep: 499 }\nunattended_limit: 11m\n'});
		const load = (change: Record<string, string>) => createConfiguration({...makePlaces(), environment: change}).load();

		await expect(load({RAD_CHECKPOINT_MAX_AGE: 'soon'})).rejects.toMatchObject({
			code: 'USAGE',
			message: 'RAD_CHECKPOINT_MAX_AGE is "soon", which cannot be; write a duration, such as 30s, 10m or 7d.',
		});
		expect(await fail(places)).toMatchObject({
			problems: [
				`.radium/config.yaml:1:22: checkpoints.keep: a workspace may not take away from the usual 500; write it to your own file: ${places.userFile}`,
				`.radium/config.yaml:2:19: unattended_limit: a workspace may not add to the usual 10m; write it to your own file: ${places.userFile}`,
			],
		});
	});

	it('goes on without what is wrong where it must, and tells what that is', async () => {
		const places = makePlaces({user: 'hook_policy: block\nbel: off\n', workspace: 'checkpoints: { keep: 1 }\nbell: bell\n'});

		const {settings, failure} = await createConfiguration(places).loadAnyway();

		expect(settings).toMatchObject({hookPolicy: 'block', bell: 'bell', checkpoints: {retention: {keep: 500}}});
		expect(failure).toMatchObject({code: 'CONFIGURATION_UNUSABLE', message: 'The configuration cannot be used: it has 2 mistakes.'});
	});

	it('is read once', async () => {
		const places = makePlaces({user: 'bell: bell\n'});
		const configuration = createConfiguration(places);
		await configuration.load();
		writeFileSync(places.userFile, 'bel: osc9\n');

		expect(await configuration.load()).toMatchObject({bell: 'bell'});
	});

	it('fails with every mistake of both files, and with what to mend', async () => {
		const places = makePlaces({user: 'notfy: x\n', workspace: 'notify: x\n'});

		expect(await fail(places)).toEqual({
			exitCode: 5,
			problems: [
				`${places.userFile}:1:1: unknown key "notfy"; did you mean "notify"?`,
				`.radium/config.yaml:1:1: unknown key "notify"; a command is taken from your own file only, since a repository could bring it: ${places.userFile}`,
			],
			hint: `mend or remove ${places.userFile} and ${places.workspaceFile}`,
		});
	});

	it("fails where others may write the user's file, which names a command", async () => {
		const places = makePlaces({user: 'bell: bell\n'});
		chmodSync(places.userFile, 0o666);

		expect(await fail(places)).toMatchObject({problems: [`${places.userFile}: everybody may write it: chmod o-w`]});
		chmodSync(places.userFile, 0o600);
		// What root owns is believed, and root alone can give a file away.
		if (userId === 0) chownSync(places.userFile, 4321, 4321);
		expect(await fail({...places, userId: (userId ?? 0) + 1})).toMatchObject({problems: [`${places.userFile}: it belongs to another user`]});
	});

	it('fails for what is no file, and does not wait for a pipe', async () => {
		const [folder, pipe, large] = [makePlaces(), makePlaces(), makePlaces({workspace: `# ${'x'.repeat(70_000)}\n`})];
		mkdirSync(folder.workspaceFile);
		execFileSync('mkfifo', [pipe.workspaceFile]);

		expect(await fail(folder)).toMatchObject({problems: ['.radium/config.yaml: it is not a regular file']});
		expect(await fail(pipe)).toMatchObject({problems: ['.radium/config.yaml: it is not a regular file']});
		expect(await fail(large)).toMatchObject({problems: ['.radium/config.yaml: it is larger than 64 KiB']});
	});
});
