import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import {MOUNT_OBSTACLE, runThere} from '../../support/own-mount.ts';
import {BIN, type Ending, makeScratch, rad, type Scratch, toTestEnvironment} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

/** Where packages are found. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

const NO_MOUNT = MOUNT_OBSTACLE === '' ? '' : ` (skipped: ${MOUNT_OBSTACLE})`;

/** What to do where a file system was mounted: words of the shell, or of rad. */
type Act = {readonly sh: string} | {readonly rad: readonly string[]};

/** Mounts something over a folder of the scratch and acts there; returns how each call of rad ended. */
const actThere = async ({cwd, home}: Scratch, mount: string, acts: readonly Act[]): Promise<readonly Ending[]> => {
	const out = path.join(home, 'out');
	mkdirSync(out, {recursive: true});
	const lines = acts.map((act, index) => {
		if ('sh' in act) return `{ ${act.sh}; } || exit 9`;
		const words = act.rad.map(word => `'${word}'`).join(' ');
		return `'${process.execPath}' '${BIN}' ${words} >'${out}/${index}.out' 2>'${out}/${index}.err' </dev/null; echo $? >'${out}/${index}.code'`;
	});
	const there = await runThere([`${mount} || exit 8`, `cd '${cwd}'`, ...lines].join('\n'), {cwd, env: toTestEnvironment(home)});
	if (there.code !== 0) throw new Error(`the script ended with ${there.code}: ${there.stderr}`);
	const read = (index: number, name: string): string => readFileSync(path.join(out, `${index}.${name}`), 'utf8');
	return acts.flatMap((act, index) =>
		'rad' in act ? [{code: Number(read(index, 'code')), stdout: read(index, 'out'), stderr: read(index, 'err')}] : [],
	);
};

const AGENTS = ['monitor', 'list', '--json'];

const LOOKS: ReadonlyArray<readonly string[]> = [
	['runs', '--json'],
	['show', '--json'],
	AGENTS,
	['monitor', 'telemetry', '--json'],
	['logs', '--no-follow', '--json'],
	['events', '--json'],
	['checkpoint', 'list', '--json'],
	['top', '--once'],
];

const FLOW = `version: 1
steps:
  - { id: first, run: echo first }
  - { id: fill, run: 'test -e room || dd if=/dev/zero of=.radium/filler bs=1k 2>/dev/null; echo filled' }
  - { id: next, run: touch next }
`;

const FILL = 'dd if=/dev/zero of=.radium/filler bs=1k 2>/dev/null; test -s .radium/filler';

describe.skipIf(NO_MOUNT !== '')(`a store on a disk that is full${NO_MOUNT}`, () => {
	it('ends the run with 5, leaves no process, is still read, and goes on with what it holds when there is room', async () => {
		const scratch = await makeScratch(newFolder(), {});
		rmSync(path.join(scratch.cwd, '.radium'), {recursive: true});
		mkdirSync(path.join(scratch.cwd, '.radium'), {mode: 0o700});
		writeFileSync(path.join(scratch.home, 'flow.yaml'), FLOW);
		const looks = [
			['runs', '--json'],
			['monitor', 'list', '--json'],
			['top', '--once'],
		];
		const mount = `mount -t tmpfs -o size=1500k,mode=0700 none '${scratch.cwd}/.radium'`;

		const endings = await actThere(scratch, mount, [
			{rad: ['init']},
			{sh: `cp '${scratch.home}/flow.yaml' .radium/workflows/`},
			{rad: ['run', 'flow']},
			{sh: FILL},
			...looks.map(words => ({rad: words})),
			{rad: ['run', 'flow']},
			{sh: 'rm .radium/filler; touch room; test ! -e next'},
			{rad: ['runs', '--json']},
			{sh: `'${process.execPath}' '${BIN}' resume "$(ls .radium/runs | head -1)"`},
			{rad: ['show', '--json']},
			{rad: ['doctor', '--json']},
		]);

		const [, run, list, agents, picture, second, runs, show, doctor] = endings;
		expect(run).toMatchObject({code: 5, stderr: expect.stringContaining('The disk of the store is full')});
		expect(list).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('"status":"interrupted"')});
		expect(agents).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('"stepId":"fill"')});
		expect(picture).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('INTERRUPTED')});
		expect(second).toMatchObject({code: 5, stderr: expect.stringContaining('The disk of the store is full')});
		const [interrupted, ...others] = JSON.parse(runs?.stdout ?? '') as ReadonlyArray<{id: string; status: string}>;
		expect([interrupted?.status, others]).toEqual(['interrupted', []]);
		expect(createProcessTable(process.platform).findMarked('RAD_RUN_ID', interrupted?.id ?? '')).toEqual([]);
		expect(JSON.parse(show?.stdout ?? '')).toMatchObject({id: interrupted?.id, status: 'completed'});
		expect(existsSync(path.join(scratch.cwd, 'next'))).toBe(true);
		expect(doctor?.stdout).toContain('every page of the store is sound');
	});
});

/** Writes into the log of a store, and dies before the store has it. */
const dieWriting = (file: string, name: string): void => {
	const program = `
		const database = new (require('better-sqlite3'))(process.argv[1]);
		database.prepare('UPDATE agents SET name = ?').run(process.argv[2]);
		process.kill(process.pid, 'SIGKILL');`;
	expect(spawnSync(process.execPath, ['-e', program, file, name], {cwd: PACKAGE}).signal).toBe('SIGKILL');
	expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
};

describe.skipIf(NO_MOUNT !== '')(`a store that cannot be written${NO_MOUNT}`, () => {
	it.each([
		['', () => {}],
		[', with what only its log holds', () => {}],
		[', with what only its log holds, and no index of that', (file: string) => rmSync(`${file}-shm`)],
	])('is read by whoever only looks%s, and stays byte for byte', async (log, spoil) => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		writeFileSync(path.join(scratch.cwd, 'room'), '');
		await rad(['run', 'flow'], scratch);
		const file = path.join(scratch.cwd, '.radium/monitoring.db');
		const expected = log === '' ? await Promise.all(LOOKS.map(words => rad(words, scratch))) : [];
		if (log !== '') dieWriting(file, 'renamed');
		spoil(file);
		const names = readdirSync(path.dirname(file));
		const bytes = readFileSync(file);
		const mount = `mount --bind '${scratch.cwd}' '${scratch.cwd}' && mount -o remount,ro,bind '${scratch.cwd}'`;

		const endings = await actThere(
			scratch,
			mount,
			[...(log === '' ? LOOKS : [AGENTS]), ['run', 'flow', '--json']].map(words => ({rad: words})),
		);

		const [looks, write] = [endings.slice(0, -1), endings.at(-1)];
		if (log === '') expect(looks).toEqual(expected);
		else expect(looks).toEqual([{code: 0, stderr: '', stdout: expect.stringContaining('"name":"renamed"')}]);
		expect(write).toMatchObject({code: 5, stderr: expect.stringContaining('STORE_READ_ONLY')});
		expect(readdirSync(path.dirname(file))).toEqual(names);
		expect(readFileSync(file)).toEqual(bytes);
	});
});
