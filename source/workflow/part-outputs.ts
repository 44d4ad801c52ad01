import type {PlanBlock, PlanNode, SettledStep} from '../domain/plan.ts';

type Outputs = SettledStep['outputs'];

const MAX_TOLD = 5;

/** What the workflow wants a step to hand on that an earlier run of the step did not, as in `verdict: is missing`. No word of a value is in it. */
export const findMisfits = async (node: PlanNode, outputs: Outputs): Promise<readonly string[]> => {
	const found = await judge(node, outputs);
	return found.length > MAX_TOLD ? [...found.slice(0, MAX_TOLD), `and ${found.length - MAX_TOLD} more`] : found;
};

const judge = async (node: PlanNode, outputs: Outputs): Promise<readonly string[]> => {
	switch (node.kind) {
		case 'approve':
			return findMissing(['approved'], outputs);
		case 'steps':
			return judgeBlock(node, outputs);
		case 'prompt':
		case 'run': {
			if (node.outputs === null) return [];
			// Loaded only here, as wherever outputs are judged: the schema library is the largest part of the program.
			const {fitOutput} = await import('./format/zod-fit.ts');
			return Object.entries(node.outputs).flatMap(([name, schema]) => fitOutput(name, schema, get(outputs, name)).problems);
		}
	}
};

/** A block that is repeated for items hands on a list, with what each of them came to. */
const judgeBlock = async (block: PlanBlock, outputs: Outputs): Promise<readonly string[]> => {
	if (block.repeat.kind !== 'each') return judgeRound(block, outputs);
	const items = get(outputs, 'items');
	if (!Array.isArray(items)) return ['items: is missing'];
	const found: string[] = [];
	for (const [index, item] of items.entries()) for (const misfit of await judgeRound(block, item)) found.push(`items[${index}].${misfit}`);
	return found;
};

const judgeRound = async ({isSingle, steps: [only], publish}: PlanBlock, outputs: Outputs): Promise<readonly string[]> =>
	isSingle && only !== undefined ? judge(only, outputs) : findMissing(Object.keys(publish), outputs);

const findMissing = (names: readonly string[], outputs: Outputs): readonly string[] =>
	names.flatMap(name => (get(outputs, name) === undefined ? [`${name}: is missing`] : []));

const get = (outputs: Outputs, name: string): unknown => (Object.hasOwn(outputs, name) ? outputs[name] : undefined);
