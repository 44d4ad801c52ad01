import type {Counts} from '../tell-figures.ts';

/** What came out of a stage of the full run. */
export type StageFigures = {
	readonly stage: string;
	/** The day, UTC. */
	readonly day: string;
	/** Without its name and without a path, so that it can be published. */
	readonly machine: string;
	readonly tookSeconds: number;
	readonly isPassed: boolean;
	readonly counts: Counts;
};

/** Where the last figures are kept, from the root of the repository on. */
export const FIGURES_PATH = 'test/faults/table/figures.json';

/** Adds up what the tests of a stage told, one JSON object a line. */
export const sumCounts = (lines: string): Counts => {
	const sums: Record<string, number> = {};
	for (const line of lines.split('\n').filter(Boolean)) {
		for (const [name, count] of Object.entries(JSON.parse(line) as Counts)) sums[name] = (sums[name] ?? 0) + count;
	}
	return sums;
};

/** Of a stage that is in both, the newer figures. */
export const joinFigures = (known: readonly StageFigures[], newer: readonly StageFigures[]): readonly StageFigures[] => [
	...known.filter(({stage}) => !newer.some(other => other.stage === stage)),
	...newer,
];
