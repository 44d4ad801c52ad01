import {z} from 'zod';
import {ON_CONFLICTS, OUTPUT_TYPES, type OutputSchema, RETRY_CAUSES} from '../../domain/plan.ts';
import {SHOWN} from '../../domain/question.ts';
import {anything, problem} from './zod-records.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const durationMs = z.int().describe('Milliseconds.');

const budget = z
	.object({
		costNanoUsd: z.int().nullable().describe('Whole billionths of a dollar.'),
		tokens: z.int().nullable(),
		turns: z.int().nullable(),
		wallMs: durationMs.nullable(),
		onExceeded: z.enum(['stop', 'ask']),
	})
	.meta({id: 'Budget', description: 'A limit is null where there is none.'});

const input = z
	.object({
		name: z.string(),
		type: z.enum(['string', 'number', 'boolean']),
		isRequired: z.boolean(),
		defaultValue: scalar.nullable(),
		choices: z.array(scalar).readonly().nullable(),
		description: z.string().nullable(),
	})
	.meta({id: 'Input'});

const outputSchema: z.ZodType<OutputSchema> = z
	.object({
		type: z.enum(OUTPUT_TYPES),
		description: z.string().optional(),
		enum: z.array(scalar).readonly().optional(),
		minimum: z.number().optional(),
		maximum: z.number().optional(),
		get items() {
			return outputSchema.optional();
		},
		minItems: z.int().optional(),
		maxItems: z.int().optional(),
		get properties() {
			return z.record(z.string(), outputSchema).optional();
		},
		required: z.array(z.string()).readonly().optional(),
	})
	.meta({id: 'OutputSchema', description: 'What a step promises to hand on, in words of JSON Schema.'});

const base = {
	id: z.string(),
	needs: z.array(z.string()).readonly(),
	when: z.string().nullable(),
	continuesOnError: z.boolean(),
	rollsBack: z.boolean(),
};

const work = z
	.object({
		...base,
		kind: z.enum(['prompt', 'run']),
		text: z.string(),
		promptFile: z.string().nullable(),
		agent: z.object({name: z.string(), file: z.string(), instructions: z.string()}).readonly().nullable(),
		engine: z.string(),
		model: z.string().nullable(),
		fallback: z.array(z.object({engine: z.string(), model: z.string().nullable()})),
		permissions: z.enum(['plan', 'edit', 'full']).nullable(),
		session: z.string().nullable(),
		recording: z.string().nullable(),
		speed: z.number().nullable(),
		env: z.record(z.string(), z.string()),
		secrets: z.array(z.string()).readonly().describe('Names only.'),
		outputs: z.record(z.string(), outputSchema).readonly().nullable(),
		artifacts: z.array(z.string()).readonly(),
		timeoutMs: durationMs,
		idleTimeoutMs: durationMs.nullable(),
		retry: z.object({
			max: z.int(),
			on: z.array(z.enum(RETRY_CAUSES)).readonly(),
			backoffMs: durationMs,
			factor: z.number(),
			maxBackoffMs: durationMs,
		}),
		budget,
		restorePolicy: z.enum(['ask', 'own-step']),
		takesCheckpoints: z.boolean(),
		takesCheckpointAfter: z.boolean(),
	})
	.meta({id: 'PlanStep', description: 'A step that an agent or a command works on.'});

const gate = z
	.object({
		...base,
		kind: z.literal('approve'),
		message: z.string(),
		show: z.array(z.enum(SHOWN)).readonly(),
		timeoutMs: durationMs.nullable(),
		onTimeout: z.enum(['reject', 'approve']),
		onReject: z.enum(['fail', 'continue']),
	})
	.meta({id: 'PlanGate', description: 'A step at which a person decides whether the run goes on.'});

const repeat = z
	.discriminatedUnion('kind', [
		z.object({kind: z.literal('once')}),
		z.object({kind: z.literal('loop'), until: z.string(), max: z.int(), onExhausted: z.enum(['fail', 'continue'])}),
		z.object({
			kind: z.literal('each'),
			items: z.union([z.string(), z.array(anything).readonly()]),
			as: z.string(),
			failsFast: z.boolean(),
			maxParallel: z.int(),
		}),
	])
	.meta({id: 'Repeat', description: 'How often the steps of a block are run.'});

const blockAlone = z.object({
	...base,
	kind: z.literal('steps'),
	repeat,
	isSingle: z.boolean(),
	publish: z.record(z.string(), z.string()),
	child: z
		.object({workflow: z.string(), given: z.record(z.string(), scalar)})
		.nullable()
		.describe('The workflow that the block is.'),
});

export type PlanNodeJson = z.infer<typeof work> | z.infer<typeof gate> | (z.infer<typeof blockAlone> & {steps: PlanNodeJson[]});

const block = blockAlone.extend({steps: z.array(z.lazy(() => node))}).meta({id: 'PlanBlock', description: 'Steps that belong together.'});

const node: z.ZodType<PlanNodeJson> = z.discriminatedUnion('kind', [work, gate, block]).meta({id: 'PlanNode'});

export const workflow = z.object({
	name: z.string(),
	description: z.string().nullable(),
	schedule: z.array(z.object({cron: z.string(), timezone: z.string().nullable()})),
	budget,
	concurrency: z.object({group: z.string(), onConflict: z.enum(ON_CONFLICTS)}).nullable(),
	inputs: z.array(input),
	steps: z.array(node),
	onFailure: z.array(node),
	finally: z.array(node),
	outputs: z.record(z.string(), z.string()).readonly(),
});

export const startPreview = workflow.extend({
	inputs: z.array(input.extend({value: scalar.nullable()}).meta({id: 'GivenInput'})),
	maxCostNanoUsd: z.int().nullable().describe('Whole billionths of a dollar.'),
	finishesRestore: z.boolean().describe('True where a restore was cut short: it would be finished first.'),
	group: z.string().nullable(),
	conflict: z
		.object({way: z.enum(ON_CONFLICTS), runs: z.array(z.string())})
		.nullable()
		.describe('What would become of other runs.'),
	wishes: z
		.record(z.string(), z.boolean().nullable())
		.readonly()
		.describe('What the conditions of the steps say; null where only the run will tell.'),
	part: z
		.object({
			step: z.string(),
			isOnly: z.boolean(),
			runId: z.string().nullable(),
			steps: z.array(
				z.object({stepId: z.string(), status: z.enum(['completed', 'failed', 'cancelled', 'skipped']), takenFrom: z.string().nullable()}),
			),
		})
		.nullable()
		.describe('What of it is run where that is not all.'),
});

export const workflowSummary = z
	.object({
		name: z.string(),
		file: z.string(),
		description: z.string().nullable(),
		inputs: z.array(z.object({name: z.string(), isRequired: z.boolean(), description: z.string().nullable()})),
		problems: z.array(problem),
	})
	.meta({id: 'WorkflowSummary'});
