import type {WorkflowProblem} from '../../domain/rad.ts';
import {suggest} from '../../domain/suggest.ts';
import type {Plan, PlanInput, PlanStep} from '../plan.ts';
import {findGraphProblems} from './check-graph.ts';
import {findTemplateProblems} from './check-templates.ts';
import {type Path, readYaml, type YamlDocument} from './yaml-document.ts';
import {
	judge,
	knownKeys,
	PROMPT_STEP,
	type PromptStep,
	RUN_STEP,
	type RunStep,
	type SchemaIssue,
	WORKFLOW,
	type WorkflowInput,
} from './zod-schema.ts';

/** What the file cannot know: which engines there are, and whether one of them can do what a step asks. */
export type EngineRules = {
	readonly names: readonly string[];
	readonly defaultEngine: string;
	/** One sentence why the engine cannot do it, or null. Called for known engines only. */
	readonly findProblem: (step: PlanStep) => string | null;
};

export type LoadedWorkflow =
	| {readonly plan: Plan; readonly problems: readonly []}
	| {readonly plan: undefined; readonly problems: readonly WorkflowProblem[]};

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
const KINDS = ['prompt', 'run'] as const;

/** Reads a workflow file. Every problem that can be known before the start is told, in the order of the file. */
export const loadWorkflow = (name: string, file: string, text: string, engines: EngineRules): LoadedWorkflow => {
	const {document, problems} = readYaml(file, text);
	if (problems.length > 0) return {plan: undefined, problems};
	const top = judge(WORKFLOW, document.value);
	if (top.issues !== undefined) {
		return fail([...toProblems(document, [], top.issues, knownKeys(WORKFLOW)), ...findStepProblems(document)]);
	}
	const steps = readSteps(document, top.value.steps, engines);
	const plan: Plan = {
		name,
		description: top.value.description ?? null,
		inputs: Object.entries(top.value.inputs ?? {}).map(toInput),
		steps: steps.flatMap(({step}) => step ?? []),
	};
	const found = [
		...(top.value.name !== undefined && top.value.name !== name
			? [document.problemAt(['name'], `name: the file is called "${name}", so the workflow is too`)]
			: []),
		...findInputProblems(document, plan.inputs),
		...steps.flatMap(({problems: own}) => own),
		...findGraphProblems(document, plan.steps, readIds(top.value.steps)),
		...findTemplateProblems(document, plan),
	];
	return found.length > 0 ? fail(found) : {plan, problems: []};
};

const fail = (problems: readonly WorkflowProblem[]): LoadedWorkflow => ({
	plan: undefined,
	problems: [...problems].sort((a, b) => a.line - b.line || a.column - b.column),
});

type StepReading = {readonly step?: PlanStep; readonly problems: readonly WorkflowProblem[]};

const readSteps = (document: YamlDocument, values: readonly unknown[], engines: EngineRules): readonly StepReading[] =>
	values.map((value, index) => readStep(document, value, index, readIds(values.slice(0, index)).at(-1), engines));

/** The ids of the steps as far as they can be read; an unreadable one is an empty text. */
const readIds = (values: readonly unknown[]): readonly string[] =>
	values.map(value => (isRecord(value) && typeof value['id'] === 'string' ? value['id'] : ''));

const readStep = (document: YamlDocument, value: unknown, index: number, above: string | undefined, engines: EngineRules): StepReading => {
	const path = ['steps', index];
	if (!isRecord(value)) return {problems: [document.problemAt(path, 'a step is a mapping with an id and prompt or run')]};
	// The kind first, then its schema: a union would answer with the mistakes of every kind.
	const kinds = KINDS.filter(kind => kind in value);
	if (kinds.length !== 1) {
		const label = typeof value['id'] === 'string' ? `step "${value['id']}"` : 'the step';
		const has = kinds.length === 0 ? 'neither' : 'both';
		return {problems: [document.problemAt(path, `${label} needs exactly one of prompt, run (has ${has})`)]};
	}
	const isPrompt = kinds[0] === 'prompt';
	const schema = isPrompt ? PROMPT_STEP : RUN_STEP;
	const judged = judge(schema, value);
	if (judged.issues !== undefined) return {problems: toProblems(document, path, judged.issues, knownKeys(schema))};
	const step = isPrompt ? toPromptStep(judged.value as PromptStep, above, engines.defaultEngine) : toRunStep(judged.value as RunStep, above);
	return {step, problems: findEngineProblems(document, path, step, engines)};
};

const toPromptStep = (step: PromptStep, above: string | undefined, defaultEngine: string): PlanStep => ({
	...toCommon(step, above),
	kind: 'prompt',
	text: step.prompt,
	engine: step.engine ?? defaultEngine,
	model: step.model ?? null,
	recording: step.recording ?? null,
	speed: step.speed ?? null,
});

const toRunStep = (step: RunStep, above: string | undefined): PlanStep => ({
	...toCommon(step, above),
	kind: 'run',
	text: step.run,
	engine: 'shell',
	model: null,
	recording: null,
	speed: null,
});

const toCommon = (step: PromptStep | RunStep, above: string | undefined) => ({
	id: step.id,
	needs: step.needs ?? (above === undefined || above === '' ? [] : [above]),
	env: step.env ?? {},
	timeoutMs: step.timeout ?? DEFAULT_TIMEOUT_MS,
	maxRetries: step.retry?.max ?? 0,
	restorePolicy: step.restore ?? 'ask',
});

const findEngineProblems = (document: YamlDocument, path: Path, step: PlanStep, engines: EngineRules): readonly WorkflowProblem[] => {
	if (step.kind === 'prompt' && (!engines.names.includes(step.engine) || step.engine === 'shell')) {
		const names = engines.names.filter(name => name !== 'shell');
		const meant = suggest(step.engine, names);
		const advice = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean "${meant}"?`;
		return [document.problemAt([...path, 'engine'], `engine: unknown engine "${step.engine}"; ${advice}`)];
	}
	const isRecorded = step.engine === 'recorded';
	const misplaced = (['recording', 'speed'] as const).filter(key => step[key] !== null && !isRecorded);
	if (misplaced.length > 0) return misplaced.map(key => document.problemAtKey(path, key, `${key}: only the engine "recorded" has one`));
	const problem = engines.findProblem(step);
	return problem === null ? [] : [document.problemAt([...path, 'recording'], problem)];
};

const findStepProblems = (document: YamlDocument): readonly WorkflowProblem[] => {
	const steps = isRecord(document.value) ? document.value['steps'] : undefined;
	if (!Array.isArray(steps)) return [];
	return readSteps(document, steps, {names: [], defaultEngine: 'shell', findProblem: () => null}).flatMap(({step, problems}) =>
		step === undefined ? problems : [],
	);
};

const toInput = ([name, input]: readonly [string, WorkflowInput]): PlanInput => ({
	name,
	type: input.type ?? (typeof input.default === 'number' ? 'number' : typeof input.default === 'boolean' ? 'boolean' : 'string'),
	isRequired: input.required ?? false,
	defaultValue: input.default ?? null,
	description: input.description ?? null,
});

const findInputProblems = (document: YamlDocument, inputs: readonly PlanInput[]): readonly WorkflowProblem[] =>
	inputs
		.filter(({defaultValue, type}) => defaultValue !== null && typeof defaultValue !== type)
		.map(({name, type}) => document.problemAt(['inputs', name, 'default'], `default: is not a ${type}`));

const toProblems = (document: YamlDocument, path: Path, issues: readonly SchemaIssue[], keys: readonly string[]): readonly WorkflowProblem[] =>
	issues.map(issue => {
		const where = [...path, ...issue.path];
		if (issue.key === null) return document.problemAt(where, issue.message);
		const meant = issue.path.length === 0 ? suggest(issue.key, keys) : undefined;
		return document.problemAtKey(where, issue.key, meant === undefined ? issue.message : `${issue.message}; did you mean "${meant}"?`);
	});

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
