import {z} from 'zod';
import {parseDuration} from '../../domain/duration.ts';
import {parseUsd} from '../../domain/figures.ts';
import {RETRY_CAUSES} from '../../domain/plan.ts';
import {SHOWN} from '../../domain/question.ts';
import {PERMISSIONS} from '../../domain/records.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';
import {choice, type Judgement, judgeBy, text, type Wording, wanted} from '../../workspace/zod-judge.ts';

const wantedFile: Wording = {
	error: ({input}) => `the file is ${isEmpty(input) ? 'empty' : 'not a mapping'}; a workflow begins with "version: 1" and has a list of steps`,
};

const isEmpty = (value: unknown): boolean => value === undefined || value === null;

/** The most steps that a workflow may have. */
export const MAX_STEPS = 1000;
/** The most rounds that a loop may have. */
const MAX_ROUNDS = 100;
/** What expressions can read without a block. */
export const CONTEXTS: readonly string[] = ['inputs', 'steps', 'run'];
/** Names that an item cannot have. */
const RESERVED: readonly string[] = [...CONTEXTS, 'loop', 'matrix', 'env'];

const NAME_RULE = 'use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit';
const DURATION_RULE = 'write 90s, 30m, 1h30m';
const RETRY_RULE = 'write a whole number from 0 to 20';
const ROUNDS_RULE = `write a whole number from 1 to ${MAX_ROUNDS}`;
const FACTOR_RULE = 'write a number from 1 to 10';
const LIMIT_RULE = 'write a whole number, 1 or more';
const COST_RULE = 'write dollars with at most nine decimals, such as 2.50, up to 1000000';
const CONDITION_RULE = 'write an expression, such as steps.test.outputs.exit_code != 0';
const SPEED_RULE = 'write a number above 0, at most 1000';
const PROMPT_RULE = 'write what the agent is to do';
const RUN_RULE = 'write a command of the shell';

const toName = (right: string) => text(right).regex(SAFE_NAME, `is not a name; ${NAME_RULE}`);
const plainValue = z.union([z.string(), z.number(), z.boolean()], wanted('a plain value', 'write text, a number, true or false'));
const truth = z.boolean(wanted('a truth value', 'write true or false'));
const duration = z
	.union([z.string(), z.number()], wanted('a duration', DURATION_RULE))
	.transform(value => parseDuration(String(value)))
	.refine((value): value is number => value !== undefined && value > 0, `is not a duration; ${DURATION_RULE}`);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of an environment variable; use letters, digits and _');
const inputName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of an input; use letters, digits and _');

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
	},
	wanted('a mapping', 'write budget: { cost_usd: 5 }'),
);

const condition = z
	.union([z.string(), z.boolean()], wanted('an expression', CONDITION_RULE))
	.transform(String)
	.refine(value => value.trim() !== '', `is empty; ${CONDITION_RULE}`);

const env = z.record(variable, plainValue.transform(String), wanted('a mapping', 'write env: { NAME: value }'));

/** What a step may have and a workflow may give to all of its steps. */
const usual = {
	timeout: duration.optional(),
	idle_timeout: duration.optional(),
	restore: choice(['ask', 'own-step']).optional(),
	checkpoint: choice(['before', 'none']).optional(),
	retry: retry.optional(),
};

const ofAll = {
	id: toName('give the step a name of its own, such as build'),
	needs: z.array(toName('write the id of a step'), wanted('a list', 'write needs: [id, …]')).optional(),
	when: condition.optional(),
	continue_on_error: truth.optional(),
};

const bound = text('write a name, such as item').regex(/^[a-z_][a-z0-9_]*$/, 'is not a name; use small letters, digits and _');

const foreach = z.strictObject(
	{
		in: z.union([condition, z.array(z.json())], wanted('a list', 'write an expression, such as steps.plan.outputs.parts, or a list')),
		as: bound.refine(name => !RESERVED.includes(name), 'is taken; write another name').optional(),
		fail_fast: truth.optional(),
	},
	wanted('a mapping', 'write foreach: { in: steps.plan.outputs.parts, as: part }'),
);

const matrix = z
	.record(bound, z.array(plainValue).min(1, 'is empty; write a list of values'), wanted('a mapping', 'write matrix: { name: [value, …] }'))
	.refine(value => Object.keys(value).length > 0, 'is empty; write matrix: { name: [value, …] }');

const loop = z.strictObject(
	{
		until: condition,
		max: z.int(wanted('a whole number', ROUNDS_RULE)).min(1, `is too small; ${ROUNDS_RULE}`).max(MAX_ROUNDS, `is too large; ${ROUNDS_RULE}`),
		on_exhausted: choice(['fail', 'continue']).optional(),
	},
	wanted('a mapping', 'write loop: { until: steps.test.outputs.exit_code == 0, max: 3 }'),
);

const ofRepeated = {foreach: foreach.optional(), matrix: matrix.optional()};

const common = {...ofAll, ...ofRepeated, budget: budget.optional(), env: env.optional(), ...usual};

const prompt = text(PROMPT_RULE).trim().min(1, `is empty; ${PROMPT_RULE}`);
const run = text(RUN_RULE).trim().min(1, `is empty; ${RUN_RULE}`);
const usualOfPrompt = {
	engine: text('write the name of an engine').optional(),
	model: text('write the name of a model').min(1, 'is empty; write the name of a model').optional(),
	permissions: choice(PERMISSIONS).optional(),
};
const ofPrompt = {
	...usualOfPrompt,
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

const publish = z.record(inputName, condition, wanted('a mapping', 'write publish: { name: expression }'));

export const PROMPT_STEP = z.strictObject({...common, prompt, ...ofPrompt});

export const RUN_STEP = z.strictObject({...common, run});

export const APPROVE_STEP = z.strictObject({...ofAll, approve});

const ofBlock = {loop: loop.optional(), publish: publish.optional()};

/** A block; its steps are judged one by one, each by the schema of its kind. */
export const BLOCK_STEP = z.strictObject({...ofAll, ...ofRepeated, ...ofBlock, steps});

/** A step of which it is not clear what it is: of several kinds, or of none. */
export const UNCLEAR_STEP = z.strictObject({
	...common,
	prompt: prompt.optional(),
	run: run.optional(),
	approve: approve.optional(),
	steps: steps.optional(),
	...ofPrompt,
	...ofBlock,
});

/** What holds for every step that does not say otherwise; `engine`, `model` and `permissions` for those with a prompt. */
const DEFAULTS = z.strictObject({...usualOfPrompt, ...usual}, wanted('a mapping', 'write defaults: { timeout: 30m }'));

const input = z
	.strictObject(
		{
			type: choice(['string', 'number', 'boolean']).optional(),
			required: truth.optional(),
			default: plainValue.optional(),
			description: text('write a sentence').optional(),
		},
		wanted('a mapping', 'write { type: string }'),
	)
	.superRefine(({type, default: value}, context) => {
		if (type === undefined || value === undefined || typeof value === type) return;
		context.addIssue({code: 'custom', path: ['default'], message: `is not a ${type}; write a ${type}, or change the type`});
	});

/** The file without its steps, which are judged one by one, each by the schema of its kind. */
export const WORKFLOW = z.strictObject(
	{
		version: z.literal(1, {
			error: ({input: value}) => (isEmpty(value) ? 'is missing' : 'is not 1, the only version that this rad knows').concat('; write version: 1'),
		}),
		name: toName(NAME_RULE).optional(),
		description: text('write a sentence').optional(),
		inputs: z.record(inputName, input, wanted('a mapping', 'write inputs: { name: { type: string } }')).optional(),
		defaults: DEFAULTS.optional(),
		env: env.optional(),
		budget: budget.optional(),
		steps,
		on_failure: steps.optional(),
		finally: steps.optional(),
	},
	wantedFile,
);

export const WORKFLOW_KEYS: readonly string[] = Object.keys(WORKFLOW.shape);
export const STEP_KEYS: readonly string[] = Object.keys(UNCLEAR_STEP.shape);

export type PromptStep = z.infer<typeof PROMPT_STEP>;
export type RunStep = z.infer<typeof RUN_STEP>;
export type ApproveStep = z.infer<typeof APPROVE_STEP>;
export type BlockStep = z.infer<typeof BLOCK_STEP>;
export type WorkflowInput = z.infer<typeof input>;
export type BudgetLimits = z.infer<typeof budget>;
export type StepDefaults = z.infer<typeof DEFAULTS>;

/** Judges a value; all issues at once. */
export const judge = <Schema extends z.ZodObject>(schema: Schema, value: unknown): Judgement<z.output<Schema>> =>
	judgeBy(schema, value, (path, key) => (path.length === 0 ? explainKey(schema, key) : undefined));

/** Where a key belongs that a workflow knows, but not here. */
const explainKey = (schema: z.ZodObject, key: string): string | undefined => {
	if (schema !== PROMPT_STEP && Object.hasOwn(ofPrompt, key)) return 'only a step with prompt has it';
	if (schema !== BLOCK_STEP && Object.hasOwn(ofBlock, key)) return 'only a step with steps has it';
	return (schema === APPROVE_STEP || schema === BLOCK_STEP) && Object.hasOwn(common, key) ? 'only a step with prompt or run has it' : undefined;
};
