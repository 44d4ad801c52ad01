import type {Cost} from './measure.ts';

export type Unit = 'ms CPU' | 'ms' | 'µs CPU' | 'MB' | 'kB' | '%' | 'B' | 'B/s' | 'MB/s' | '/s' | '×' | '';

/** One figure of a benchmark, beside the figure of a peer where there is one. */
export type Row = {
	/** What was measured on, for example `80,000 files`. */
	readonly scene: string;
	readonly name: string;
	readonly unit: Unit;
	readonly value: number;
	readonly wallMs: number | null;
	readonly peer: {readonly name: string; readonly value: number; readonly ratio: number} | null;
	/** Null where there is no target. */
	readonly target: {readonly text: string; readonly isMet: boolean} | null;
	/** Why the target is missed where it is: told only then. */
	readonly cause?: string;
};

/** What a figure may be. */
type Bound = {readonly atMost: number} | {readonly atLeast: number};

const isWithin = (value: number, bound: Bound): boolean => ('atMost' in bound ? value <= bound.atMost : value >= bound.atLeast);

/** A cost beside a peer's; `atMost` is the target, as a part of the peer's CPU time. */
export const compare = (scene: string, name: string, cost: Cost, peer: {readonly name: string; readonly cost: Cost}, atMost?: number): Row => {
	const ratio = cost.cpuMs / peer.cost.cpuMs;
	return {
		scene,
		name,
		unit: 'ms CPU',
		value: cost.cpuMs,
		wallMs: cost.wallMs,
		peer: {name: peer.name, value: peer.cost.cpuMs, ratio},
		target: atMost === undefined ? null : {text: `≤ ${formatRatio(atMost)}`, isMet: ratio <= atMost},
	};
};

/** A cost by itself. */
export const tell = (scene: string, name: string, cost: Cost): Row => ({
	scene,
	name,
	unit: 'ms CPU',
	value: cost.cpuMs,
	wallMs: cost.wallMs,
	peer: null,
	target: null,
});

/** A figure beside a peer's in the same unit; the bound is one of the ratio. */
export const relate = (
	scene: string,
	name: string,
	figure: {readonly value: number; readonly unit: Unit},
	peer: {readonly name: string; readonly value: number},
	bound?: Bound,
): Row => {
	const ratio = figure.value / peer.value;
	const text = bound === undefined ? '' : 'atMost' in bound ? `≤ ${formatRatio(bound.atMost)}` : `≥ ${formatRatio(bound.atLeast)}`;
	const target = bound === undefined ? null : {text, isMet: isWithin(ratio, bound)};
	return {scene, name, ...figure, wallMs: null, peer: {...peer, ratio}, target};
};

/** A figure of which there must be at least so much. */
export const demand = (scene: string, name: string, value: number, unit: Unit, atLeast: number): Row => ({
	...state(scene, name, value, unit),
	target: {text: `≥ ${formatNumber(atLeast)} ${unit}`.trim(), isMet: value >= atLeast},
});

/** A figure by itself. */
export const state = (scene: string, name: string, value: number, unit: Unit): Row => ({...limit(scene, name, value, unit, 0), target: null});

/** A figure with a limit of its own. */
export const limit = (scene: string, name: string, value: number, unit: Unit, atMost: number, wallMs: number | null = null): Row => ({
	scene,
	name,
	unit,
	value,
	wallMs,
	peer: null,
	target: {text: `≤ ${formatNumber(atMost)} ${unit.split(' ')[0]}`.trim(), isMet: value <= atMost},
});

export const formatRatio = (ratio: number): string => (ratio < 0.1 ? `1/${Math.round(1 / ratio)}` : `${ratio.toFixed(2)}×`);

/** With as many digits as a figure of a noisy machine deserves. */
export const formatNumber = (value: number): string =>
	value.toLocaleString('en-US', Math.abs(value) < 1 ? {maximumSignificantDigits: 2} : {maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0});

const HEAD = ['on', 'figure', 'value', 'wall ms', 'peer', 'its value', 'ratio', 'target', ''] as const;

const toCells = ({scene, name, unit, value, wallMs, peer, target}: Row): readonly string[] => [
	scene,
	name,
	`${formatNumber(value)} ${unit}`.trim(),
	wallMs === null ? '' : formatNumber(wallMs),
	peer?.name ?? '',
	peer === null ? '' : formatNumber(peer.value),
	peer === null ? '' : formatRatio(peer.ratio),
	target?.text ?? '',
	target === null ? '' : target.isMet ? 'met' : 'NOT MET',
];

const IS_NUMBER = new Set([2, 3, 5, 6]);

/** The rows as a table of text. */
export const formatRows = (rows: readonly Row[]): string => {
	const lines = [HEAD, ...rows.map(toCells)];
	const widths = HEAD.map((_, column) => Math.max(...lines.map(cells => (cells[column] ?? '').length)));
	const toLine = (cells: readonly string[]): string =>
		cells
			.map((cell, column) => (IS_NUMBER.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
			.join('  ')
			.trimEnd();
	return `${lines.map(toLine).join('\n')}\n`;
};
