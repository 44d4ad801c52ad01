import type {Plan, PlanInput, PlanNode, PlanStep} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import {readYaml} from '../../workspace/yaml-document.ts';
import {toProblems} from '../../workspace/zod-judge.ts';
import {findGraphProblems} from './check-graph.ts';
import {findSessionProblems} from './check-sessions.ts';
import {findTemplateProblems} from './check-templates.ts';
import {type EngineRules, judgeSteps, type StepJudgement, toBudget} from './judge-step.ts';
import {readOutline, type StepOutline} from './outline.ts';
import {readLists} from './step-lists.ts';
import {judge, WORKFLOW, type WorkflowInput} from './zod-schema.ts';

export type {EngineRules} from './judge-step.ts';

export type LoadedWorkflow =
	| {readonly plan: Plan; readonly problems: readonly []}
	| {readonly plan: undefined; readonly problems: readonly WorkflowProblem[]};

/**
 * Reads a workflow file. Every problem that can be known before the start is told, in the order of the file: a mistake hides no other one,
 * and what follows only from another mistake is not told.
 */
export const loadWorkflow = (name: string, file: string, text: string, engines: EngineRules): LoadedWorkflow => {
	const {document, problems} = readYaml(file, text);
	if (document === null) return fail(problems);
	const top = judge(WORKFLOW, document.value);
	const outline = readOutline(document.value);
	const lists = readLists(outline);
	const {defaults = {}, env = {}} = top.sound;
	const work = new Map<StepOutline, PlanStep | null>();
	const surroundings = {document, engines, defaults, env, onWork: (step: StepOutline, judged: PlanStep | null) => void work.set(step, judged)};
	const [steps = [], onFailure = [], last = []] = [outline.steps, ...outline.closing].map(list => judgeSteps(list, surroundings));
	const found = [
		...problems,
		...toProblems(document, [], top.issues),
		...(top.sound.name !== undefined && top.sound.name !== name
			? [document.problemAt(['name'], `name: the file is called "${name}", so the workflow is too; leave the name out`)]
			: []),
		...[...steps, ...onFailure, ...last].flatMap(step => step.problems),
		...lists.flatMap(list => findGraphProblems(document, list)),
		...findTemplateProblems(document, outline, lists),
		...findSessionProblems(document, lists, work, engines),
	];
	if (found.length > 0 || top.value === undefined) return fail(found);
	const plan: Plan = {
		name,
		description: top.value.description ?? null,
		inputs: Object.entries(top.value.inputs ?? {}).map(toInput),
		budget: toBudget(top.value.budget),
		steps: toNodes(steps),
		onFailure: toNodes(onFailure),
		finally: toNodes(last),
	};
	return {plan, problems: []};
};

const toNodes = (steps: readonly StepJudgement[]): readonly PlanNode[] => steps.flatMap(({node}) => node ?? []);

/** In the order of the file, and each once: an expression may make the same mistake twice. */
const fail = (problems: readonly WorkflowProblem[]): LoadedWorkflow => {
	const byText = new Map(problems.map(problem => [`${problem.line}:${problem.column}:${problem.message}`, problem]));
	return {plan: undefined, problems: [...byText.values()].sort((a, b) => a.line - b.line || a.column - b.column)};
};

const toInput = ([name, input]: readonly [string, WorkflowInput]): PlanInput => ({
	name,
	type: input.type ?? (typeof input.default === 'number' ? 'number' : typeof input.default === 'boolean' ? 'boolean' : 'string'),
	isRequired: input.required ?? false,
	defaultValue: input.default ?? null,
	description: input.description ?? null,
});
