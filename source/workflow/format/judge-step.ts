import {type Foreign, isForeign} from '../../agents/foreign.ts';
import {type Budget, type PlanStep, RETRY_CAUSES, type RetryRule} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import {adviseOnName, findKey} from './misspelt-names.ts';
import type {StepOutline} from './outline.ts';
import type {Path, YamlDocument} from './yaml-document.ts';
import {
	type BudgetLimits,
	judge,
	PROMPT_STEP,
	type PromptStep,
	RUN_STEP,
	type RunStep,
	type SchemaIssue,
	STEP_KEYS,
	type StepDefaults,
	UNCLEAR_STEP,
} from './zod-schema.ts';

/** What the file cannot know: which engines there are, and whether one of them can do what a step asks. */
export type EngineRules = {
	readonly names: readonly string[];
	readonly defaultEngine: string;
	/** True when the engine can go on with a conversation. */
	readonly canResume: (engine: string) => boolean;
	/** One sentence why the engine cannot do it, or null. Called for known engines only. */
	readonly findProblem: (step: PlanStep) => string | null;
};

/** `step` is null when something is wrong with it. */
export type StepJudgement = {readonly step: PlanStep | null; readonly problems: readonly WorkflowProblem[]};

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** Enough for the work of most steps, and no more. */
const DEFAULT_PERMISSIONS = 'edit';
const KINDS = ['prompt', 'run'] as const;

/** What a step has from its surroundings. */
export type Surroundings = {
	/** Id of the step above, which it comes after when it names none. */
	readonly above: string | null;
	/** The workflow's, as far as they are sound. */
	readonly defaults: StepDefaults;
	readonly env: Readonly<Record<string, string>>;
};

/** Judges one step by itself. */
export const judgeStep = (document: YamlDocument, {path, value}: StepOutline, surroundings: Surroundings, engines: EngineRules): StepJudgement => {
	if (!isForeign(value)) return {step: null, problems: [document.problemAt(path, 'a step is a mapping with an id and prompt or run')]};
	// The kind first, then its schema: a union would answer with the mistakes of every kind.
	const [kind, ...others] = KINDS.filter(key => Object.hasOwn(value, key));
	if (kind === undefined || others.length > 0) return {step: null, problems: judgeUnclearStep(document, path, value)};
	const {value: fields, sound, issues} = kind === 'prompt' ? judge(PROMPT_STEP, value) : judge(RUN_STEP, value);
	const draft = toStep(kind, sound, surroundings, engines.defaultEngine);
	const isSound = (key: keyof PromptStep): boolean => key in sound || !Object.hasOwn(value, key);
	const problems = [...toProblems(document, path, issues), ...(kind === 'prompt' ? findEngineProblems(document, path, draft, isSound, engines) : [])];
	return {step: fields === undefined || problems.length > 0 ? null : draft, problems};
};

/** The problems of a schema as problems of the file; `path` is where the judged value stands. */
export const toProblems = (document: YamlDocument, path: Path, issues: readonly SchemaIssue[]): readonly WorkflowProblem[] =>
	issues.map(({path: below, key, message}) => {
		const where = [...path, ...below];
		return key === null ? document.problemAt(where, message) : document.problemAtKey(where, key, message);
	});

const judgeUnclearStep = (document: YamlDocument, path: Path, value: Foreign): readonly WorkflowProblem[] => {
	const problems = toProblems(document, path, judge(UNCLEAR_STEP, value).issues);
	const has = KINDS.every(kind => Object.hasOwn(value, kind)) ? 'both' : 'neither';
	// The misspelt key was told, and is all that is wrong.
	if (has === 'neither' && KINDS.some(kind => findKey(value, kind, STEP_KEYS) !== undefined)) return problems;
	const label = typeof value['id'] === 'string' ? `step "${value['id']}"` : 'the step';
	return [document.problemAt(path, `${label} needs exactly one of prompt, run (has ${has})`), ...problems];
};

const toStep = (
	kind: PlanStep['kind'],
	own: Partial<PromptStep & RunStep>,
	{above, defaults, env}: Surroundings,
	defaultEngine: string,
): PlanStep => {
	const step: Partial<PromptStep & RunStep> = {...defaults, ...own};
	return {
		id: step.id ?? '',
		needs: step.needs ?? (above === null ? [] : [above]),
		when: step.when ?? null,
		continuesOnError: step.continue_on_error ?? false,
		kind,
		text: (kind === 'prompt' ? step.prompt : step.run) ?? '',
		engine: kind === 'run' ? 'shell' : (step.engine ?? defaultEngine),
		model: kind === 'run' ? null : (step.model ?? null),
		permissions: step.permissions ?? DEFAULT_PERMISSIONS,
		session: step.session ?? null,
		recording: step.recording ?? null,
		speed: step.speed ?? null,
		env: {...env, ...step.env},
		outputs: step.outputs ?? null,
		timeoutMs: step.timeout ?? DEFAULT_TIMEOUT_MS,
		idleTimeoutMs: step.idle_timeout ?? null,
		retry: toRetryRule(step.retry),
		budget: toBudget(step.budget),
		restorePolicy: step.restore ?? 'ask',
		takesCheckpoints: step.checkpoint !== 'none',
	};
};

export const toBudget = (limits: BudgetLimits | undefined): Budget => ({
	costNanoUsd: limits?.cost_usd ?? null,
	tokens: limits?.tokens ?? null,
	turns: limits?.turns ?? null,
	wallMs: limits?.wall ?? null,
});

const MAX_BACKOFF_MS = 10 * 60_000;

const toRetryRule = (retry: PromptStep['retry']): RetryRule => ({
	max: retry?.max ?? 0,
	on: retry?.on ?? RETRY_CAUSES,
	backoffMs: retry?.backoff ?? 0,
	factor: retry?.factor ?? 2,
	maxBackoffMs: retry?.max_backoff ?? Math.max(MAX_BACKOFF_MS, retry?.backoff ?? 0),
});

/** What an engine cannot do; nothing where the fields that it would judge are wrong themselves. */
const findEngineProblems = (
	document: YamlDocument,
	path: Path,
	step: PlanStep,
	isSound: (key: keyof PromptStep) => boolean,
	engines: EngineRules,
): readonly WorkflowProblem[] => {
	if (!isSound('engine')) return [];
	const names = engines.names.filter(name => name !== 'shell');
	if (!names.includes(step.engine))
		return [document.problemAt([...path, 'engine'], `engine: unknown engine "${step.engine}"; ${adviseOnName(step.engine, names)}`)];
	const misplaced = (['recording', 'speed'] as const).filter(key => step[key] !== null && step.engine !== 'recorded');
	if (misplaced.length > 0) return misplaced.map(key => document.problemAtKey(path, key, `${key}: only the engine "recorded" has one`));
	if (!(['prompt', 'model', 'recording', 'speed'] as const).every(isSound)) return [];
	const problem = engines.findProblem(step);
	return problem === null ? [] : [document.problemAt([...path, step.engine === 'recorded' ? 'recording' : 'model'], problem)];
};
