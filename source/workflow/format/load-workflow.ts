import {adviseOnName} from '../../domain/misspelt-names.ts';
import {type Plan, type PlanInput, type PlanNode, type PlanStep, USUAL_PARALLEL} from '../../domain/plan.ts';
import {formatProblem, type WorkflowProblem} from '../../domain/workflow-problem.ts';
import {readYaml} from '../../workspace/yaml-document.ts';
import {toProblems} from '../../workspace/zod-judge.ts';
import {createAgentReader} from './agent-file.ts';
import {findBaseProblems} from './check-bases.ts';
import {findGraphProblems} from './check-graph.ts';
import {findSessionProblems} from './check-sessions.ts';
import {findTemplateProblems} from './check-templates.ts';
import {splitCron} from './cron.ts';
import {type EngineRules, judgeSteps, listAgentEngines, type StepJudgement, toBudget} from './judge-step.ts';
import {markTold} from './mark-told.ts';
import {MAX_DEPTH, readOutline, type StepOutline} from './outline.ts';
import {findExcess, findTooLong} from './plan-size.ts';
import {readLists} from './step-lists.ts';
import type {ChildReading, LoadedWorkflow, WorkflowSources} from './workspace-files.ts';
import type {ConcurrencyInput} from './zod-concurrency.ts';
import {toInputType, type WorkflowInput} from './zod-inputs.ts';
import {judge, WORKFLOW} from './zod-schema.ts';

export type {EngineRules} from './judge-step.ts';

/**
 * Reads a workflow file. Every problem that can be known before the start is told, in the order of the file: a mistake hides no other one,
 * and what follows only from another mistake is not told.
 */
export const loadWorkflow = (name: string, file: string, text: string, engines: EngineRules, sources: WorkflowSources): LoadedWorkflow =>
	loadWithin({name, file, text}, {engines, sources, way: [name], known: new Map()});

type WorkflowFile = {readonly name: string; readonly file: string; readonly text: string};

/** What is the same for a workflow and those in it; `way` are those that it stands in, and itself. */
type Surroundings = {
	readonly engines: EngineRules;
	readonly sources: WorkflowSources;
	readonly way: readonly string[];
	/** Those that were read before. */
	readonly known: Map<string, ChildReading>;
};

/** Reads a workflow that is named in another one. */
const loadChild = (name: string, {engines, sources, way, known}: Surroundings): ChildReading => {
	if (way.includes(name)) return {problem: `cycle ${[...way.slice(way.indexOf(name)), name].join(' -> ')}; it would never end`};
	// Each of them is at least one deep.
	if (way.length > MAX_DEPTH) return {problem: `workflows and blocks may stand in each other up to ${MAX_DEPTH} deep`};
	const found = known.get(name) ?? readChild(name, {engines, sources, way: [...way, name], known});
	known.set(name, found);
	return found;
};

const readChild = (name: string, surroundings: Surroundings): ChildReading => {
	const {sources} = surroundings;
	const found = sources.readWorkflow(name);
	if (found === null) return {problem: `unknown workflow "${name}"; ${adviseOnName(name, sources.listWorkflows())}`};
	if (found.problem !== undefined) return fail(found.file, [{file: found.file, line: 1, column: 1, message: found.problem}]);
	return loadWithin({name, file: found.file, text: found.text}, surroundings);
};

const loadWithin = ({name, file, text}: WorkflowFile, context: Surroundings): LoadedWorkflow => {
	const {engines, sources} = context;
	const {document, problems} = readYaml(file, text);
	if (document === null) return fail(file, problems);
	const top = judge(WORKFLOW, document.value);
	const outline = readOutline(document.value, {...sources, readChild: child => loadChild(child, context)});
	const lists = readLists(outline);
	const tooLong = findTooLong(lists);
	const {defaults = {}, env = {}, secrets = []} = top.sound;
	const work = new Map<StepOutline, PlanStep | null>();
	const onWork = (step: StepOutline, judged: PlanStep | null): void => void work.set(step, judged);
	const agents = createAgentReader(sources, listAgentEngines(engines));
	const surroundings = {document, engines, files: sources, readAgent: agents.read, defaults, env, secrets, onWork};
	const [steps = [], onFailure = [], last = []] = [outline.steps, ...outline.closing].map(list => judgeSteps(list, surroundings));
	const found = [
		...problems,
		...toProblems(document, [], top.issues),
		...(top.sound.name !== undefined && top.sound.name !== name
			? [document.problemAt(['name'], `name: the file is called "${name}", so the workflow is too; leave the name out`)]
			: []),
		...[...steps, ...onFailure, ...last].flatMap(step => step.problems),
		...agents.listProblems(),
		...lists.flatMap(list => findGraphProblems(document, list)),
		...(tooLong === null ? findTemplateProblems(document, outline, lists) : [document.problemAt([], tooLong)]),
		...findSessionProblems(document, lists, work, engines),
		...findBaseProblems(document, lists, work),
	];
	if (found.length > 0 || top.value === undefined) return fail(file, found);
	const plan: Plan = {
		name,
		description: top.value.description ?? null,
		inputs: Object.entries(top.value.inputs ?? {}).map(toInput),
		schedule: (top.value.on?.schedule ?? []).map(({cron, timezone}) => ({cron: splitCron(cron).join(' '), timezone: timezone ?? null})),
		budget: toBudget(top.value.budget),
		maxParallel: top.value.max_parallel ?? USUAL_PARALLEL,
		...toConcurrency(top.value.concurrency),
		steps: toNodes(steps),
		onFailure: toNodes(onFailure),
		finally: toNodes(last),
		outputs: top.value.outputs ?? {},
	};
	const excess = findExcess(plan);
	return excess === null ? {plan: markTold(plan), problems: []} : fail(file, [document.problemAt([], excess)]);
};

const toConcurrency = (given: ConcurrencyInput | undefined): Pick<Plan, 'concurrency'> =>
	given === undefined ? {} : {concurrency: {group: given.group, onConflict: given.on_conflict ?? 'queue'}};

const toNodes = (steps: readonly StepJudgement[]): readonly PlanNode[] => steps.flatMap(({node}) => node ?? []);

/** In the order of the file, then of those that it names, and each once: an expression may make the same mistake twice. */
const fail = (own: string, problems: readonly WorkflowProblem[]): LoadedWorkflow => {
	const byText = new Map([...new Set(problems)].map(problem => [formatProblem(problem), problem]));
	const files = [...new Set([own, ...[...byText.values()].map(({file}) => file)])];
	const order = ({file}: WorkflowProblem): number => files.indexOf(file);
	return {plan: undefined, problems: [...byText.values()].sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column)};
};

const toInput = ([name, input]: readonly [string, WorkflowInput]): PlanInput => ({
	name,
	type: toInputType(input),
	isRequired: input.required ?? false,
	defaultValue: input.default ?? null,
	choices: input.enum ?? null,
	description: input.description ?? null,
});
