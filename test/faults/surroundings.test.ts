import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, runOf, type Scratch, stepsOf, toTestEnvironment} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();

const FLOW = `version: 1
steps:
  - { id: build, run: echo built > file.txt }
`;

/** Runs the workflow, changes what it made, and goes back to before it. */
const workAndGoBack = async (scratch: Scratch): Promise<void> => {
	const run = await rad(['run', 'flow'], scratch);
	expect(run.code, run.stderr).toBe(0);
	expect(readFileSync(path.join(scratch.cwd, 'file.txt'), 'utf8')).toBe('built\n');
	const [, id = ''] = /rad\.cjs checkpoint restore (cp_\w+)/.exec(run.stdout + run.stderr) ?? [];
	const restore = await rad(['checkpoint', 'restore', id, '--yes'], scratch);
	expect(restore.code, restore.stderr).toBe(0);
	expect(existsSync(path.join(scratch.cwd, 'file.txt'))).toBe(false);
};

/** A workspace at a path below a folder of its own. */
const makeAt = async (name: string): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	const cwd = path.join(path.dirname(scratch.cwd), name);
	mkdirSync(path.dirname(cwd), {recursive: true});
	renameSync(scratch.cwd, cwd);
	return {...scratch, cwd};
};

/** An environment in which git writes all that it says on standard error with other letters, unless it is asked for its own language; it notes when it does so. */
const withTranslatedGit = (home: string): Readonly<Record<string, string>> => {
	const bin = path.join(home, 'bin');
	mkdirSync(bin);
	const git = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim();
	const script = `#!/bin/sh
test "$LC_ALL" = C && exec ${git} "$@"
echo "$*" >> "${home}/translated"
said=$(mktemp)
${git} "$@" 2> "$said"
code=$?
tr a-zA-Z n-za-mN-ZA-M < "$said" >&2
rm "$said"
exit $code
`;
	writeFileSync(path.join(bin, 'git'), script, {mode: 0o700});
	return {PATH: `${bin}:${process.env['PATH']}`, LANG: 'xx_XX.UTF-8', LC_ALL: 'xx_XX.UTF-8', LANGUAGE: 'xx'};
};

describe('a workflow runs and is undone', () => {
	it.each([
		[
			'another language, and a zone that has summer all year',
			{LANG: 'zh_CN.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'de:fr', TZ: 'XST-14XDT-26,0/0,365/25'},
		],
		['a language and a zone that there are not', {LANG: 'xx_XX', LC_ALL: 'no-such', LC_CTYPE: 'POSIX', TZ: 'Nowhere/Nothing'}],
	])('in %s', async (_, env) => {
		await workAndGoBack({...(await makeScratch(newFolder(), {flow: FLOW})), env});
	});

	it('with a git that speaks another language wherever it may', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		const env = withTranslatedGit(scratch.home);

		await workAndGoBack({...scratch, env});

		const cwd = newFolder();
		expect(await rad(['init'], {...scratch, cwd, env})).toMatchObject({code: 0});
		expect(await rad(['checkpoint', 'create'], {...scratch, cwd, env})).toMatchObject({code: 0});
		expect(existsSync(path.join(scratch.home, 'translated'))).toBe(false);
	});

	it.each([
		['is not there', (home: string) => rmSync(home, {recursive: true})],
		['is a file', (home: string) => rmSync(home, {recursive: true}) ?? writeFileSync(home, '')],
	])('where the home %s', async (_, spoil) => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		spoil(scratch.home);

		await workAndGoBack({...scratch, env: {XDG_STATE_HOME: ''}});
	});

	it.each([
		['a dash, spaces, quotes, a dollar, control characters and other scripts', '-rf "b" \'c\' $HOME `id` \u001b]0;x\u0007 日本 ⟨é⟩'],
		['400 characters', `${'x'.repeat(200)}/${'y'.repeat(170)}`],
	])('at a path with %s', async (_, name) => {
		await workAndGoBack(await makeAt(name));
	});
});

it.each([
	['a line break', 'a\nb', 6, 'Git does not tell clearly where the repository of'],
	['4,000 characters', Array.from({length: 16}, () => 'x'.repeat(249)).join('/'), 5, 'The path of the workspace is too long: '],
])('starts nothing at a path with %s, and says why', async (_, name, code, why) => {
	const scratch = await makeAt(name);

	const run = await rad(['run', 'flow'], scratch);

	expect(run.code, run.stderr).toBe(code);
	expect(run.stderr).toContain(why);
	expect(existsSync(path.join(scratch.cwd, 'file.txt'))).toBe(false);
});

it('starts nothing at a path that is no UTF-8, and says why', async () => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	const odd = Buffer.concat([Buffer.from(path.dirname(scratch.cwd)), Buffer.from([0x2f, 0xff])]);
	renameSync(scratch.cwd, odd);

	for (const words of ['init', 'run flow', 'top --once']) {
		const {status, stderr} = spawnSync(
			'/bin/sh',
			['-c', `cd "$1"/"$(printf '\\377')" && exec "$0" "$2" ${words}`, process.execPath, path.dirname(scratch.cwd), BIN],
			{
				env: toTestEnvironment(scratch.home),
				encoding: 'utf8',
			},
		);
		expect([words, status, stderr]).toEqual([words, 5, expect.stringContaining('The path of this folder is no UTF-8')]);
	}
	expect(readdirSync(odd)).toEqual(expect.not.arrayContaining(['file.txt']));
});

it('is told what to set where there is no home at all, before anything is started', async () => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});

	const run = await rad(['run', 'flow'], {...scratch, env: {HOME: '', XDG_STATE_HOME: ''}});

	expect(run).toMatchObject({code: 6, stdout: '', stderr: expect.stringContaining('try: set RAD_STATE_DIR')});
	expect(existsSync(path.join(scratch.cwd, 'file.txt'))).toBe(false);
	await workAndGoBack({...scratch, env: {HOME: '', XDG_STATE_HOME: '', RAD_STATE_DIR: path.join(scratch.home, 'of-rad')}});
});

describe('a program that lies in the workspace', () => {
	it.each(['.', ''])('is not started by rad where the PATH begins with "%s"', async folder => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		for (const name of ['git', 'sh', 'bash', 'less', 'ps', 'stty', 'node', 'claude', 'codex', 'gemini']) {
			const file = path.join(scratch.cwd, name);
			writeFileSync(file, `#!/bin/sh\necho ${name} >> "${scratch.home}/planted"\nexit 1\n`);
			chmodSync(file, 0o755);
		}
		const inside = {...scratch, env: {PATH: `${folder}:${process.env['PATH'] ?? ''}`}};

		await workAndGoBack(inside);
		for (const words of [['doctor'], ['engines'], ['logs'], ['checkpoint', 'create'], ['checkpoint', 'diff', '--last']]) await rad(words, inside);

		expect(existsSync(path.join(scratch.home, 'planted')) ? readFileSync(path.join(scratch.home, 'planted'), 'utf8') : '').toBe('');
	});
});

describe('rad in a step of rad', () => {
	const step = (id: string, line: string): string => `version: 1
steps:
  - id: ${id}
    run: '${line}'
    env: { NODE: "${process.execPath}", RAD: "${BIN}" }
`;

	it.each([
		['refused', '"$NODE" "$RAD" run flow'],
		['refused, also where it would wait for its turn', '"$NODE" "$RAD" run flow --wait'],
	])('is %s in the same workspace, by the name of the run it is in', async (_, line) => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW, outer: step('outer', `${line}; echo "ended with $?"`)});

		const run = await rad(['run', 'outer'], scratch);

		expect(run.code, run.stderr).toBe(0);
		const {stdout} = await rad(['logs'], scratch);
		expect(stdout).toContain(`Run ${(await runOf(scratch)).id}`);
		expect(stdout).toContain('ended with 4');
	});

	it('works in other workspaces, but not without end', async () => {
		const folder = newFolder();
		const names = ['a', 'b', 'c', 'd'];
		const scratches: Scratch[] = [];
		for (const [index, name] of names.entries()) {
			mkdirSync(path.join(folder, name));
			const next = path.join(folder, names[index + 1] ?? 'none', 'repo');
			scratches.push(await makeScratch(path.join(folder, name), {flow: step(name, `"$NODE" "$RAD" --workspace ${next} run flow`)}));
		}
		const [outermost, , third, fourth] = scratches;
		if (outermost === undefined || third === undefined || fourth === undefined) throw new Error('there are four');

		const run = await rad(['run', 'flow'], outermost);

		expect(run.code).toBe(1);
		expect(await stepsOf(third)).toEqual(['c failed']);
		expect((await rad(['logs'], third)).stdout).toContain('3 runs are one in the other already');
		expect((await rad(['runs', '--json'], fourth)).stdout).toBe('[]\n');
	});
});

it('says which limit the system has set, and starts nothing, where too few files may be open', async () => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	// Node.js itself needs some, and how many is its own affair: below that it dies, above all works.
	const endings = Array.from({length: 12}, (_, index) =>
		spawnSync('/bin/sh', ['-c', `ulimit -n ${26 + index}; exec "$0" "$1" run flow --json`, process.execPath, BIN], {
			cwd: scratch.cwd,
			env: toTestEnvironment(scratch.home),
			encoding: 'utf8',
		}),
	);

	const told = endings.filter(({status}) => status === 6).map(({stderr}) => stderr);
	expect(told.filter(text => !text.includes('ulimit -n'))).toEqual([]);
	expect(endings.at(-1)?.status).toBe(0);
	expect((await rad(['doctor'], scratch)).code).toBe(0);
});
