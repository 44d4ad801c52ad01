import {type Graph, readGraph} from './check-graph.ts';
import type {Outline, StepOutline} from './outline.ts';

/** A list of steps of a file, and what stands around it. */
export type StepList = {
	readonly steps: readonly StepOutline[];
	readonly graph: Graph;
	/** Null for lists that nothing stands around. */
	readonly outer: Spot | null;
};

/** A place in a list: that of a step, or after all of them. */
export type Spot = {readonly list: StepList; readonly index: number | 'end'};

/** All lists of a file, those of blocks after the one that the block stands in. */
export const readLists = ({steps, closing}: Outline): readonly StepList[] => {
	const main = toStepList(steps, null);
	return [main, ...closing.map(each => toStepList(each, {list: main, index: 'end'}))].flatMap(listWithin);
};

const toStepList = (steps: readonly StepOutline[], outer: Spot | null): StepList => ({steps, graph: readGraph(steps), outer});

const listWithin = (list: StepList): readonly StepList[] => [
	list,
	...list.steps.flatMap(({steps}, index) => (steps === null ? [] : listWithin(toStepList(steps, {list, index})))),
];

/** How a step that is named at a place stands to it: over by then, perhaps not over, the step itself, or a block around it. */
export type Relation = 'over' | 'unsure' | 'itself' | 'around';

export type Sighting = {readonly step: StepOutline; readonly relation: Relation};

/**
 * Finds what a name means at a place: the nearest list around it that has the name decides. Null where that cannot be told; undefined when
 * there is surely none of that name.
 */
export const findSighted = ({list, index}: Spot, name: string, isOuter = false): Sighting | null | undefined => {
	const {steps, graph, outer} = list;
	const step = steps.find(({id}) => id === name);
	if (step === undefined) {
		if (!graph.hasAllIds) return null;
		return outer === null ? undefined : findSighted(outer, name, true);
	}
	if (index === 'end') return {step, relation: 'over'};
	if (name === steps[index]?.id) return {step, relation: isOuter ? 'around' : 'itself'};
	const {ids, isWhole} = graph.findUpstream(index);
	return ids.has(name) ? {step, relation: 'over'} : isWhole ? {step, relation: 'unsure'} : null;
};

/** The names of all steps that stand in the lists around a place. */
export const listSightedNames = ({list}: Spot): readonly string[] => [
	...list.graph.ids,
	...(list.outer === null ? [] : listSightedNames(list.outer)),
];

/** The blocks around a place, the nearest first. */
export const listAround = ({list: {outer}}: Spot): readonly StepOutline[] => {
	if (outer === null) return [];
	const block = outer.index === 'end' ? undefined : outer.list.steps[outer.index];
	return [...(block === undefined ? [] : [block]), ...listAround(outer)];
};
