import {z} from 'zod';
import {parseDuration} from '../../domain/duration.ts';
import {parseUsd} from '../../domain/figures.ts';
import {MAX_PARALLEL, MERGE_MODES, RETRY_CAUSES, USAGE_LIMIT_WAYS, WORKSPACE_MODES} from '../../domain/plan.ts';
import {SHOWN} from '../../domain/question.ts';
import {PERMISSIONS} from '../../domain/records.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';
import {
	choice,
	isEmpty,
	isTakenByObjects,
	type Judgement,
	judgeBy,
	plainValue,
	text,
	toKeyName,
	type Wording,
	wanted,
} from '../../workspace/zod-judge.ts';
import {CONTEXTS} from './contexts.ts';
import {isPlainPath} from './workspace-files.ts';
import {CONCURRENCY} from './zod-concurrency.ts';
import {INPUT} from './zod-inputs.ts';
import {OUTPUTS} from './zod-outputs.ts';
import {ON} from './zod-schedule.ts';

const wantedFile: Wording = {
	error: ({input}) => `the file is ${isEmpty(input) ? 'empty' : 'not a mapping'}; a workflow begins with "version: 1" and has a list of steps`,
};

/** The most steps that a workflow may have. */
export const MAX_STEPS = 1000;
/** The most rounds that a loop may have. */
const MAX_ROUNDS = 100;
/** The most items that a list in the file may have, as one that an expression finds. */
const MAX_LISTED = 1000;
/** The most combinations that the values of a matrix may have. */
const MAX_COMBINATIONS = 256;
/** The most patterns of artifacts that a step may have. */
const MAX_PATTERNS = 100;
/** The most secrets that a step may have. */
const MAX_SECRETS = 100;
/** Names that an item cannot have. */
const RESERVED: readonly string[] = [...CONTEXTS, 'loop', 'matrix', 'env'];

const NAME_RULE = 'use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit';
const DURATION_RULE = 'write 90s, 30m, 1h30m';
const RETRY_RULE = 'write a whole number from 0 to 20';
const ROUNDS_RULE = `write a whole number from 1 to ${MAX_ROUNDS}`;
const PARALLEL_RULE = `write a whole number from 1 to ${MAX_PARALLEL}`;
const FACTOR_RULE = 'write a number from 1 to 10';
const LIMIT_RULE = 'write a whole number, 1 or more';
const COST_RULE = 'write dollars with at most nine decimals, such as 2.50, up to 1000000';
const CONDITION_RULE = 'write an expression, such as steps.test.outputs.exit_code != 0';
const EXPRESSION_RULE = 'write an expression, such as steps.plan.outputs.tasks';
const SPEED_RULE = 'write a number above 0, at most 1000';
const PROMPT_RULE = 'write what the agent is to do';
const FILE_RULE = 'write it from the workspace on, such as .radium/prompts/review.md';
const PATTERN_RULE = 'write the path of a file from the workspace on, in which * and ** may stand, such as reports/*.md';
const WANTED_MODE = wanted('known', `write one of: ${WORKSPACE_MODES.join(', ')}`);
const RUN_RULE = 'write a command of the shell';

/** True of a pattern that can match only what is in the workspace. */
const isInside = (value: string): boolean => !value.includes('\0') && !/^[/!]|\\|(?:^|[/{,])\.\.(?:[/},]|$)/.test(value);

const toName = (right: string) => text(right).regex(SAFE_NAME, `is not a name; ${NAME_RULE}`);
const truth = z.boolean(wanted('a truth value', 'write true or false'));
const duration = z
	.union([z.string(), z.number()], wanted('a duration', DURATION_RULE))
	.transform(value => parseDuration(String(value)))
	.refine((value): value is number => value !== undefined && value > 0, `is not a duration; ${DURATION_RULE}`);
const variable = toKeyName('an environment variable');
const isFree = (name: string): boolean => !isTakenByObjects(name);
const inputName = toKeyName('an input').refine(isFree, 'is taken; write another name');
const outputName = toKeyName('an output').refine(isFree, 'is taken; write another name');

const retry = z.strictObject(
	{
		max: z.int(wanted('a whole number', RETRY_RULE)).min(0, `is too small; ${RETRY_RULE}`).max(20, `is too large; ${RETRY_RULE}`),
		on: z.array(choice(RETRY_CAUSES), wanted('a list', `write a list of: ${RETRY_CAUSES.join(', ')}`)).optional(),
		backoff: duration.optional(),
		factor: z.number(wanted('a number', FACTOR_RULE)).min(1, `is too small; ${FACTOR_RULE}`).max(10, `is too large; ${FACTOR_RULE}`).optional(),
		max_backoff: duration.optional(),
	},
	wanted('a mapping', 'write retry: { max: 1 }'),
);

const toLimit = (most: number) =>
	z.int(wanted('a whole number', LIMIT_RULE)).min(1, `is too small; ${LIMIT_RULE}`).max(most, `is too large; ${LIMIT_RULE}`).optional();

const budget = z.strictObject(
	{
		cost_usd: z
			.union([z.number(), z.string()], wanted('an amount of money', COST_RULE))
			.transform(value => parseUsd(String(value)))
			.refine((value): value is number => value !== undefined, `is not an amount of dollars; ${COST_RULE}`)
			.optional(),
		tokens: toLimit(1e12),
		turns: toLimit(1e9),
		wall: duration.optional(),
		on_exceeded: choice(['stop', 'ask']).optional(),
	},
	wanted('a mapping', 'write budget: { cost_usd: 5 }'),
);

/** Whose value is handed on. */
const expression = z
	.union([z.string(), z.boolean(), z.number()], wanted('an expression', EXPRESSION_RULE))
	.transform(String)
	.refine(value => value.trim() !== '', `is empty; ${EXPRESSION_RULE}`);

const condition = z
	.union([z.string(), z.boolean()], wanted('an expression', CONDITION_RULE))
	.transform(String)
	.refine(value => value.trim() !== '', `is empty; ${CONDITION_RULE}`);

const secrets = z
	.array(
		variable.refine(name => !name.startsWith('RAD_'), 'is a variable that rad sets; choose another'),
		wanted('a list', 'write secrets: [NAME]; the values come from your environment'),
	)
	.max(MAX_SECRETS, `has more than ${MAX_SECRETS} names, the most there may be`);

const env = z.record(variable, plainValue.transform(String), wanted('a mapping', 'write env: { NAME: value }'));

/** What a step may have and a workflow may give to all of its steps. */
const usual = {
	timeout: duration.optional(),
	idle_timeout: duration.optional(),
	restore: choice(['ask', 'own-step']).optional(),
	checkpoint: choice(['before', 'both', 'none']).optional(),
	retry: retry.optional(),
};

const ofWorktree = {merge: choice(MERGE_MODES).optional(), on_conflict: choice(['fail', 'ask']).optional()};

/** A mode alone is short for `{ mode: … }`. */
const toMode = (value: unknown): unknown => (WORKSPACE_MODES.some(mode => mode === value) ? {mode: value} : value);

const usualWorkspace = z.preprocess(toMode, z.strictObject({mode: choice(WORKSPACE_MODES), ...ofWorktree}, WANTED_MODE));

const workspace = z.preprocess(
	toMode,
	z.strictObject({mode: choice(WORKSPACE_MODES), base: toName('write the id of a step').optional(), ...ofWorktree}, WANTED_MODE),
);

/** The same for editors. */
export const WORKSPACE_IN_FILE = z.union([choice(WORKSPACE_MODES), workspace.out]);
export const USUAL_WORKSPACE_IN_FILE = z.union([choice(WORKSPACE_MODES), usualWorkspace.out]);

const maxParallel = z
	.int(wanted('a whole number', PARALLEL_RULE))
	.min(1, `is too small; ${PARALLEL_RULE}`)
	.max(MAX_PARALLEL, `is too large; ${PARALLEL_RULE}`);

const ofAll = {
	id: toName('give the step a name of its own, such as build'),
	needs: z.array(toName('write the id of a step'), wanted('a list', 'write needs: [id, …]')).optional(),
	when: condition.optional(),
	continue_on_error: truth.optional(),
};

const onFailure = z.strictObject({rollback: truth}, wanted('a mapping', 'write on_failure: { rollback: true }'));

const bound = text('write a name, such as item')
	.regex(/^[a-z_][a-z0-9_]*$/, 'is not a name; use small letters, digits and _')
	.refine(isFree, 'is taken; write another name');

const foreach = z.strictObject(
	{
		in: z.union(
			[expression, z.array(z.json()).max(MAX_LISTED, `has more than ${MAX_LISTED} items, the most there may be`)],
			wanted('a list', 'write an expression, such as steps.plan.outputs.parts, or a list'),
		),
		as: bound.refine(name => !RESERVED.includes(name), 'is taken; write another name').optional(),
		max_parallel: maxParallel.optional(),
		fail_fast: truth.optional(),
	},
	wanted('a mapping', 'write foreach: { in: steps.plan.outputs.parts, as: part }'),
);

const matrix = z
	.record(bound, z.array(plainValue).min(1, 'is empty; write a list of values'), wanted('a mapping', 'write matrix: { name: [value, …] }'))
	.refine(value => Object.keys(value).length > 0, 'is empty; write matrix: { name: [value, …] }')
	.refine(
		value => Object.values(value).reduce((product, values) => product * values.length, 1) <= MAX_COMBINATIONS,
		`has more than ${MAX_COMBINATIONS} combinations, the most there may be`,
	);

const loop = z.strictObject(
	{
		until: condition,
		max: z.int(wanted('a whole number', ROUNDS_RULE)).min(1, `is too small; ${ROUNDS_RULE}`).max(MAX_ROUNDS, `is too large; ${ROUNDS_RULE}`),
		on_exhausted: choice(['fail', 'continue']).optional(),
	},
	wanted('a mapping', 'write loop: { until: steps.test.outputs.exit_code == 0, max: 3 }'),
);

const ofRepeated = {foreach: foreach.optional(), matrix: matrix.optional()};

const pattern = text(PATTERN_RULE).trim().min(1, `is empty; ${PATTERN_RULE}`).refine(isInside, `does not stay in the workspace; ${PATTERN_RULE}`);

const common = {
	...ofAll,
	...ofRepeated,
	on_failure: onFailure.optional(),
	budget: budget.optional(),
	env: env.optional(),
	secrets: secrets.optional(),
	outputs: OUTPUTS.optional(),
	artifacts: z
		.array(pattern, wanted('a list', `write artifacts: ["reports/*.md"]`))
		.max(MAX_PATTERNS, `has more than ${MAX_PATTERNS} patterns, the most there may be`)
		.optional(),
	...usual,
	workspace: workspace.optional(),
};

const prompt = text(PROMPT_RULE).trim().min(1, `is empty; ${PROMPT_RULE}`);
const promptFile = z.strictObject({file: text(FILE_RULE).refine(isPlainPath, `is not the path of a file in the workspace; ${FILE_RULE}`)});
const run = text(RUN_RULE).trim().min(1, `is empty; ${RUN_RULE}`);
const usualOfPrompt = {
	engine: text('write the name of an engine').optional(),
	model: text('write the name of a model').min(1, 'is empty; write the name of a model').optional(),
	permissions: choice(PERMISSIONS).optional(),
};
const fallback = z.strictObject(
	{engine: text('write the name of an engine'), model: usualOfPrompt.model},
	wanted('a mapping', 'write fallback: [{ engine: codex }]'),
);

const onLimit = {on_usage_limit: choice(USAGE_LIMIT_WAYS).optional()};

const ofPrompt = {
	...usualOfPrompt,
	...onLimit,
	fallback: z
		.array(fallback, wanted('a list', 'write fallback: [{ engine: codex }]'))
		.max(5, 'has more than 5 engines, the most there may be')
		.optional(),
	agent: toName('write the name of an agent').optional(),
	session: toName('write the id of a step').optional(),
	recording: text('write the name of a recording').optional(),
	speed: z.number(wanted('a number', SPEED_RULE)).positive(`is too small; ${SPEED_RULE}`).max(1000, `is too large; ${SPEED_RULE}`).optional(),
};

const approve = z.strictObject(
	{
		message: text('write what is to be decided').trim().min(1, 'is empty; write what is to be decided'),
		show: z.array(choice(SHOWN), wanted('a list', `write a list of: ${SHOWN.join(', ')}`)).optional(),
		timeout: duration.optional(),
		on_timeout: choice(['reject', 'approve']).optional(),
		on_reject: choice(['fail', 'continue']).optional(),
	},
	wanted('a mapping', 'write approve: { message: Go on? }'),
);

const steps = z
	.array(z.unknown(), wanted('a list', 'write one step after the other, each with "- id:" and prompt or run'))
	.min(1, 'is empty; write at least one step')
	.max(MAX_STEPS, `has more than ${MAX_STEPS} steps, the most there may be`);

const publish = z.record(outputName, expression, wanted('a mapping', 'write publish: { name: expression }'));

const workflow = toName('write the name of another workflow');
const ofWorkflow = {with: z.record(inputName, plainValue, wanted('a mapping', 'write with: { input: value }')).optional()};

export const PROMPT_STEP = z.strictObject({...common, prompt, ...ofPrompt});

/** A step whose prompt stands in a file of its own. */
export const PROMPT_FILE_STEP = PROMPT_STEP.extend({prompt: promptFile});

/** Either of them. */
export const ANY_PROMPT_STEP = PROMPT_STEP.extend({prompt: z.union([prompt, promptFile])});

export const RUN_STEP = z.strictObject({...common, run});

export const WORKFLOW_STEP = z.strictObject({...ofAll, ...ofRepeated, workflow, ...ofWorkflow});

export const APPROVE_STEP = z.strictObject({...ofAll, approve});

const ofBlock = {loop: loop.optional(), publish: publish.optional()};

/** A block; its steps are judged one by one, each by the schema of its kind. */
export const BLOCK_STEP = z.strictObject({...ofAll, ...ofRepeated, ...ofBlock, budget: budget.optional(), on_failure: onFailure.optional(), steps});

/** A step of which it is not clear what it is: of several kinds, or of none. */
export const UNCLEAR_STEP = z.strictObject({
	...common,
	prompt: ANY_PROMPT_STEP.shape.prompt.optional(),
	run: run.optional(),
	approve: approve.optional(),
	workflow: workflow.optional(),
	steps: steps.optional(),
	...ofPrompt,
	...ofWorkflow,
	...ofBlock,
});

/** What holds for every step that does not say otherwise; `engine`, `model`, `permissions` and `on_usage_limit` for those with a prompt. */
export const DEFAULTS = z.strictObject(
	{...usualOfPrompt, ...onLimit, ...usual, workspace: usualWorkspace.optional()},
	wanted('a mapping', 'write defaults: { timeout: 30m }'),
);

/** What stands at the head of an agent's file. */
export const AGENT = z.strictObject(
	{name: toName(NAME_RULE).optional(), description: text('write a sentence').optional(), ...usualOfPrompt},
	wanted('a mapping', 'write model: opus'),
);

/** The file without its steps, which are judged one by one, each by the schema of its kind. */
export const WORKFLOW = z.strictObject(
	{
		version: z.literal(1, {
			error: ({input: value}) => (isEmpty(value) ? 'is missing' : 'is not 1, the only version that this rad knows').concat('; write version: 1'),
		}),
		name: toName(NAME_RULE).optional(),
		description: text('write a sentence').optional(),
		inputs: z.record(inputName, INPUT, wanted('a mapping', 'write inputs: { name: { type: string } }')).optional(),
		defaults: DEFAULTS.optional(),
		on: ON.optional(),
		env: env.optional(),
		secrets: secrets.optional(),
		budget: budget.optional(),
		max_parallel: maxParallel.optional(),
		concurrency: CONCURRENCY.optional(),
		steps,
		on_failure: steps.optional(),
		finally: steps.optional(),
		outputs: z.record(outputName, expression, wanted('a mapping', 'write outputs: { name: expression }')).optional(),
	},
	wantedFile,
);

export const WORKFLOW_KEYS: readonly string[] = Object.keys(WORKFLOW.shape);
export const STEP_KEYS: readonly string[] = Object.keys(UNCLEAR_STEP.shape);

export type PromptStep = z.infer<typeof PROMPT_STEP>;
export type RunStep = z.infer<typeof RUN_STEP>;

export type BlockStep = z.infer<typeof BLOCK_STEP>;
export type BudgetLimits = z.infer<typeof budget>;
export type Workspace = z.infer<typeof workspace>;
export type StepDefaults = z.infer<typeof DEFAULTS>;
export type AgentSettings = z.infer<typeof AGENT>;

/** Judges a value; all issues at once. */
export const judge = <Schema extends z.ZodObject>(schema: Schema, value: unknown): Judgement<z.output<Schema>> => {
	const judgement = judgeBy(schema, value, (path, key) => (path.length === 0 ? explainKey(schema, key) : undefined));
	return {...judgement, issues: judgement.issues.map(issue => (issue.key === 'runs_on' ? {...issue, message: RUNS_ON} : issue))};
};

/** What other formats know and this one does not: a key that chooses a machine must not pass for a slip of the pen. */
const RUNS_ON = 'runs_on: names the machines that may run a step, and this rad runs every step on the machine that it is started on; leave it out';

/** Where a key belongs that a workflow knows, but not here. */
const explainKey = (schema: z.ZodObject, key: string): string | undefined => {
	if (schema !== PROMPT_STEP && schema !== PROMPT_FILE_STEP && Object.hasOwn(ofPrompt, key)) return 'only a step with prompt has it';
	if (schema !== BLOCK_STEP && Object.hasOwn(ofBlock, key)) return 'only a step with steps has it';
	if (schema !== WORKFLOW_STEP && Object.hasOwn(ofWorkflow, key)) return 'only a step with workflow has it';
	const isWork = schema !== APPROVE_STEP && schema !== BLOCK_STEP && schema !== WORKFLOW_STEP;
	return !isWork && Object.hasOwn(common, key) ? 'only a step with prompt or run has it' : undefined;
};
