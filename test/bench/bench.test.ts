import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {checkpointSuite} from './checkpoint.ts';
import {crowdSuite} from './crowd.ts';
import {executorSuite} from './executor.ts';
import {hookSuite} from './hook.ts';
import {importSuite} from './import.ts';
import {logsSuite} from './logs.ts';
import {pricesSuite} from './prices.ts';
import type {Row} from './report.ts';
import {startSuite} from './start.ts';
import {storeSuite} from './store.ts';
import type {SuiteOptions} from './suite.ts';
import {tuiSuite} from './tui.ts';

const QUICK: SuiteOptions = {
	root: fileURLToPath(new URL('../../', import.meta.url)),
	isQuick: true,
	repository: null,
	files: null,
	rounds: null,
	report: () => undefined,
	skip: () => undefined,
};

describe('the benchmark of the checkpoints', () => {
	it('has a figure in every row', async () => {
		const rows = await checkpointSuite.run(QUICK);

		const figures = rows.flatMap(({value, wallMs, peer}) => [value, wallMs ?? 0, peer?.value ?? 0, peer?.ratio ?? 0]);
		expect(figures.filter(figure => !Number.isFinite(figure))).toEqual([]);
		expect(rows.map(({name}) => name)).toEqual(
			expect.arrayContaining([
				'first checkpoint',
				'unchanged',
				'1 file changed',
				'20 files changed, paths known',
				'preview',
				'restore of 1 file',
				'restore of 20 files',
				'peak memory of rad',
			]),
		);
	});
});

describe('the benchmark of imports', () => {
	it('counts every response of the history that it wrote, and has a figure in every row', async () => {
		const rows = await importSuite.run(QUICK);

		expect(rows.map(({name}) => name)).toEqual(['import, anew', 'import, nothing new', 'import, one file grown, beyond nothing new']);
		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
	});
});

describe('the benchmark of the hook', () => {
	it('has a figure in every row', async () => {
		const rows = await hookSuite.run(QUICK);

		expect(rows.map(({name, value}) => [name, Number.isFinite(value)])).toEqual([
			['hook, first call', true],
			['hook, nothing changed', true],
		]);
	});
});

describe('the benchmark of many agents at once', () => {
	it('has a figure in every row', async () => {
		const rows = await crowdSuite.run(QUICK);

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
		const rows = await executorSuite.run(QUICK);

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
		const rows = await tuiSuite.run(QUICK);

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(rows.map(({name}) => name)).toEqual(
			expect.arrayContaining(['to the first frame', 'CPU, of one core', 'commit to frame, p95', 'key to frame, p50', 'memory at the end']),
		);
	});
});

/** Figures that are counts of mistakes, which no machine is too slow for. */
const toMistakes = (rows: readonly Row[]): readonly string[] =>
	rows.filter(({unit, target}) => unit === '' && target?.text === '≤ 0' && !target.isMet).map(({scene, name}) => `${scene}: ${name}`);

describe('the benchmark of starting', () => {
	it('has a figure in every row, and counts the files that are loaded', async () => {
		const rows = await startSuite.run(QUICK);

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(rows.map(({name}) => name)).toEqual(expect.arrayContaining(['start/version', 'start/help', 'start/list', 'top/first-frame']));
		expect(rows.find(({name}) => name.startsWith('start/modules, files'))?.value).toBeGreaterThan(0);
	});
});

describe('the benchmark of the store', () => {
	it('has a figure in every row, and loses nothing', async () => {
		const rows = await storeSuite.run(QUICK);

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(toMistakes(rows)).toEqual([]);
		expect(new Set(rows.map(({scene}) => scene.split(',')[0]))).toEqual(
			new Set(['db/ingest', 'db/size', 'db/tree', 'db/writers', 'db/rollup-check', 'top/refresh', 'top/notify']),
		);
	});
});

describe('the benchmark of prices', () => {
	it('finds every known cost and none that the package has otherwise', async () => {
		const rows = await pricesSuite.run(QUICK);

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(rows.filter(({target}) => target?.text === '≤ 0').map(({value}) => value)).toEqual([0, 0]);
	});
});

describe('the benchmark of logs', () => {
	it('has a figure in every row, and loses no line', async () => {
		const rows = await logsSuite.run(QUICK);

		expect(rows.filter(({value}) => !Number.isFinite(value))).toEqual([]);
		expect(toMistakes(rows)).toEqual([]);
		expect(new Set(rows.map(({scene}) => scene.split(',')[0]))).toEqual(
			new Set(['log/strip', 'log/strip-cuts', 'log/capture', 'log/tail-n', 'log/follow']),
		);
	});
});
