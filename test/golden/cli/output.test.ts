import {describe, expect, test} from 'vitest';
import type {Check} from '../../../source/domain/checkup.ts';
import type {SettingReport} from '../../../source/domain/configuration.ts';
import {RadError} from '../../../source/domain/failures.ts';
import type {HookSettings} from '../../../source/domain/hooks.ts';
import type {ImportResult} from '../../../source/domain/imports.ts';
import type {EngineInfo} from '../../../source/domain/records.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {aCheckpoint, anId, aStep, T0} from '../../support/builders.ts';
import {createFakeRad, type FakeData} from '../../support/fake-rad.ts';
import {aSetting, createFakeSettings} from '../../support/fake-settings.ts';
import {aWorkspace, runsThatPlay} from '../../unit/cli/example-workspace.ts';
import {type Outcome, runWords} from '../../unit/cli/run-words.ts';

process.env['TZ'] = 'UTC';

const COMMANDS: ReadonlyArray<readonly [file: string, words: readonly string[]]> = [
	['init', ['init']],
	['top-once', ['top', '--once']],
	['runs', ['runs']],
	['show', ['show']],
	['show-from', ['show', 'run_0000000002']],
	['report', ['report']],
	['report-from', ['report', 'run_0000000002']],
	['cancel', ['cancel', 'run_0000000002']],
	['workflow-list', ['workflow', 'list']],
	['config-list', ['config', 'list']],
	['config-set', ['config', 'set', 'checkpoints.keep', '1000']],
	['config-unset', ['config', 'unset', 'bell', '--in-workspace']],
	['doctor', ['doctor']],
	['workflow-show', ['workflow', 'show', 'example']],
	['workflow-validate', ['workflow', 'validate']],
	['monitor-status', ['monitor', 'status']],
	['monitor-status-agent', ['monitor', 'status', 'agt_0000000003']],
	['monitor-list', ['monitor', 'list']],
	['monitor-telemetry', ['monitor', 'telemetry']],
	['monitor-telemetry-by-day', ['monitor', 'telemetry', '--by', 'day']],
	['monitor-telemetry-by-engine', ['monitor', 'telemetry', '--by', 'engine']],
	['engines', ['engines']],
	['import', ['import']],
	['hook-install', ['hook', 'install', 'codex']],
	['hook-uninstall', ['hook', 'uninstall', 'codex']],
	['hook-status', ['hook', 'status']],
	['prices-list', ['prices', 'list', 'claude-sonnet-4']],
	['prices-explain', ['prices', 'explain', 'agt_0000000001']],
	['logs', ['logs', '-n', '2']],
	['checkpoint-list', ['checkpoint', 'list']],
	['checkpoint-show', ['checkpoint', 'show', 'cp_0000000001']],
	['checkpoint-diff-stat', ['checkpoint', 'diff', 'cp_0000000001', '--stat']],
	['checkpoint-create', ['checkpoint', 'create', '--label', 'before the big change']],
	['checkpoint-restore', ['checkpoint', 'restore', 'cp_0000000001', '--yes']],
	['checkpoint-restore-dry-run', ['checkpoint', 'restore', 'cp_0000000001', '--dry-run']],
	['checkpoint-undo', ['checkpoint', 'undo', '--yes']],
	['checkpoint-resume', ['checkpoint', 'resume', '--undo']],
	['checkpoint-prune', ['checkpoint', 'prune', '--keep', '1']],
	['checkpoint-prune-dry-run', ['checkpoint', 'prune', '--keep', '1', '--dry-run']],
	['checkpoint-verify', ['checkpoint', 'verify']],
	['run', ['run', 'example']],
	['run-detached', ['run', 'example', '--detach']],
	['run-dry-run', ['run', 'example', '--dry-run', '--input', 'issue=12', '--max-cost', '1.50']],
	['run-from-dry-run', ['run', 'example', '--from', 'build', '--dry-run', '--input', 'issue=12']],
	['run-only-dry-run', ['run', 'example', '--only', 'build', '--dry-run', '--input', 'issue=12']],
];

const SAFETY = aCheckpoint({id: anId('cp', 3), kind: 'safety', label: 'before restoring cp_0000000001', stepId: null, target: anId('cp', 1)});

const SECOND = anId('run', 2);

/** A run that took its first step over from the first run, and did the rest itself. */
const goOn = ({runs: [first], steps}: FakeData): Partial<FakeData> => ({
	runs: first === undefined ? [] : [{...first, id: SECOND, status: 'completed', error: null}, first],
	steps: [
		...steps,
		aStep({runId: SECOND, stepId: 'plan', status: 'completed', attempts: 0, startedAt: null, endedAt: T0, takenFrom: anId('run', 1)}),
		aStep({runId: SECOND, stepId: 'build', status: 'completed', endedAt: T0 + 1000}),
	],
});

const ENGINES: readonly EngineInfo[] = [
	{name: 'shell', path: null, version: null, isInstalled: true, login: null, needsLogin: false, supports: [], install: null},
	{
		name: 'claude',
		path: '/usr/bin/claude',
		version: '2.1.330 (Claude Code)',
		isInstalled: true,
		login: 'ANTHROPIC_API_KEY',
		needsLogin: true,
		supports: ['usage', 'cost', 'sub-agents', 'hooks', 'resume'],
		install: 'npm install -g @anthropic-ai/claude-code',
	},
	{
		name: 'codex',
		path: null,
		version: null,
		isInstalled: false,
		login: null,
		needsLogin: true,
		supports: ['usage', 'sub-agents', 'hooks', 'resume'],
		install: 'npm install -g @openai/codex',
	},
];

const IMPORTS: readonly ImportResult[] = [
	{
		engine: 'claude',
		directory: '/home/me/.claude/projects',
		found: 2597,
		imported: 12,
		unchanged: 30,
		own: 5,
		elsewhere: 2550,
		older: 0,
		unreadable: 1,
		empty: 2,
		oddRows: 3,
		responses: 1403,
	},
	{
		engine: 'codex',
		directory: '/home/me/.codex/sessions',
		found: 0,
		imported: 0,
		unchanged: 0,
		own: 0,
		elsewhere: 0,
		older: 0,
		unreadable: 0,
		empty: 0,
		oddRows: 0,
		responses: 0,
	},
];

const FILE = '/home/me/.codex/hooks.json';
const HOOKS: HookSettings = {
	list: async () => [
		{engine: 'claude', file: '/home/me/.claude/settings.json', state: 'installed'},
		{engine: 'gemini', file: '/home/me/.gemini/settings.json', state: 'outdated'},
		{engine: 'codex', file: FILE, state: 'missing'},
		{engine: 'opencode', file: '/home/me/.config/opencode/plugin/rad.js', state: 'unreadable'},
	],
	install: async engine => ({engine, file: FILE, change: 'installed', notes: ['Codex asks at its next start whether you trust the hook.']}),
	uninstall: async engine => ({engine, file: FILE, change: 'removed', notes: []}),
};

const CHECKS: readonly Check[] = [
	{name: 'node', isNeeded: false, run: async () => [{state: 'good', text: 'Node.js v20.19.0', cure: null}]},
	{
		name: 'runs',
		isNeeded: false,
		run: async () => [
			{
				state: 'warning',
				text: 'run run_0000000001 of example was interrupted: the rad that drove it is gone',
				cure: 'rad resume run_0000000001 goes on with it, rad cancel run_0000000001 ends what is left of it',
			},
		],
	},
	{
		name: 'workspace',
		isNeeded: true,
		run: async () => {
			throw new RadError('WORKSPACE_MISSING', 'There is no rad workspace here or above.');
		},
	},
	{name: 'store', isNeeded: false, run: async () => [{state: 'good', text: 'is never looked at', cure: null}]},
];

const at = (file: string, line: number) => ({file, line, column: 7});
const SETTINGS: readonly SettingReport[] = [
	aSetting({key: 'notify', value: null, description: 'A command of the shell that is run when a run waits for you.'}),
	aSetting({
		key: 'bell',
		value: 'osc9',
		origin: {kind: 'user', place: at('/home/ann/.config/rad/config.yaml', 3)},
		description: 'How rad top calls you.',
	}),
	aSetting({value: 20, origin: {kind: 'environment', variable: 'RAD_CHECKPOINT_KEEP'}}),
	aSetting({
		key: 'keys.undo',
		value: ['U', 'ctrl+u'],
		origin: {kind: 'workspace', place: at('.radium/config.yaml', 2)},
		description: 'Keys of rad top for the action undo.',
	}),
];

const perform = (words: readonly string[], look: {readonly isTerminal: boolean; readonly columns?: number}): Promise<Outcome> => {
	const fake = aWorkspace();
	if (words[1] === 'undo') fake.update({checkpoints: [...fake.data().checkpoints, SAFETY]});
	if (words[1] === 'resume') fake.update({cutShort: SAFETY.target ?? undefined});
	if (words[0] === 'import') fake.update({imports: IMPORTS});
	const isPlayed = words[0] === 'run' && !words.includes('--detach');
	if ((words[0] === 'show' || words[0] === 'report') && words.includes(SECOND)) fake.update(goOn(fake.data()));
	if (words[0] === 'cancel')
		fake.update({
			runs: [...fake.data().runs, {...fake.data().runs[0], id: 'run_0000000002', status: 'running', endedAt: null, error: null} as never],
		});
	return runWords(words, {
		fake,
		engines: ENGINES,
		host: {hooks: HOOKS, checks: () => CHECKS, settings: () => createFakeSettings(SETTINGS)},
		...look,
		...(isPlayed ? {rad: runsThatPlay(fake)} : {}),
	});
};

const toPicture = ({exitCode, out, err}: Outcome): string => `exit ${exitCode}\n--- out\n${out}--- err\n${err}`;

describe('on a terminal', () => {
	test.each(COMMANDS)('%s at 80 columns', async (file, words) => {
		const outcome = await perform(words, {isTerminal: true});

		// A mistake in a workflow is never cut: an editor jumps to its place, and a person must read all of it. A report is a file.
		const lines = file === 'report' ? [] : outcome.out.split('\n').filter(line => !line.startsWith('.radium/workflows/broken.yaml:'));
		for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
		await expect(toPicture(outcome)).toMatchFileSnapshot(`output/terminal/${file}.txt`);
	});

	test.each([40, 60, 120])('monitor list is never wider than %d columns', async columns => {
		const {out} = await perform(['monitor', 'list'], {isTerminal: true, columns});

		for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
		await expect(out).toMatchFileSnapshot(`output/terminal/monitor-list-${columns}.txt`);
	});
});

describe('in a pipe', () => {
	test.each(COMMANDS)('%s', async (file, words) => {
		await expect(toPicture(await perform(words, {isTerminal: false}))).toMatchFileSnapshot(`output/pipe/${file}.txt`);
	});
});

describe('as JSON', () => {
	test.each(COMMANDS)('%s', async (file, words) => {
		const outcome = await perform([...words, '--json'], {isTerminal: false});

		const documents = outcome.out
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as unknown);
		expect(outcome.err).toBe('');
		await expect(`${documents.map(each => JSON.stringify(each, null, '\t')).join('\n')}\n`).toMatchFileSnapshot(`output/json/${file}.txt`);
	});
});

describe('with nothing to show', () => {
	test.each(['runs', 'workflow list', 'monitor list', 'checkpoint list'])(
		'%s succeeds, says so to a person and is silent to a script',
		async line => {
			const fake = createFakeRad();

			const person = await runWords(line.split(' '), {fake, isTerminal: true});
			const script = await runWords(line.split(' '), {fake});
			const json = await runWords([...line.split(' '), '--json'], {fake});

			expect(person).toMatchObject({exitCode: 0, out: ''});
			expect(person.err).toMatch(/\.|<workflow>\n$/);
			expect(script).toMatchObject({exitCode: 0, out: '', err: ''});
			expect(json).toMatchObject({exitCode: 0, out: '[]\n', err: ''});
		},
	);
});
