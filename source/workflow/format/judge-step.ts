import {type Foreign, isForeign} from '../../agents/foreign.ts';
import {adviseOnEngine, adviseOnName, findKey} from '../../domain/misspelt-names.ts';
import {
	type Budget,
	type PlanBlock,
	type PlanGate,
	type PlanNode,
	type PlanStep,
	RETRY_CAUSES,
	type Repeat,
	type RetryRule,
	type WorkspaceMode,
} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from '../../workspace/yaml-document.ts';
import {toProblems} from '../../workspace/zod-judge.ts';
import type {AgentReading} from './agent-file.ts';
import {findParallelProblems, toUsualParallel} from './check-parallel.ts';
import {findChildProblems, toPlanChild} from './judge-child.ts';
import {findAgentProblems, findPromptFileProblems, isUsable, type NamedAgent} from './judge-named-files.ts';
import {findBlockProblems, findWorkspaceProblems, toWorktree} from './judge-workspace.ts';
import {DEFAULT_ITEM, MAX_DEPTH, type PromptFile, type StepOutline} from './outline.ts';
import type {WorkspaceFiles} from './workspace-files.ts';
import {
	APPROVE_STEP,
	BLOCK_STEP,
	type BlockStep,
	type BudgetLimits,
	judge,
	PROMPT_FILE_STEP,
	PROMPT_STEP,
	type PromptStep,
	RUN_STEP,
	type RunStep,
	STEP_KEYS,
	type StepDefaults,
	UNCLEAR_STEP,
	WORKFLOW_STEP,
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

/** `node` is null when something is wrong with it. */
export type StepJudgement = {readonly node: PlanNode | null; readonly problems: readonly WorkflowProblem[]};

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** Enough for the work of most steps, and no more. */
const DEFAULT_PERMISSIONS = 'edit';
const KINDS = ['prompt', 'run', 'approve', 'workflow', 'steps'] as const;

/** What steps have from their surroundings. */
export type Surroundings = {
	readonly document: YamlDocument;
	readonly engines: EngineRules;
	readonly files: WorkspaceFiles;
	readonly readAgent: (name: string) => AgentReading;
	/** The workflow's, as far as they are sound. */
	readonly defaults: StepDefaults;
	readonly env: Readonly<Record<string, string>>;
	readonly secrets: readonly string[];
	/** Hears of each step that works, and null where something is wrong with one. */
	readonly onWork: (outline: StepOutline, step: PlanStep | null) => void;
};

/** Judges each step of a list by itself. */
export const judgeSteps = (steps: readonly StepOutline[], surroundings: Surroundings): readonly StepJudgement[] =>
	steps.map((step, index) => judgeStep(step, steps[index - 1]?.id ?? null, surroundings));

/** `above`: id of the step above, which it comes after when it names none. */
const judgeStep = (outline: StepOutline, above: string | null, surroundings: Surroundings): StepJudgement => {
	const {document} = surroundings;
	const {path, value} = outline;
	if (!isForeign(value)) return {node: null, problems: [document.problemAt(path, 'a step is a mapping with an id and prompt or run')]};
	// The kind first, then its schema: a union would answer with the mistakes of every kind.
	const [kind, ...others] = KINDS.filter(key => Object.hasOwn(value, key));
	if (kind === undefined || others.length > 0) return {node: null, problems: judgeUnclearStep(document, path, value)};
	switch (kind) {
		case 'approve':
			return judgeGate(document, path, value, above);
		case 'workflow':
			return judgeChild(outline, value, above, surroundings);
		case 'steps':
			return judgeBlock(outline, value, above, surroundings);
		case 'prompt':
		case 'run':
			return judgeWork(kind, outline, value, above, surroundings);
	}
};

const judgeWork = (
	kind: PlanStep['kind'],
	outline: StepOutline,
	value: Foreign,
	above: string | null,
	{document, engines, files, readAgent, onWork, ...inherited}: Surroundings,
): StepJudgement => {
	const {path, promptFile} = outline;
	const {value: fields, issues, ...judgement} = judge(toSchema(kind, value), value);
	const sound: OwnWork = judgement.sound;
	const agent = sound.agent === undefined ? null : {name: sound.agent, ...readAgent(sound.agent)};
	const draft = toStep({kind, text: toText(sound, promptFile), agent}, sound, {above, ...inherited}, engines.defaultEngine);
	const isSound = (key: keyof PromptStep): boolean => key in sound || !Object.hasOwn(value, key);
	const repeat = toRepeat(sound, toUsualParallel(draft));
	const problems = [
		...toProblems(document, path, issues),
		...findRepeatProblems(document, path, value),
		...(isSound('workspace') ? findParallelProblems(document, path, repeat, {steps: [draft], isTakenBack: false}) : []),
		...findWorkspaceProblems(document, path, draft, sound),
		...(draft.rollsBack && !draft.takesCheckpoints && draft.worktree === null
			? [document.problemAt([...path, 'on_failure'], 'on_failure: without a checkpoint there is nothing to go back to')]
			: []),
		...findSecretProblems(document, path, draft, value),
		...(promptFile === null ? [] : findPromptFileProblems(document, promptFile, files)),
		...(agent === null ? [] : findAgentProblems(document, path, agent, {step: draft, model: sound.model})),
		...(kind === 'prompt' && isUsable(agent) ? findEngineProblems(document, path, draft, isSound, engines) : []),
	];
	const step = fields === undefined || problems.length > 0 || !isUsable(agent) ? null : draft;
	onWork(outline, step);
	return {node: step === null ? null : toRepeated(step, repeat), problems};
};

/** A variable has one value. */
const findSecretProblems = (document: YamlDocument, path: Path, {env, secrets}: PlanStep, value: Foreign): readonly WorkflowProblem[] =>
	secrets
		.filter(name => Object.hasOwn(env, name))
		.map(name => document.problemAtKey(path, 'secrets' in value ? 'secrets' : 'env', `secrets: "${name}" is set by env too; leave one of them out`));

const toSchema = (kind: PlanStep['kind'], {prompt}: Foreign): typeof PROMPT_STEP | typeof PROMPT_FILE_STEP | typeof RUN_STEP =>
	kind === 'run' ? RUN_STEP : isForeign(prompt) ? PROMPT_FILE_STEP : PROMPT_STEP;

const toText = ({prompt, run}: OwnWork, file: PromptFile | null): string =>
	(typeof prompt === 'string' ? prompt : (file?.reading?.text?.trim() ?? run)) ?? '';

/** A step, or a workflow, that is repeated becomes the only one of a block. */
const toRepeated = (step: PlanStep | PlanBlock, repeat: Repeat): PlanNode => {
	if (repeat.kind === 'once') return step;
	const {id, needs, when, continuesOnError} = step;
	const each = {...step, needs: [], when: null, continuesOnError: false};
	const block = {kind: 'steps', id, needs, when, continuesOnError, rollsBack: false, repeat, isSingle: true} as const;
	return {...block, publish: {}, budget: toBudget(undefined), child: null, steps: [each]};
};

const judgeGate = (document: YamlDocument, path: Path, value: Foreign, above: string | null): StepJudgement => {
	const {value: fields, issues} = judge(APPROVE_STEP, value);
	const {approve} = fields ?? {};
	if (fields === undefined || approve === undefined) return {node: null, problems: toProblems(document, path, issues)};
	const gate: PlanGate = {
		...toBase(fields, above),
		kind: 'approve',
		message: approve.message,
		show: approve.show ?? [],
		timeoutMs: approve.timeout ?? null,
		onTimeout: approve.on_timeout ?? 'reject',
		onReject: approve.on_reject ?? 'fail',
	};
	return {node: gate, problems: []};
};

const judgeBlock = ({path, steps}: StepOutline, value: Foreign, above: string | null, surroundings: Surroundings): StepJudgement => {
	const {document} = surroundings;
	const {value: fields, sound, issues} = judge(BLOCK_STEP, value);
	// The key of its steps, with the number of the first one.
	const isTooDeep = (steps ?? []).length === 0 && Array.isArray(value['steps']) && value['steps'].length > 0;
	const inner = judgeSteps(steps ?? [], surroundings);
	const nodes = inner.flatMap(({node}) => node ?? []);
	const problems = [
		...toProblems(document, path, issues),
		...findRepeatProblems(document, path, value),
		...findParallelProblems(document, path, toRepeat(sound), {steps: nodes, isTakenBack: sound.on_failure?.rollback === true}),
		...(sound.on_failure?.rollback === true ? findBlockProblems(document, path, nodes) : []),
		...(isTooDeep ? [document.problemAtKey(path, 'steps', `steps: blocks may stand in each other up to ${MAX_DEPTH} deep`)] : []),
		...inner.flatMap(step => step.problems),
	];
	if (fields === undefined || problems.length > 0) return {node: null, problems};
	const block: PlanBlock = {
		...toBase(fields, above),
		kind: 'steps',
		repeat: toRepeat(fields),
		isSingle: false,
		publish: fields.publish ?? {},
		budget: toBudget(fields.budget),
		child: null,
		steps: nodes,
	};
	return {node: block, problems: []};
};

const judgeChild = ({path, child}: StepOutline, value: Foreign, above: string | null, {document}: Surroundings): StepJudgement => {
	const {value: fields, sound, issues} = judge(WORKFLOW_STEP, value);
	const given = sound.with ?? {};
	const plan = child !== null && 'plan' in child.reading ? child.reading.plan : undefined;
	const problems = [
		...toProblems(document, path, issues),
		...findRepeatProblems(document, path, value),
		...(child === null ? [] : findChildProblems({document, path, given}, child)),
		...(plan === undefined ? [] : findParallelProblems(document, path, toRepeat(sound), {steps: plan.steps, isTakenBack: false})),
	];
	if (fields === undefined || plan === undefined || problems.length > 0) return {node: null, problems};
	const block: PlanBlock = {
		...toBase(fields, above),
		kind: 'steps',
		repeat: {kind: 'once'},
		isSingle: false,
		publish: plan.outputs,
		budget: plan.budget,
		child: toPlanChild(plan.name, plan, given),
		steps: plan.steps,
	};
	return {node: toRepeated(block, toRepeat(fields)), problems};
};

const REPEATS = ['loop', 'foreach', 'matrix'] as const;

const findRepeatProblems = (document: YamlDocument, path: Path, value: Foreign): readonly WorkflowProblem[] => {
	const [, second] = REPEATS.filter(key => Object.hasOwn(value, key));
	return second === undefined ? [] : [document.problemAtKey(path, second, `${second}: a step has only one of ${REPEATS.join(', ')}`)];
};

const toRepeat = ({loop, foreach, matrix}: Pick<Partial<BlockStep>, (typeof REPEATS)[number]>, usualParallel = 1): Repeat => {
	if (loop !== undefined) return {kind: 'loop', until: loop.until, max: loop.max, onExhausted: loop.on_exhausted ?? 'fail'};
	const each = {kind: 'each', failsFast: foreach?.fail_fast ?? true, maxParallel: foreach?.max_parallel ?? usualParallel} as const;
	if (foreach !== undefined) return {...each, items: foreach.in, as: foreach.as ?? DEFAULT_ITEM};
	return matrix === undefined ? {kind: 'once'} : {...each, items: multiply(matrix), as: 'matrix'};
};

/** Every combination of the values of some lists, as mappings; the last list changes fastest. */
const multiply = (lists: Readonly<Record<string, readonly unknown[]>>): ReadonlyArray<Readonly<Record<string, unknown>>> =>
	Object.entries(lists).reduce<ReadonlyArray<Readonly<Record<string, unknown>>>>(
		(rows, [name, values]) => rows.flatMap(row => values.map(value => ({...row, [name]: value}))),
		[{}],
	);

type OwnBase = Pick<Partial<BlockStep>, 'id' | 'needs' | 'when' | 'continue_on_error' | 'on_failure'>;

const toBase = (step: OwnBase, above: string | null): Pick<PlanNode, 'id' | 'needs' | 'when' | 'continuesOnError' | 'rollsBack'> => ({
	id: step.id ?? '',
	needs: step.needs ?? (above === null ? [] : [above]),
	when: step.when ?? null,
	continuesOnError: step.continue_on_error ?? false,
	rollsBack: step.on_failure?.rollback ?? false,
});

const judgeUnclearStep = (document: YamlDocument, path: Path, value: Foreign): readonly WorkflowProblem[] => {
	const problems = toProblems(document, path, judge(UNCLEAR_STEP, value).issues);
	const has = KINDS.filter(kind => Object.hasOwn(value, kind));
	// The misspelt key was told, and is all that is wrong.
	if (has.length === 0 && KINDS.some(kind => findKey(value, kind, STEP_KEYS) !== undefined)) return problems;
	const label = typeof value['id'] === 'string' ? `step "${value['id']}"` : 'the step';
	return [
		document.problemAt(path, `${label} needs exactly one of ${KINDS.join(', ')} (has ${has.length === 0 ? 'none' : has.join(', ')})`),
		...problems,
	];
};

type OwnWork = Partial<Omit<PromptStep, 'prompt'> & {readonly prompt: string | {readonly file: string}} & RunStep>;

const toStep = (
	{kind, text, agent}: Pick<PlanStep, 'kind' | 'text'> & {readonly agent: NamedAgent | null},
	own: OwnWork,
	{above, defaults, env, secrets}: Pick<Surroundings, 'defaults' | 'env' | 'secrets'> & {readonly above: string | null},
	defaultEngine: string,
): PlanStep => {
	const file = agent !== null && 'file' in agent ? agent : null;
	const step: OwnWork = {...defaults, ...file?.settings, ...own};
	const workspace = step.workspace?.mode ?? 'shared';
	return {
		...toBase(step, above),
		kind,
		text,
		promptFile: typeof step.prompt === 'object' ? step.prompt.file : null,
		agent: file === null ? null : {name: file.name, file: file.file, instructions: file.instructions},
		engine: kind === 'run' ? 'shell' : (step.engine ?? defaultEngine),
		model: kind === 'run' ? null : (step.model ?? null),
		fallback: (step.fallback ?? []).map(({engine, model}) => ({engine, model: model ?? null})),
		permissions: workspace === 'readonly' ? 'plan' : (step.permissions ?? DEFAULT_PERMISSIONS),
		session: step.session ?? null,
		recording: step.recording ?? null,
		speed: step.speed ?? null,
		env: {...env, ...step.env},
		secrets: [...new Set([...secrets, ...(step.secrets ?? [])])],
		outputs: step.outputs ?? null,
		artifacts: step.artifacts ?? [],
		timeoutMs: step.timeout ?? DEFAULT_TIMEOUT_MS,
		idleTimeoutMs: step.idle_timeout ?? null,
		retry: toRetryRule(step.retry),
		onUsageLimit: step.on_usage_limit ?? 'ask',
		budget: toBudget(step.budget),
		restorePolicy: step.restore ?? 'ask',
		workspace,
		worktree: toWorktree(step.workspace),
		takesCheckpoints: hasCheckpoints(workspace, own, step),
		takesCheckpointAfter: step.checkpoint === 'both',
		tellsChanges: false,
	};
};

/** What is there to read has nothing to be undone, whatever holds for the other steps; what a work tree began from is a commit. */
const hasCheckpoints = (workspace: WorkspaceMode, own: OwnWork, step: OwnWork): boolean => {
	if (workspace === 'readonly') return own.checkpoint === 'before' || own.checkpoint === 'both';
	return workspace === 'shared' && step.checkpoint !== 'none';
};

export const toBudget = (limits: BudgetLimits | undefined): Budget => ({
	costNanoUsd: limits?.cost_usd ?? null,
	tokens: limits?.tokens ?? null,
	turns: limits?.turns ?? null,
	wallMs: limits?.wall ?? null,
	onExceeded: limits?.on_exceeded ?? 'stop',
});

const MAX_BACKOFF_MS = 10 * 60_000;

const toRetryRule = (retry: PromptStep['retry']): RetryRule => ({
	max: retry?.max ?? 0,
	on: retry?.on ?? RETRY_CAUSES,
	backoffMs: retry?.backoff ?? 0,
	factor: retry?.factor ?? 2,
	maxBackoffMs: retry?.max_backoff ?? Math.max(MAX_BACKOFF_MS, retry?.backoff ?? 0),
});

/** All that a prompt can be given to. */
export const listAgentEngines = ({names}: EngineRules): readonly string[] => names.filter(name => name !== 'shell');

/** What an engine cannot do; nothing where the fields that it would judge are wrong themselves. */
const findEngineProblems = (
	document: YamlDocument,
	path: Path,
	step: PlanStep,
	isSound: (key: keyof PromptStep) => boolean,
	engines: EngineRules,
): readonly WorkflowProblem[] => {
	if (!isSound('engine')) return [];
	const names = listAgentEngines(engines);
	if (!names.includes(step.engine)) return [document.problemAt([...path, 'engine'], adviseOnEngine(step.engine, names))];
	const misplaced = (['recording', 'speed'] as const).filter(key => step[key] !== null && step.engine !== 'recorded');
	if (misplaced.length > 0) return misplaced.map(key => document.problemAtKey(path, key, `${key}: only the engine "recorded" has one`));
	if (!(['prompt', 'model', 'recording', 'speed'] as const).every(isSound)) return [];
	const problem = engines.findProblem(step);
	return [
		...(problem === null ? [] : [document.problemAt([...path, step.engine === 'recorded' ? 'recording' : 'model'], problem)]),
		...(isSound('fallback') ? findFallbackProblems(document, [...path, 'fallback'], step, names, engines) : []),
	];
};

const findFallbackProblems = (
	document: YamlDocument,
	path: Path,
	step: PlanStep,
	names: readonly string[],
	engines: EngineRules,
): readonly WorkflowProblem[] =>
	step.fallback.flatMap(({engine, model}, index) => {
		const at = [...path, index, 'engine'];
		if (!names.includes(engine)) return [document.problemAt(at, `fallback.engine: unknown engine "${engine}"; ${adviseOnName(engine, names)}`)];
		const problem = engines.findProblem({...step, engine, model, recording: null, speed: null});
		return problem === null ? [] : [document.problemAt(at, `fallback: ${problem}`)];
	});
