import {cpus, release, totalmem, type} from 'node:os';
import process from 'node:process';
import type {Row, Unit} from './report.ts';

/** One figure as it is written into files. */
export type Figure = {
	readonly suite: string;
	readonly scene: string;
	readonly row: string;
	readonly value: number;
	readonly unit: Unit;
	readonly wallMs: number | null;
	readonly yardstick: {readonly name: string; readonly value: number} | null;
	readonly ratio: number | null;
	readonly target: string | null;
	/** Null where there is no target. */
	readonly held: boolean | null;
	/** Why the target was missed; null where it was not, or nobody knows. */
	readonly cause: string | null;
};

/** What runs of suites found, on one machine. */
export type BenchDocument = {
	/** The day, UTC. */
	readonly day: string;
	/** Without its name and without a path, so that it can be published. */
	readonly machine: string;
	/** True when it was only tried whether everything runs: such figures say nothing. */
	readonly isQuick: boolean;
	readonly figures: readonly Figure[];
	/** Yardsticks that were left out, by suite. */
	readonly skipped: ReadonlyArray<{readonly suite: string; readonly text: string}>;
};

export const toFigure = (suite: string, {scene, name, value, unit, wallMs, peer, target, cause}: Row): Figure => ({
	suite,
	scene,
	row: name,
	value,
	unit,
	wallMs,
	yardstick: peer === null ? null : {name: peer.name, value: peer.value},
	ratio: peer?.ratio ?? null,
	target: target?.text ?? null,
	held: target?.isMet ?? null,
	cause: target?.isMet === false ? (cause ?? null) : null,
});

export const describeMachine = (): string => {
	const processors = cpus();
	const model = processors[0]?.model.trim() ?? '';
	const memoryGb = Math.round(totalmem() / 2 ** 30);
	return `${processors.length} × ${model === '' ? process.arch : model}, ${memoryGb} GB, ${type()} ${release().split('-')[0]}, Node ${process.version}`;
};

/** Joins documents: a suite that is in several counts as the last one found it. */
export const joinDocuments = (documents: readonly BenchDocument[]): BenchDocument => {
	const last = documents.at(-1);
	if (last === undefined) throw new Error('there is no document');
	const lastOf = new Map(documents.flatMap(document => document.figures.map(({suite}) => [suite, document] as const)));
	const pick = <Item extends {readonly suite: string}>(toItems: (document: BenchDocument) => readonly Item[]): readonly Item[] =>
		documents.flatMap(document => toItems(document).filter(({suite}) => lastOf.get(suite) === document));
	return {
		...last,
		isQuick: documents.some(({isQuick}) => isQuick),
		machine: [...new Set(documents.map(({machine}) => machine))].join('; '),
		figures: pick(({figures}) => figures),
		skipped: pick(({skipped}) => skipped),
	};
};
