import {adviseOnName, findMeantName} from '../../domain/misspelt-names.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {YamlDocument} from '../../workspace/yaml-document.ts';
import type {StepOutline} from './outline.ts';
import {MAX_STEPS} from './zod-schema.ts';

/** Which steps come before which, as far as the file tells. Steps are named by their place in the file: an id may be missing or used twice. */
export type Graph = {
	readonly findUpstream: (index: number) => Upstream;
	readonly links: readonly Link[];
	/** All ids that can be read. */
	readonly ids: readonly string[];
	/** False when some step's id cannot be read: a name that is not among `ids` may then be that step. */
	readonly hasAllIds: boolean;
};

/** Ids of the steps that come before a step, directly or through others; all of them only if `isWhole`. */
type Upstream = {readonly ids: ReadonlySet<string>; readonly isWhole: boolean};

type Link = {
	/** What a step surely comes after. */
	readonly before: readonly number[];
	/** What it comes after when a misspelt id is taken for the most likely one, and one that is used twice for the first. */
	readonly likelyBefore: readonly number[];
	readonly isWhole: boolean;
};

/** Reads the order of the steps of a list. One with more steps than may be is not looked at closely: its graph is empty. */
export const readGraph = (list: readonly StepOutline[]): Graph => {
	const steps = list.length > MAX_STEPS ? [] : list;
	const places = groupById(steps);
	const ids = [...places.keys()];
	const hasAllIds = list.length <= MAX_STEPS && steps.every(({id}) => id !== null);
	const links = steps.map((step, index) => toLink(step, index, places, hasAllIds));
	const findUpstream = (index: number): Upstream => {
		const found = [...walk(index, at => links[at]?.likelyBefore ?? []).keys()];
		return {
			ids: new Set(found.flatMap(at => steps[at]?.id ?? [])),
			isWhole: [index, ...found].every(at => links[at]?.isWhole === true),
		};
	};
	const known = new Map<number, Upstream>();
	return {
		links,
		ids,
		hasAllIds,
		findUpstream: index => {
			const upstream = known.get(index) ?? findUpstream(index);
			known.set(index, upstream);
			return upstream;
		},
	};
};

/** Repeated ids, unknown needs and cycles of a list. */
export const findGraphProblems = (
	document: YamlDocument,
	{steps, graph}: {readonly steps: readonly StepOutline[]; readonly graph: Graph},
): readonly WorkflowProblem[] => [
	...findRepeatedIds(document, steps),
	...steps.flatMap(step => findUnknownNeeds(document, step, graph)),
	...findCycles(document, steps, graph),
];

const groupById = (steps: readonly StepOutline[]): ReadonlyMap<string, readonly number[]> => {
	const places = new Map<string, number[]>();
	for (const [index, {id}] of steps.entries()) {
		if (id === null) continue;
		const known = places.get(id);
		if (known === undefined) places.set(id, [index]);
		else known.push(index);
	}
	return places;
};

const toLink = (step: StepOutline, index: number, places: ReadonlyMap<string, readonly number[]>, hasAllIds: boolean): Link => {
	const above = index === 0 ? [] : [index - 1];
	if (step.needs === null) return {before: above, likelyBefore: above, isWhole: true};
	const named = step.needs.map(({id}) => places.get(id) ?? []);
	const likely = step.needs.flatMap(({id}) => places.get(id)?.[0] ?? places.get(findMeantName(id, [...places.keys()]) ?? '')?.[0] ?? []);
	return {
		before: [...new Set(named.flatMap(found => (found.length === 1 ? found : [])))],
		likelyBefore: [...new Set(likely)],
		isWhole: step.hasAllNeeds && likely.length === named.length && named.every(({length}) => length === 1 || (length === 0 && hasAllIds)),
	};
};

const findRepeatedIds = (document: YamlDocument, steps: readonly StepOutline[]): readonly WorkflowProblem[] => {
	const seen = new Set<string>();
	return steps.flatMap(({id, path}) => {
		if (id === null) return [];
		if (seen.has(id)) return [document.problemAt([...path, 'id'], `id: "${id}" is used twice; give this step another`)];
		seen.add(id);
		return [];
	});
};

const findUnknownNeeds = (document: YamlDocument, step: StepOutline, {ids, hasAllIds}: Graph): readonly WorkflowProblem[] => {
	if (!hasAllIds) return [];
	// What is no name at all was told already.
	const unknown = (step.needs ?? []).filter(({id}) => SAFE_NAME.test(id) && !ids.includes(id));
	return unknown.map(({id, path}) => document.problemAt(path, `needs: unknown step "${id}"; ${adviseOnName(id, ids)}`));
};

/** One problem for each group of steps that wait for each other, at the first of them. */
const findCycles = (document: YamlDocument, steps: readonly StepOutline[], {links}: Graph): readonly WorkflowProblem[] => {
	const after: number[][] = links.map(() => []);
	for (const [index, {before}] of links.entries()) for (const at of before) after[at]?.push(index);
	const told = new Set<number>();
	return steps.flatMap(({path}, index) => {
		if (told.has(index)) return [];
		const before = walk(index, at => links[at]?.before ?? []);
		if (!before.has(index)) return [];
		for (const at of walk(index, other => after[other] ?? []).keys()) if (before.has(at)) told.add(at);
		const names = toWay(before, index).map(at => steps[at]?.id ?? '(a step without an id)');
		return [document.problemAtKey(path, 'needs', `needs: cycle ${names.join(' -> ')}; no step of it could ever start`)];
	});
};

/** What can be reached from a step, each with the one from which it was first reached. The step itself is among it only on a cycle. */
const walk = (start: number, next: (index: number) => readonly number[]): ReadonlyMap<number, number> => {
	const reachedFrom = new Map<number, number>();
	const queue = [start];
	for (const current of queue) {
		for (const one of next(current)) {
			if (reachedFrom.has(one)) continue;
			reachedFrom.set(one, current);
			queue.push(one);
		}
	}
	return reachedFrom;
};

/** The way from a step back to itself. */
const toWay = (reachedFrom: ReadonlyMap<number, number>, start: number): readonly number[] => {
	const way = [start];
	for (let at = reachedFrom.get(start); at !== undefined && at !== start; at = reachedFrom.get(at)) way.unshift(at);
	return [start, ...way];
};
