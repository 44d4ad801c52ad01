import type {PlanStep} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Graph} from './check-graph.ts';
import type {EngineRules} from './judge-step.ts';
import {adviseOnName} from './misspelt-names.ts';
import type {Outline} from './outline.ts';
import type {YamlDocument} from './yaml-document.ts';

/** Conversations that steps cannot go on with: of no step, of one that may come later, or of another program. */
export const findSessionProblems = (
	document: YamlDocument,
	outline: Outline,
	graph: Graph,
	steps: ReadonlyArray<PlanStep | null>,
	engines: EngineRules,
): readonly WorkflowProblem[] =>
	steps.flatMap((step, index) => {
		const path = outline.steps[index]?.path;
		if (step === null || step.session === null || path === undefined) return [];
		const problem = judge(step, step.session, {graph, index, steps, engines});
		return problem === null ? [] : [document.problemAt([...path, 'session'], `session: ${problem}`)];
	});

type Surroundings = {
	readonly graph: Graph;
	readonly index: number;
	readonly steps: ReadonlyArray<PlanStep | null>;
	readonly engines: EngineRules;
};

const judge = (step: PlanStep, session: string, {graph, index, steps, engines}: Surroundings): string | null => {
	if (!graph.ids.includes(session)) return graph.hasAllIds ? `unknown step "${session}"; ${adviseOnName(session, graph.ids)}` : null;
	const {ids, isWhole} = graph.findUpstream(index);
	if (isWhole && !ids.has(session)) return `step "${session}" may not be over by then; add it to needs`;
	const source = steps.find(each => each?.id === session);
	// What is wrong with it was told already.
	if (source === undefined || source === null) return null;
	if (source.engine !== step.engine) return `step "${session}" runs with ${source.engine}, and ${step.engine} cannot go on with that`;
	return engines.canResume(step.engine) ? null : `the engine "${step.engine}" cannot go on with a conversation`;
};
