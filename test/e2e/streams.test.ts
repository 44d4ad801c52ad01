import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {COMMANDS} from '../../source/cli/table.ts';
import {agentsOf, BIN, makeScratch, rad, radJson, type Scratch, toTestEnvironment} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();

const FLOW = `version: 1
steps:
  - id: write
    prompt: Plan it
    recording: plan
    speed: 1000
`;

type Ids = {readonly agent: string; readonly checkpoint: string};

/** Every command that only prints, by its path. */
const PRINTING: Readonly<Record<string, (ids: Ids) => string>> = {
	'top --once': () => 'top --once',
	runs: () => 'runs',
	show: () => 'show',
	report: () => 'report',
	engines: () => 'engines',
	'workflow list': () => 'workflow list',
	'workflow show': () => 'workflow show flow',
	'workflow graph': () => 'workflow graph flow',
	'workflow schema': () => 'workflow schema',
	'monitor status': () => 'monitor status',
	'monitor list': () => 'monitor list',
	'monitor telemetry': () => 'monitor telemetry',
	'prices list': () => 'prices list',
	'prices explain': ({agent}) => `prices explain ${agent}`,
	import: () => 'import',
	logs: ({agent}) => `logs ${agent} --children --grep e --level all`,
	events: () => 'events',
	'checkpoint list': () => 'checkpoint list',
	'checkpoint show': ({checkpoint}) => `checkpoint show ${checkpoint}`,
	'checkpoint diff': ({checkpoint}) => `checkpoint diff ${checkpoint}`,
	'checkpoint verify': () => 'checkpoint verify',
	'hook status': () => 'hook status',
	'config list': () => 'config list',
	'config get': () => 'config get bell',
	'config path': () => 'config path',
	'config schema': () => 'config schema',
	completion: () => 'completion bash',
	doctor: () => 'doctor',
	help: () => 'help',
	version: () => '--version',
};

/** Those that change something, draw on a terminal, or print only where something is wrong. */
const OTHERS = [
	...['demo', 'init', 'run', 'resume', 'approve', 'reject', 'cancel', 'notify', 'workflow validate', 'checkpoint create', 'checkpoint restore'],
	...['checkpoint undo', 'checkpoint resume', 'checkpoint prune', 'hook install', 'hook uninstall', 'request restore', 'config set', 'config unset'],
];

/** Runs a line of the shell, in which `rad` is the built program; returns its exit code and what went to standard error. */
const inShell = (line: string, {cwd, home}: Scratch): Promise<{readonly code: number; readonly stderr: string}> =>
	new Promise(resolve => {
		const env = {...toTestEnvironment(home), NODE: process.execPath, RAD: BIN};
		const shell = spawn('bash', ['-c', `rad() { "$NODE" "$RAD" "$@"; }; ${line}`], {cwd, env, stdio: ['ignore', 'ignore', 'pipe']});
		let stderr = '';
		shell.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		shell.once('close', code => resolve({code: code ?? -1, stderr}));
	});

// Starts the program many times.
describe('every command that prints', {timeout: 300_000}, () => {
	it('is in the table of this test', () => {
		const known = [...Object.keys(PRINTING).map(path => path.replace(' --once', '')), ...OTHERS].filter(path => path !== 'version');

		expect(known.toSorted()).toEqual(COMMANDS.map(({path}) => path).toSorted());
	});

	it.skipIf(!existsSync('/dev/full'))('ends well when nobody reads, and with 5 when the output cannot be written', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		expect(await rad(['run', 'flow'], scratch)).toMatchObject({code: 0});
		const [agent] = await agentsOf(scratch);
		const checkpoints = await radJson<ReadonlyArray<{readonly id: string}>>(['checkpoint', 'list'], scratch);
		const ids = {agent: agent?.id ?? '', checkpoint: checkpoints.at(-1)?.id ?? ''};

		for (const [path, toWords] of Object.entries(PRINTING)) {
			const words = toWords(ids);
			const hasJson = COMMANDS.some(command => path.startsWith(command.path) && 'json' in command.flags);
			const [closed, full] = await Promise.all([
				inShell(`rad ${words} | true; exit \${PIPESTATUS[0]}`, scratch),
				inShell(`rad ${words}${hasJson ? ' --json' : ''} > /dev/full`, scratch),
			]);

			expect({path, ...closed}).toEqual({path, code: 0, stderr: ''});
			expect({path, code: full.code}).toEqual({path, code: 5});
			if (hasJson) expect(JSON.parse(full.stderr), path).toMatchObject({error: {code: 'OUTPUT_FAILED', exitCode: 5}});
			else expect(full.stderr, path).toBe('rad: The output could not be written: no space is left there.\n');
		}
	});
});
