import {adviseOnName} from '../../domain/misspelt-names.ts';
import type {PlanStep} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {YamlDocument} from '../../workspace/yaml-document.ts';
import type {EngineRules} from './judge-step.ts';
import type {StepOutline} from './outline.ts';
import {findSighted, listSightedNames, type Spot, type StepList} from './step-lists.ts';

/** Steps of a file as they were judged, by their outline; null where something is wrong with one. */
export type JudgedWork = ReadonlyMap<StepOutline, PlanStep | null>;

/** Conversations that steps cannot go on with: of no step, of one that may come later, or of another program. */
export const findSessionProblems = (
	document: YamlDocument,
	lists: readonly StepList[],
	work: JudgedWork,
	engines: EngineRules,
): readonly WorkflowProblem[] =>
	lists.flatMap(list =>
		list.steps.flatMap((outline, index) => {
			const step = work.get(outline) ?? null;
			if (step === null || step.session === null) return [];
			const problem = judge(step, step.session, {list, index}, work, engines);
			return problem === null ? [] : [document.problemAt([...outline.path, 'session'], `session: ${problem}`)];
		}),
	);

const judge = (step: PlanStep, session: string, spot: Spot, work: JudgedWork, engines: EngineRules): string | null => {
	const sighting = findSighted(spot, session);
	if (sighting === undefined) return `unknown step "${session}"; ${adviseOnName(session, listSightedNames(spot))}`;
	if (sighting === null) return null;
	if (sighting.relation !== 'over') return `step "${session}" may not be over by then; add it to needs`;
	if (sighting.step.repeat !== 'once') return `step "${session}" is repeated, and has no conversation of its own`;
	const source = work.get(sighting.step);
	// What is wrong with it was told already.
	if (source === undefined) return `step "${session}" has no conversation`;
	if (source === null) return null;
	if (source.engine !== step.engine) return `step "${session}" runs with ${source.engine}, and ${step.engine} cannot go on with that`;
	return engines.canResume(step.engine) ? null : `the engine "${step.engine}" cannot go on with a conversation`;
};
