import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {State} from '../../../source/tui/state.ts';
import {aLoadedState, aState, drawPane, drawScreen, findMisfit, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';
import {failedRun, queuedRun, restoredRun, writingRun} from '../../support/sample-states.ts';

const SIZES = [
	{columns: 40, rows: 10},
	{columns: 60, rows: 20},
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 50},
] as const;

const nameOf = ({columns, rows}: State['size']): string => `${columns}x${rows}`;

// Pictures hold times of day.
const timeZone = process.env['TZ'];
beforeAll(() => {
	process.env['TZ'] = 'UTC';
});
afterAll(() => {
	if (timeZone === undefined) delete process.env['TZ'];
	else process.env['TZ'] = timeZone;
});

const failed = (state: State): State =>
	stateAfter(state, {type: 'data-failed', problem: {message: 'The database of this workspace is damaged: .radium/monitoring.db', hint: 'rad init'}});

const STATES: Readonly<Record<string, (size: State['size']) => State | Promise<State>>> = {
	loading: size => aState(size),
	empty: size => aLoadedState({}, size),
	failed: size => failed(aState(size)),
	running: size => aLoadedState(sampleRun(), size),
	queued: size => aLoadedState({runs: queuedRun().runs?.slice(-1) ?? []}, size),
	'failed-run': size => aLoadedState(failedRun(), size),
	restored: async size =>
		stateAfter(await aLoadedState(restoredRun(), size), '4', {
			type: 'notice-raised',
			notice: {tone: 'good', text: '✔ Restored cp_0000000003 (5 files changed). Press u to undo.'},
		}),
	writes: async size => stateAfter(await aLoadedState(writingRun(), size), '4', 'j', 'j'),
	stale: async size => failed(await aLoadedState(sampleRun(), size)),
};

describe('the whole screen', () => {
	for (const [name, make] of Object.entries(STATES)) {
		test.each(SIZES)(`${name} at $columns x $rows`, async size => {
			const frame = drawScreen(await make(size));

			expect(findMisfit(frame, size)).toBeUndefined();
			await expect(`${frame}\n`).toMatchFileSnapshot(`screens/${name}-${nameOf(size)}.txt`);
		});
	}

	test.each(['1', '2', '3', '4'])('shows pane %s over the whole screen when it is zoomed', async pane => {
		const size = {columns: 80, rows: 24};

		const frame = drawScreen(stateAfter(await aLoadedState(sampleRun(), size), pane, 'z'));

		expect(findMisfit(frame, size)).toBeUndefined();
		await expect(`${frame}\n`).toMatchFileSnapshot(`screens/zoomed-${pane}-${nameOf(size)}.txt`);
	});

	const span = (from: number, to: number, step = 1): readonly number[] =>
		Array.from({length: Math.floor((to - from) / step) + 1}, (_, index) => from + index * step);

	const SHAPES = {
		'of every width from 40': span(40, 130).map(columns => ({columns, rows: 24})),
		'of every width to 200': span(131, 200).map(columns => ({columns, rows: 24})),
		'of many widths and few rows': span(40, 200, 3).map(columns => ({columns, rows: 15})),
		'of many widths and many rows': span(40, 200, 7).map(columns => ({columns, rows: 40})),
		'of every low height, and a tall one': [...span(1, 20), 60].map(rows => ({columns: 100, rows})),
		'narrower than anybody has': span(1, 39).map(columns => ({columns, rows: 24})),
	} as const;
	const SWEEPS = [
		...(Object.keys(SHAPES) as ReadonlyArray<keyof typeof SHAPES>).map(shape => ['running', shape] as const),
		['failed-run', 'of every width from 40'],
		['failed-run', 'of every width to 200'],
		['empty', 'of every width from 40'],
		['empty', 'of every width to 200'],
	] as const;
	test.each(SWEEPS)('%s fits screens %s', async (name, shape) => {
		const state = await STATES[name]?.({columns: 80, rows: 24});

		const misfits = SHAPES[shape].flatMap(size => findMisfit(drawScreen({...(state ?? aState()), size}), size) ?? []);

		expect(misfits).toEqual([]);
	});
});

describe('each pane in each of its faces', () => {
	const faces: Readonly<Record<string, (size: State['size']) => State | Promise<State>>> = {
		loading: size => aState(size),
		empty: size => aLoadedState({}, size),
		failed: size => failed(aState(size)),
		ready: size => aLoadedState(sampleRun(), size),
	};
	for (const pane of ['agents', 'log', 'totals', 'checkpoints'] as const) {
		test.each(Object.entries(faces))(`${pane}: %s`, async (face, make) => {
			const frames = [];
			for (const columns of [40, 60, 80, 120, 200]) {
				const size = {columns, rows: 13};
				const frame = drawPane(await make(size), pane);
				expect(findMisfit(frame, size)).toBeUndefined();
				frames.push(frame);
			}

			await expect(`${frames.join('\n\n')}\n`).toMatchFileSnapshot(`panes/${pane}-${face}.txt`);
		});
	}
});
