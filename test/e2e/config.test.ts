import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad, radJson, type Scratch} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
const userFileOf = ({home}: Pick<Scratch, 'home'>): string => path.join(home, '.config/rad/config.yaml');

const writeUserFile = (scratch: Pick<Scratch, 'home'>, text: string): void => {
	mkdirSync(path.dirname(userFileOf(scratch)), {recursive: true});
	writeFileSync(userFileOf(scratch), text);
};

type Listed = {readonly key: string; readonly value: unknown; readonly origin: string; readonly variable: string | null};

const whatCounts = async (key: string, scratch: Parameters<typeof rad>[1]): Promise<unknown> => {
	const found = (await radJson<readonly Listed[]>(['config', 'list'], scratch)).find(each => each.key === key);
	return found === undefined ? undefined : [found.value, found.origin];
};

describe('rad config', () => {
	it('writes, tells, and takes out', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const file = userFileOf(scratch);

		expect(await rad(['config', 'path'], scratch)).toMatchObject({code: 0, stdout: `${file}\n`});
		expect(await rad(['config', 'set', 'checkpoints.keep', '1000'], scratch)).toMatchObject({code: 0, stderr: ''});
		expect(readFileSync(file, 'utf8')).toBe('checkpoints:\n  keep: 1000\n');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(await rad(['config', 'get', 'checkpoints.keep'], scratch)).toMatchObject({code: 0, stdout: '1000\n'});
		expect(await rad(['config', 'unset', 'checkpoints.keep'], scratch)).toMatchObject({code: 0});
		expect(await rad(['config', 'get', 'checkpoints.keep'], scratch)).toMatchObject({stdout: '500\n'});
		expect(readFileSync(file, 'utf8')).toBe('');
	});

	it('tells what counts: a variable, then the own file, then that of the workspace', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const key = 'checkpoints.max_age';
		await rad(['config', 'set', key, '30d', '--in-workspace'], scratch);

		expect(await whatCounts(key, scratch)).toEqual(['30d', 'workspace']);
		await rad(['config', 'set', key, '2d'], scratch);
		expect(await whatCounts(key, scratch)).toEqual(['2d', 'user']);
		expect(await whatCounts(key, {...scratch, env: {RAD_CHECKPOINT_MAX_AGE: '3d'}})).toEqual(['3d', 'environment']);
	});

	it('gives back what it takes', async () => {
		const scratch = await makeScratch(newFolder(), {});
		for (const [key, value] of [
			['notify', 'printf "%s\\n" "a # b: c"'],
			['keys.undo', '["U", "ctrl+o"]'],
			['keys.stop-run', '[]'],
			['checkpoints.max_size', '1.5 GB'],
			['unattended_limit', '0'],
		] as const) {
			expect(await rad(['config', 'set', key, value], scratch)).toMatchObject({code: 0});
			expect((await rad(['config', 'get', key], scratch)).stdout).toBe(`${value}\n`);
		}
	});

	it('works outside of a workspace for the own file, and not for that of a workspace', async () => {
		const scratch = {cwd: newFolder(), home: newFolder()};

		expect(await rad(['config', 'set', 'theme', 'light'], scratch)).toMatchObject({code: 0});
		expect(await rad(['config', 'get', 'theme'], scratch)).toMatchObject({code: 0, stdout: 'light\n'});
		expect(await rad(['config', 'set', 'theme', 'light', '--in-workspace'], scratch)).toMatchObject({code: 3});
	});

	it.each([
		[['get', 'bel'], 3, 'did you mean "bell"?'],
		[['get', 'keys.stop-rnu'], 3, 'did you mean "keys.stop-run"?'],
		[['set', 'bell', 'loud'], 2, 'write one of: off, bell, osc9'],
		[['set', 'keys.undo', 'hyper+u'], 2, 'unknown key "hyper+u"'],
		[['set', 'notify', 'x', '--in-workspace'], 7, 'a repository could bring it'],
		[['set', 'checkpoints.keep', '5', '--in-workspace'], 7, 'a workspace may not take away from the usual 500'],
	])('refuses %j with %d', async (words, code, told) => {
		const scratch = await makeScratch(newFolder(), {});

		expect(await rad(['config', ...words], scratch)).toMatchObject({code, stdout: '', stderr: expect.stringContaining(told)});
	});

	it('names the place of each mistake, and is looked after by rad doctor', async () => {
		const scratch = await makeScratch(newFolder(), {});
		writeUserFile(scratch, 'bell: loud\nkeys:\n  stop-rnu: [k]\n');

		const listed = await rad(['config', 'list'], scratch);
		const {code, stdout} = await rad(['doctor'], scratch);

		expect(listed).toMatchObject({code: 5, stderr: expect.stringContaining(`${userFileOf(scratch)}:1:7: bell: is not known`)});
		expect(code).toBe(1);
		expect(stdout).toContain(`configuration\tbad\t${userFileOf(scratch)}:1:7: bell: is not known`);
		expect(stdout).toContain(`configuration\tbad\t${userFileOf(scratch)}:3:3: keys: unknown action "stop-rnu"; did you mean "stop-run"?`);
	});

	it('prints a schema', async () => {
		const scratch = {cwd: newFolder(), home: newFolder()};

		expect(JSON.parse((await rad(['config', 'schema'], scratch)).stdout)).toMatchObject({title: 'Settings of rad', additionalProperties: false});
	});
});

describe('settings of checkpoints', () => {
	/** Takes this many checkpoints of one run, which the usual retention may remove. */
	const WORKFLOW = 'version: 1\nsteps:\n  - { id: one, run: echo 1 > a }\n  - { id: two, run: echo 2 > a }\n';
	const runFourTimes = async (scratch: Scratch): Promise<void> => {
		for (let round = 0; round < 4; round += 1) expect(await rad(['run', 'work'], scratch)).toMatchObject({code: 0});
	};

	it('decide in a file what is kept after a run', async () => {
		const scratch = await makeScratch(newFolder(), {work: WORKFLOW});
		writeUserFile(scratch, 'checkpoints: { keep: 1 }\n');

		await runFourTimes(scratch);

		const kept = await radJson<ReadonlyArray<{readonly runId: string}>>(['checkpoint', 'list'], scratch);
		expect(new Set(kept.map(({runId}) => runId)).size).toBe(3);
	});

	it('remove nothing while the files have mistakes, and do not keep anybody from an undo', async () => {
		const scratch = await makeScratch(newFolder(), {work: WORKFLOW});
		await rad(['run', 'work'], scratch);
		const [checkpoint] = await radJson<ReadonlyArray<{readonly id: string}>>(['checkpoint', 'list'], scratch);
		writeFileSync(path.join(scratch.cwd, '.radium/config.yaml'), 'checkpoints: { keep: 1 }\n');
		writeFileSync(path.join(scratch.cwd, 'a'), 'spoilt\n');

		expect(await rad(['checkpoint', 'prune'], scratch)).toMatchObject({code: 5, stderr: expect.stringContaining('a workspace may not take away')});
		expect(await rad(['checkpoint', 'restore', checkpoint?.id ?? '', '--yes'], scratch)).toMatchObject({code: 0});

		expect(readFileSync(path.join(scratch.cwd, 'a'), 'utf8')).toBe('2\n');
		expect(await rad(['run', 'work'], scratch)).toMatchObject({code: 5});
	});
});
