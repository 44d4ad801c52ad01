import type {PlanBlock} from '../domain/plan.ts';
import type {Evaluate} from './command.ts';
import {type RunState, type StepState, stateIn} from './run-state.ts';
import type {Scope} from './scope.ts';

type Outputs = StepState['outputs'];

/** What steps outside may read of a block. What cannot be evaluated is not there. */
export const publish = (block: PlanBlock, rounds: readonly Scope[], newest: Scope, state: RunState, evaluate: Evaluate): Outputs => {
	const read = (round: Scope): Outputs => {
		const [only] = round.nodes;
		if (block.isSingle && only !== undefined) return stateIn(round, only, state).outputs;
		return Object.fromEntries(
			Object.entries(block.publish).map(([name, text]) => {
				const found = evaluate(text, round, state);
				return [name, 'value' in found ? found.value : null];
			}),
		);
	};
	const changes = sumChanges(rounds, state);
	if (block.repeat.kind === 'each') return {...changes, items: rounds.map(read)};
	return {...(block.child === null ? {rounds: rounds.length} : {}), ...read(newest), ...without(block.publish, changes)};
};

/** Whether any step of the rounds changed something, and the newest commit after one; nothing where none of them tells. */
const sumChanges = (rounds: readonly Scope[], state: RunState): Outputs => {
	const told = rounds.flatMap(round => round.nodes.map(node => stateIn(round, node, state).outputs)).filter(outputs => 'changed' in outputs);
	if (told.length === 0) return {};
	const changed = told.map(outputs => outputs['changed']);
	const isKnown = changed.every(each => typeof each === 'boolean');
	return {
		changed: changed.includes(true) ? true : isKnown ? false : null,
		commit: told.map(outputs => outputs['commit'] ?? null).findLast(commit => commit !== null) ?? null,
	};
};

/** What a block publishes under such a name is what its author wants read. */
const without = (published: PlanBlock['publish'], outputs: Outputs): Outputs =>
	Object.fromEntries(Object.entries(outputs).filter(([name]) => !Object.hasOwn(published, name)));
