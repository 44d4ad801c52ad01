import {type Plan, type PlanNode, toWholePrompt} from '../../domain/plan.ts';
import type {StepList} from './step-lists.ts';

// A plan is kept with each run and read at every look. A few files that name each other, or one prompt again and again, could make it endless.
const MAX_NODES = 5000;
const MAX_CHARACTERS = 4 * 1024 * 1024;
const TOO_LONG = `the prompts of the workflow, each as often as it is used, are larger than ${MAX_CHARACTERS / 1024 / 1024} MiB together`;

/** Why the texts of a file, with those that it names, are too long to be looked at; null where they are not. */
export const findTooLong = (lists: readonly StepList[]): string | null => {
	const lengths = lists.flatMap(({steps}) => steps.flatMap(({texts}) => texts.map(({text}) => text.length)));
	return lengths.reduce((sum, length) => sum + length, 0) > MAX_CHARACTERS ? TOO_LONG : null;
};

/** Why a plan is too large with all that it names; null where it is not. */
export const findExcess = ({steps, onFailure, finally: last}: Plan): string | null => {
	const nodes = [...steps, ...onFailure, ...last];
	const count = countNodes(nodes);
	if (count > MAX_NODES) return `the workflow has ${count} steps with those of the workflows in it; ${MAX_NODES} are the most`;
	return countCharacters(nodes) > MAX_CHARACTERS ? TOO_LONG : null;
};

const countNodes = (nodes: readonly PlanNode[]): number =>
	nodes.reduce((sum, node) => sum + (node.kind === 'steps' && !node.isSingle ? 1 : 0) + (node.kind === 'steps' ? countNodes(node.steps) : 1), 0);

const countCharacters = (nodes: readonly PlanNode[]): number =>
	nodes.reduce((sum, node) => {
		if (node.kind === 'steps') return sum + countCharacters(node.steps);
		return sum + (node.kind === 'approve' ? node.message.length : toWholePrompt(node, node.text).length);
	}, 0);
