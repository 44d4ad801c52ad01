import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {checkpointSuite} from './checkpoint.ts';
import {crowdSuite} from './crowd.ts';
import {executorSuite} from './executor.ts';
import {hookSuite} from './hook.ts';
import {importSuite} from './import.ts';
import {tuiSuite} from './tui.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the benchmark of the checkpoints', () => {
	it('has a figure in every row', async () => {
		const rows = await checkpointSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		const figures = rows.flatMap(({value, wallMs, peer}) => [value, wallMs ?? 0, peer?.value ?? 0, peer?.ratio ?? 0]);
		expect(figures.filter(figure => !Number.isFinite(figure))).toEqual([]);
		expect(rows.map(({name}) => name)).toEqual(
			expect.arrayContaining(['first checkpoint', 'unchanged', '1 file changed', 'preview', 'restore of 1 file', 'peak memory of rad']),
		);
	});
});

describe('the benchmark of imports', () => {
	it('counts every response of the history that it wrote, and has a figure in every row', async () => {
		const rows = await importSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		expect(rows.map(({name}) => name)).toEqual(['import, anew', 'import, nothing new']);
		expect(rows.map(({value}) => Number.isFinite(value))).toEqual([true, true]);
	});
});

describe('the benchmark of the hook', () => {
	it('has a figure in every row', async () => {
		const rows = await hookSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		expect(rows.map(({name, value}) => [name, Number.isFinite(value)])).toEqual([
			['hook, first call', true],
			['hook, nothing changed', true],
		]);
	});
});

describe('the benchmark of many agents at once', () => {
	it('has a figure in every row', async () => {
		const rows = await crowdSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		expect(rows.map(({name, value}) => [name, Number.isFinite(value)])).toEqual([
			['rad, of one core', true],
			['rad, memory at most', true],
			['what looks after them, of one core', true],
			['what looks after one, memory', true],
		]);
		expect(rows.find(({unit}) => unit === 'MB')?.value, 'memory is read').toBeGreaterThan(10);
	});
});

describe('the benchmark of the executor', () => {
	it('has a figure in every row', async () => {
		const rows = await executorSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		expect(rows.map(({name, value}) => [name, Number.isFinite(value)])).toEqual([
			['a step', true],
			['its shell', true],
			['its shell and what looks after it', true],
			['a step, beyond those', true],
		]);
	});
});

describe('the benchmark of the dashboard', () => {
	it('has a figure in every row', async () => {
		const rows = await tuiSuite.run({root: ROOT, isQuick: true, repository: null, files: null, rounds: null, report: () => undefined});

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(rows.map(({name}) => name)).toEqual(
			expect.arrayContaining(['to the first frame', 'CPU, of one core', 'commit to frame, p95', 'key to frame, p50', 'memory at the end']),
		);
	});
});
