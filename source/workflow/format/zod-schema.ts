import {z} from 'zod';
import {parseDuration} from '../../domain/duration.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';

const NAME_RULE = 'use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit';

const name = z.string().regex(SAFE_NAME, NAME_RULE);
const duration = z
	.union([z.string(), z.number()])
	.transform(value => parseDuration(String(value)))
	.refine((value): value is number => value !== undefined && value > 0, 'is not a duration; write 90s, 30m, 1h30m');
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of an environment variable');
const env = z.record(variable, z.union([z.string(), z.number(), z.boolean()]).transform(String));

const common = {
	id: name,
	needs: z.array(name).optional(),
	env: env.optional(),
	timeout: duration.optional(),
	restore: z.enum(['ask', 'own-step']).optional(),
	retry: z.strictObject({max: z.int().min(0).max(20)}).optional(),
};

export const PROMPT_STEP = z.strictObject({
	...common,
	prompt: z.string().trim().min(1, 'is empty'),
	engine: z.string().optional(),
	model: z.string().min(1).optional(),
	recording: z.string().optional(),
	speed: z.number().positive().max(1000).optional(),
});

export const RUN_STEP = z.strictObject({...common, run: z.string().trim().min(1, 'is empty')});

const input = z.strictObject({
	type: z.enum(['string', 'number', 'boolean']).optional(),
	required: z.boolean().optional(),
	default: z.union([z.string(), z.number(), z.boolean()]).optional(),
	description: z.string().optional(),
});

/** The file without its steps, which are judged one by one, each by the schema of its kind. */
export const WORKFLOW = z.strictObject({
	version: z.literal(1),
	name: name.optional(),
	description: z.string().optional(),
	inputs: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not a name: use letters, digits and _'), input).optional(),
	steps: z.array(z.unknown()).min(1, 'needs at least one step').max(1000),
});

export type PromptStep = z.infer<typeof PROMPT_STEP>;
export type RunStep = z.infer<typeof RUN_STEP>;
export type WorkflowInput = z.infer<typeof input>;

/** A rule that a value broke: where below the judged value, and what to say. `key` is set for a key that should not be there. */
export type SchemaIssue = {readonly path: ReadonlyArray<string | number>; readonly message: string; readonly key: string | null};

/** Judges a value; all issues at once. */
export const judge = <Schema extends z.ZodType>(
	schema: Schema,
	value: unknown,
): {readonly value: z.output<Schema>; readonly issues?: never} | {readonly issues: readonly SchemaIssue[]; readonly value?: never} => {
	const result = schema.safeParse(value);
	return result.success ? {value: result.data} : {issues: result.error.issues.flatMap(toIssues)};
};

/** The keys that a schema of an object knows. */
export const knownKeys = (schema: z.ZodObject): readonly string[] => Object.keys(schema.shape);

const toIssues = (issue: z.core.$ZodIssue): readonly SchemaIssue[] => {
	const path = issue.path.filter(part => typeof part !== 'symbol');
	if (issue.code === 'unrecognized_keys') return issue.keys.map(key => ({path, message: `unknown key "${key}"`, key}));
	const last = path.at(-1);
	if (issue.code === 'invalid_key') return [{path, message: `"${String(last)}" ${issue.issues[0]?.message ?? 'is not a name'}`, key: String(last)}];
	const message = issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : issue.message;
	return [{path, message: last === undefined ? message : `${String(last)}: ${message}`, key: null}];
};
