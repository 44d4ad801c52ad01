import type {WorkflowProblem} from '../../domain/rad.ts';
import {suggest} from '../../domain/suggest.ts';
import type {PlanStep} from '../plan.ts';
import type {YamlDocument} from './yaml-document.ts';

/** Repeated ids, unknown needs and cycles. `ids` are those of all steps of the file, also of the ones with mistakes. */
export const findGraphProblems = (document: YamlDocument, steps: readonly PlanStep[], ids: readonly string[]): readonly WorkflowProblem[] => [
	...findRepeatedIds(document, ids),
	...steps.flatMap(step => findUnknownNeeds(document, step, ids)),
	...findCycles(document, steps, ids),
];

/** All steps that come before a step, directly or through others. */
export const findUpstream = (steps: readonly PlanStep[], stepId: string): ReadonlySet<string> => {
	const byId = new Map(steps.map(step => [step.id, step]));
	const found = new Set<string>();
	const visit = (id: string): void => {
		for (const need of byId.get(id)?.needs ?? []) {
			if (found.has(need)) continue;
			found.add(need);
			visit(need);
		}
	};
	visit(stepId);
	return found;
};

const findRepeatedIds = (document: YamlDocument, ids: readonly string[]): readonly WorkflowProblem[] =>
	ids.flatMap((id, index) => (id !== '' && ids.indexOf(id) < index ? [document.problemAt(['steps', index, 'id'], `id: "${id}" is used twice`)] : []));

const findUnknownNeeds = (document: YamlDocument, step: PlanStep, ids: readonly string[]): readonly WorkflowProblem[] =>
	step.needs.flatMap((need, index) => {
		if (ids.includes(need)) return [];
		const meant = suggest(need, ids);
		const path = ['steps', ids.indexOf(step.id), 'needs', index];
		return [document.problemAt(path, `needs: unknown step "${need}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`)];
	});

const findCycles = (document: YamlDocument, steps: readonly PlanStep[], ids: readonly string[]): readonly WorkflowProblem[] => {
	const first = steps.find(step => findUpstream(steps, step.id).has(step.id));
	if (first === undefined) return [];
	return [document.problemAtKey(['steps', ids.indexOf(first.id)], 'needs', `needs: cycle ${findCycle(steps, first.id).join(' -> ')}`)];
};

/** The way from a step back to itself. */
const findCycle = (steps: readonly PlanStep[], start: string): readonly string[] => {
	const way = [start];
	for (;;) {
		const current = steps.find(step => step.id === way.at(-1));
		const next = current?.needs.find(need => need === start || findUpstream(steps, need).has(start));
		if (next === undefined || next === start || way.includes(next)) return [...way, start];
		way.push(next);
	}
};
