import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {READ_COMMANDS} from '../../source/cli/read-commands.ts';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
const STEPS = `version: 1
steps:
  - id: write
    prompt: Plan it
    recording: plan
    speed: 1000
  - id: fail
    run: exit 3
`;
const MAIN = path.join(path.dirname(BIN), '../dist/main.cjs');

let workspace: Scratch;
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-quick-'));
	workspace = await makeScratch(folder, {two: STEPS});
	await rad(['run', 'two'], workspace);
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Starts some JavaScript, or the program, as a shell would, and tells what it wrote. */
const start = (args: readonly string[]) => {
	const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd: workspace.cwd, env: toTestEnvironment(workspace.home), encoding: 'utf8'});
	return {status, stdout, stderr};
};

const ofWholeProgram = (words: readonly string[]) => {
	const file = path.join(folder, 'whole.cjs');
	writeFileSync(file, `process.argv[1] = ${JSON.stringify(BIN)};\nvoid require(${JSON.stringify(MAIN)}).main();\n`);
	return start([file, ...words]);
};

const LINES = [
	...['monitor list', 'monitor list --json', 'monitor list --status failed', 'monitor list --status faild', 'monitor list --run nobody'],
	...['monitor list --sort cost --tree --limit 1', 'monitor list --engine shell --fields id,status,cost', 'monitor list --fields nmae'],
	...['monitor list --watch', 'monitor status --every 1s', 'monitor telemetry --watch --json'],
	...['monitor status', 'monitor status --json', 'monitor status agt_', 'monitor status agt_zzzz --json'],
	...['monitor telemetry', 'monitor telemetry --json', 'monitor telemetry --by model', 'monitor telemetry --by day --json'],
	...[
		'runs',
		'runs --json',
		'runs --jsn',
		'runs now',
		'runs --help',
		'monitor',
		'--version',
		'monitor list --workspace /nowhere',
		'monitor list --no-color',
		'monitor list --quiet',
		'runs -q --json',
		'monitor status agt_ -q',
		'runs --quiet=yes',
	],
];

describe('commands that only look', () => {
	it('are looked for by the first words that they have', () => {
		const words = [...new Set(READ_COMMANDS.map(({path}) => path.split(' ')[0] ?? path))].toSorted();
		const source = readFileSync(path.join(path.dirname(BIN), '../source/rad-main.ts'), 'utf8');

		expect(/LOOKING = \/\^\(\?:(.*)\)\$\//.exec(source)?.[1]?.split('|')).toEqual(words);
	});

	it.each(LINES)('say the same by themselves as the whole program says: rad %s', line => {
		const words = line.split(' ');
		expect(start([BIN, ...words])).toEqual(ofWholeProgram(words));
	});

	it.each(['monitor list --json', 'monitor telemetry', 'runs'])('load three files, none of them large: rad %s', line => {
		const spy = path.join(folder, 'spy.cjs');
		writeFileSync(
			spy,
			`const Module = require('node:module');
			const files = [];
			const load = Module._load;
			Module._load = (request, parent, isMain) => {
				const file = Module._resolveFilename(request, parent, isMain);
				if (file.startsWith('/')) files.push(file);
				return load(request, parent, isMain);
			};
			process.on('exit', () => process.stderr.write(JSON.stringify(files)));`,
		);

		const {stderr, stdout} = start(['--require', spy, BIN, ...line.split(' ')]);
		const files = JSON.parse(stderr) as readonly string[];

		expect(stdout).not.toBe('');
		expect(files.map(file => path.basename(file))).toEqual(['rad.cjs', 'rad.cjs', 'better_sqlite3.node']);
		expect(statSync(path.join(path.dirname(MAIN), 'quick.cjs')).size).toBeLessThan(120_000);
	});

	it('write all of it to a pipe that nobody reads for a while, and to a file', () => {
		const agents = start([BIN, 'monitor', 'list', '--json']).stdout;
		const file = path.join(folder, 'agents.json');
		spawnSync(process.execPath, [BIN, 'monitor', 'list', '--json'], {
			cwd: workspace.cwd,
			env: toTestEnvironment(workspace.home),
			stdio: ['ignore', openSync(file, 'w'), 'inherit'],
		});
		const slow = spawnSync('sh', ['-c', '"$0" "$1" monitor list --json | (sleep 0.3; cat)', process.execPath, BIN], {
			cwd: workspace.cwd,
			env: toTestEnvironment(workspace.home),
			encoding: 'utf8',
		});

		expect(slow.stdout).toBe(agents);
		expect(statSync(file).size).toBe(Buffer.byteLength(agents));
	});

	it('fail for a full disk, and not for a reader that went away', () => {
		const run = (rest: string) =>
			spawnSync('sh', ['-c', `"$0" "$1" monitor list --json ${rest}`, process.execPath, BIN], {
				cwd: workspace.cwd,
				env: toTestEnvironment(workspace.home),
				encoding: 'utf8',
			});

		expect(run('> /dev/full')).toMatchObject({status: 5, stderr: expect.stringContaining('no space is left')});
		expect(run('2>&1 | true')).toMatchObject({status: 0, stderr: '', stdout: ''});
	});
});

describe('the compiled form of the whole program', () => {
	it('is of text that needs no decoding', () => {
		const folderOfPrograms = path.dirname(MAIN);
		const texts = readdirSync(folderOfPrograms).filter(name => name.endsWith('.cjs'));

		expect(texts.length).toBeGreaterThan(3);
		expect(texts.filter(name => readFileSync(path.join(folderOfPrograms, name)).some(byte => byte > 127))).toEqual([]);
	});

	it('is not kept of a command that failed: the next one would find little in it', async () => {
		const env = {XDG_CACHE_HOME: newFolder()};
		await rad(['show', 'run_zzzz'], {...workspace, env});

		expect(readdirSync(env.XDG_CACHE_HOME)).toEqual([]);
	});

	it('is kept beside other things of the user, for each command', async () => {
		const home = newFolder();
		const env = {XDG_CACHE_HOME: path.join(home, 'cache')};
		await rad(['engines'], {...workspace, env});

		expect(existsSync(path.join(home, 'cache/rad'))).toBe(true);
		expect(readdirSync(path.join(home, 'cache/rad'))).toEqual(['main-engines.v8']);
	});

	it.each(['engines', 'top --once'])('is made once for rad %s', async line => {
		const home = newFolder();
		const run = () => rad(line.split(' '), {...workspace, env: {XDG_CACHE_HOME: home}});
		await run();
		const inodes = () => readdirSync(path.join(home, 'rad')).map(name => statSync(path.join(home, 'rad', name)).ino);
		const made = inodes();
		await run();

		expect(made).toHaveLength(1);
		expect(inodes()).toEqual(made);
	});
});
