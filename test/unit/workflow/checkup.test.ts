import {describe, expect, it} from 'vitest';
import type {ProcessTable} from '../../../source/agents/process-table.ts';
import {type Settings, toSettings} from '../../../source/domain/configuration.ts';
import {RadError} from '../../../source/domain/failures.ts';
import {createDashboardKeys} from '../../../source/tui/judge-keys.ts';
import {judgeCheckpoints, judgeConfiguration, judgeDisk, judgeHooks, judgeRuns, judgeStore} from '../../../source/workflow/checkup.ts';
import {anId, aRun} from '../../support/builders.ts';

const states = (findings: ReadonlyArray<{readonly state: string}>): readonly string[] => findings.map(({state}) => state);

describe('a checkup', () => {
	it.each([
		['3.51.3', ['good']],
		['3.53.2', ['good']],
		['4.0.0', ['good']],
		['3.51.2', ['good', 'bad']],
		['3.9.9', ['good', 'bad']],
		['2.99.99', ['good', 'bad']],
	])('judges SQLite %s', (sqliteVersion, expected) => {
		expect(states(judgeStore({sqliteVersion, problems: []}, '/x/monitoring.db'))).toEqual(expected);
	});

	it('tells what SQLite found, and where to put the store', () => {
		const [finding] = judgeStore({sqliteVersion: '3.53.2', problems: ['page 3: bad', 'page 4: bad']}, '/x/monitoring.db');

		expect(finding).toEqual({
			state: 'bad',
			text: 'the store is damaged: page 3: bad; page 4: bad',
			cure: 'move it away and keep it: mv /x/monitoring.db /x/monitoring.db.damaged; then rad init',
		});
	});

	it.each([
		['plenty of room', {freeBytes: 2e9, network: null}, ['good']],
		['little room', {freeBytes: 9e8, network: null}, ['warning']],
		['nearly no room', {freeBytes: 5e7, network: null}, ['bad']],
		['a disk of another machine', {freeBytes: 2e9, network: 'NFS'}, ['warning', 'good']],
	])('judges %s', (_, disk, expected) => {
		expect(states(judgeDisk(disk))).toEqual(expected);
	});

	it('leaves the processes of runs alone that are at work, or of another workspace', () => {
		const marked = (value: string, pid: number) => ({value, identity: {pid, startTime: '1', bootId: 'b'}});
		const processes: Pick<ProcessTable, 'listMarked'> = {
			listMarked: () => [marked(anId('run', 1), 11), marked(anId('run', 2), 22), marked(anId('run', 2), 23), marked('run_elsewhere', 33)],
		};
		const runs = [aRun({id: anId('run', 1), status: 'running'}), aRun({id: anId('run', 2), status: 'completed', workflow: 'w'})];

		expect(judgeRuns(runs, processes)).toEqual([
			{state: 'bad', text: 'run run_0000000002 of w is over, and processes of it are left: 22, 23', cure: 'kill 22 23'},
		]);
	});

	it('tells a restore that was cut short, and which checkpoints are damaged', () => {
		const result = {
			checkpoints: 2,
			objects: 9,
			damaged: [{checkpointId: anId('cp', 1), problems: ['a blob is missing']}],
			size: {ownBytes: 1, sharedBytes: 0},
		};

		expect(states(judgeCheckpoints(result, true))).toEqual(['bad', 'bad']);
		expect(states(judgeCheckpoints({...result, damaged: []}, false))).toEqual(['good']);
	});

	it('is silent of hooks that nobody installed', () => {
		const hook = {engine: 'claude', file: '/home/me/.claude/settings.json'};

		expect(judgeHooks([{...hook, state: 'missing'}])).toEqual([]);
		expect(
			states(
				judgeHooks([
					{...hook, state: 'unreadable'},
					{...hook, state: 'outdated'},
					{...hook, state: 'installed'},
				]),
			),
		).toEqual(['warning', 'warning', 'good']);
	});
});

describe('the configuration', () => {
	it('names the files that are there, and every mistake in them with its cure', async () => {
		const settings = toSettings(new Map(), {notifyFile: null, keys: [], files: ['/w/.radium/config.yaml']});
		const failure = new RadError('CONFIGURATION_UNUSABLE', 'It has 2 mistakes.', {
			details: {problems: ['a:1:1: x', 'b:2:1: y']},
			hint: 'mend a and b',
		});

		const judge = (change: Partial<Settings>, wrong: RadError | null = null) =>
			judgeConfiguration({loadAnyway: async () => ({settings: {...settings, ...change}, failure: wrong})}, async () => createDashboardKeys());

		expect(await judge({files: []})).toEqual([]);
		expect(await judge({})).toEqual([{state: 'good', text: '/w/.radium/config.yaml can be used', cure: null}]);
		expect(await judge({}, failure)).toEqual([
			{state: 'bad', text: 'a:1:1: x', cure: 'mend a and b'},
			{state: 'bad', text: 'b:2:1: y', cure: 'mend a and b'},
		]);
	});

	it('names the variable that holds what cannot be', async () => {
		const failure = new RadError('USAGE', 'RAD_CHECKPOINT_KEEP is "x", which cannot be.', {details: {topic: 'environment'}});
		const settings = toSettings(new Map(), {notifyFile: null, keys: [], files: []});

		expect(await judgeConfiguration({loadAnyway: async () => ({settings, failure})}, async () => createDashboardKeys())).toEqual([
			{state: 'bad', text: 'RAD_CHECKPOINT_KEEP is "x", which cannot be.', cure: 'rad help environment'},
		]);
	});

	it('judges the keys of the dashboard', async () => {
		const place = {file: 'c', line: 2, column: 3};
		const keys = [{action: 'stop-rnu', place, keys: [], isOwn: true, file: '/c'}];
		const settings = toSettings(new Map(), {notifyFile: null, keys, files: ['/c']});

		expect(await judgeConfiguration({loadAnyway: async () => ({settings, failure: null})}, async () => createDashboardKeys())).toEqual([
			{
				state: 'bad',
				text: 'c:2:3: keys: unknown action "stop-rnu"; did you mean "stop-run"?',
				cure: 'mend or remove that line; rad help configuration',
			},
		]);
	});
});
