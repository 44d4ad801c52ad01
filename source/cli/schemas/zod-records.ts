import {z} from 'zod';
import {SHOWN} from '../../domain/question.ts';
import {AGENT_STATUSES, FAILURE_CAUSES, RUN_STATUSES, STEP_STATUSES} from '../../domain/status.ts';

// The shapes of records that `--json` prints. What makes them is typed by these, and docs/schemas is made from them; rad itself never loads this file.

/** What is handed to the printer of such a record. */
export type Json<Schema extends z.ZodType> = z.infer<Schema>;

export const time = z.int().describe('Milliseconds since 1970, UTC.');

/** Printed as a number while that is exact, else as a string of digits. */
export const nanoUsd = z.bigint().describe('Whole billionths of a dollar.');

/** What an agent, or a workflow's author, made up. */
export const anything = z.unknown();

export const run = z
	.object({
		id: z.string(),
		workflow: z.string(),
		status: z.enum(RUN_STATUSES),
		startedAt: time,
		endedAt: time.nullable(),
		error: z.string().nullable().describe('Why it failed, was interrupted or waits; one sentence.'),
	})
	.meta({id: 'Run', description: 'One execution of a workflow.'});

export const problem = z.object({file: z.string(), line: z.int(), column: z.int(), message: z.string()}).meta({
	id: 'Problem',
	description: 'A mistake in a file; line and column count from 1.',
});

export const question = z
	.object({
		about: z.enum(['gate', 'run-budget', 'block-budget', 'step-budget', 'conflict', 'usage-limit']),
		message: z.string(),
		show: z.array(z.enum(SHOWN)).readonly(),
		outputs: z.record(z.string(), z.record(z.string(), anything)).describe('What the steps before it have handed on, by their names.'),
		until: time.nullable().describe('When silence is an answer; null for never.'),
		onTimeout: z.enum(['reject', 'approve']),
	})
	.meta({id: 'Question', description: 'What a person is asked before a run goes on.'});

export const decision = z
	.object({isApproved: z.boolean(), by: z.string().describe('user, or timeout where nobody answered.'), comment: z.string().nullable()})
	.meta({id: 'Decision'});

export const step = z
	.object({
		stepId: z.string().describe('Its name in the run.'),
		parentId: z.string().nullable().describe('The block that it is in.'),
		status: z.enum(STEP_STATUSES),
		attempts: z.int().describe('Of a block its rounds.'),
		startedAt: time.nullable(),
		endedAt: time.nullable(),
		reason: z.string().nullable().describe('Why it was skipped or failed, or what was decided.'),
		question: question.nullable(),
		decision: decision.nullable(),
		takenFrom: z.string().nullable().describe('The earlier run that did it in place of this run.'),
	})
	.meta({id: 'Step', description: 'One node of a run.'});

export const request = z
	.object({
		id: z.string(),
		agentId: z.string(),
		createdAt: time,
		kind: z.enum(['restore', 'replay']),
		checkpointId: z.string().nullable().describe('Of a restore.'),
		tool: z.string().nullable().describe('Of a call that it wants to repeat.'),
	})
	.meta({id: 'Request', description: 'What an agent asks for.'});

export const agent = z
	.object({
		id: z.string(),
		parentId: z.string().nullable(),
		planId: z.string().describe('Id of the run.'),
		agentType: z.enum(['agent', 'shell', 'sub-agent']),
		engine: z.string(),
		model: z.string().nullable(),
		status: z.enum(AGENT_STATUSES),
		processId: z.int().nullable(),
		startedAt: time,
		endedAt: time.nullable(),
		exitCode: z.int().nullable(),
		error: z.string().nullable(),
		logFile: z.string().nullable().describe('Below the workspace.'),
		checkpointId: z.string().nullable().describe('Taken before its step.'),
		permissions: z.enum(['plan', 'edit', 'full']).nullable(),
		sessionId: z.string().nullable().describe("The engine's own id of the conversation."),
		engineVersion: z.string().nullable(),
		failureCause: z.enum(FAILURE_CAUSES).nullable(),
		name: z.string(),
		stepId: z.string(),
		attempt: z.int(),
		isUnattended: z.boolean().describe('True while it works on although the rad that started it is gone.'),
		isRecording: z.boolean().describe('True where the engine plays back a recording instead of calling a model.'),
	})
	.meta({id: 'Agent', description: 'One engine process, or a sub-agent inside one.'});

export const totals = z
	.object({
		inputTokens: z.int().describe('Fresh ones only.'),
		cacheReadTokens: z.int(),
		cacheWriteTokens: z.int(),
		outputTokens: z.int(),
		reasoningTokens: z.int().describe('A part of outputTokens.'),
		totalTokens: z.int(),
		costNanoUsd: nanoUsd.nullable().describe('Null when no response has a price; a lower bound when some have none.'),
		costUsd: z.number().nullable().describe('The same in dollars, rounded as numbers are.'),
		costSource: z.enum(['reported', 'estimated', 'unknown']),
		unpriced: z.int().describe('Responses without a price.'),
		responses: z.int(),
		cacheHitRate: z.number().nullable().describe('0 to 1.'),
		cacheSavedNanoUsd: nanoUsd,
		isRecording: z.boolean().describe('True when all of it is recorded: nothing was spent now.'),
		recordedCostNanoUsd: nanoUsd.describe('The part of the cost that is recorded and was not spent now.'),
	})
	.meta({id: 'Totals', description: 'Tokens and cost of some responses. The buckets of tokens never overlap.'});

export const modelTotals = totals.extend({provider: z.string(), model: z.string()}).meta({id: 'ModelTotals'});
export const agentTotals = totals.extend({agentId: z.string(), name: z.string().nullable()}).meta({id: 'AgentTotals'});
export const groupTotals = totals.extend({key: z.string().describe('A day, a model, an engine or an id.')}).meta({id: 'GroupTotals'});

export const checkpoint = z
	.object({
		id: z.string(),
		createdAt: time,
		kind: z.enum(['step', 'write', 'end', 'manual', 'safety']),
		label: z.string(),
		runId: z.string().nullable(),
		stepId: z.string().nullable(),
		agentId: z.string().nullable(),
		head: z.string().nullable().describe('Commit of HEAD at that time.'),
		branch: z.string().nullable(),
		target: z.string().nullable().describe('Of a safety checkpoint: which checkpoint was restored after it.'),
		uncovered: z.array(z.string()).readonly().describe('What it does not cover.'),
		stat: z.object({files: z.int(), additions: z.int(), deletions: z.int()}).readonly().nullable(),
	})
	.meta({id: 'Checkpoint', description: 'A restorable picture of the work tree.'});

export const change = z
	.object({
		path: z.string(),
		change: z.enum(['added', 'modified', 'deleted']),
		additions: z.int().nullable().describe('Lines; null for binary files.'),
		deletions: z.int().nullable(),
	})
	.meta({id: 'Change'});

export const author = z
	.discriminatedUnion('kind', [
		z.object({kind: z.literal('step'), runId: z.string(), stepId: z.string()}),
		z.object({kind: z.literal('restore'), checkpointId: z.string()}),
		z.object({kind: z.literal('user')}),
	])
	.meta({id: 'Author', description: 'Who changed a file.'});

export const kept = z.object({path: z.string(), reason: z.string()}).meta({id: 'Kept', description: 'A path that is left alone.'});

export const storeSize = z.object({ownBytes: z.int(), sharedBytes: z.int()}).meta({id: 'StoreSize'});

export const engine = z
	.object({
		name: z.string(),
		isInstalled: z.boolean(),
		path: z.string().nullable(),
		version: z.string().nullable(),
		needsLogin: z.boolean(),
		login: z.string().nullable().describe('What shows that it can log in.'),
		supports: z.array(z.enum(['usage', 'cost', 'sub-agents', 'hooks', 'resume'])).readonly(),
		install: z.string().nullable().describe('The command that installs it.'),
	})
	.meta({id: 'Engine'});

export const hook = z
	.object({engine: z.string(), state: z.enum(['installed', 'outdated', 'missing', 'unreadable']), file: z.string()})
	.meta({id: 'Hook'});

export const logLine = z
	.object({
		agentId: z.string(),
		agentName: z.string(),
		at: time,
		kind: z.enum(['out', 'err', 'text', 'think', 'tool', 'result', 'rad']),
		text: z.string(),
	})
	.meta({id: 'LogLine'});

const rates = z
	.object({input: z.number(), cacheRead: z.number(), cacheWrite: z.number(), cacheWrite1h: z.number(), output: z.number()})
	.meta({id: 'Rates'});

export const priceRow = z
	.object({
		provider: z.string(),
		model: z.string(),
		isOwn: z.boolean().describe('True when you wrote it.'),
		source: z.string(),
		since: z.string().nullable().describe('The day, UTC, from which it holds.'),
		aboveTokens: z.int().nullable().describe('Holds where the prompt has more tokens than this.'),
		usdPerMillionTokens: rates.nullable(),
	})
	.meta({id: 'Price'});

const bucket = z.object({
	bucket: z.enum(['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output']),
	tokens: z.int(),
	usdPerMillionTokens: z.number().nullable(),
	costNanoUsd: nanoUsd.nullable(),
});

export const costPart = z
	.object({
		provider: z.string(),
		model: z.string(),
		tier: z.string().nullable(),
		responses: z.int(),
		price: priceRow.nullable(),
		buckets: z.array(bucket),
		reasoningTokens: z.int(),
		estimateNanoUsd: nanoUsd.nullable().describe('What the prices of now make it.'),
		estimateUsd: z.number().nullable(),
		costNanoUsd: nanoUsd.nullable().describe('What is recorded.'),
		costUsd: z.number().nullable(),
		costSource: z.enum(['reported', 'estimated', 'unknown']),
	})
	.meta({id: 'CostPart'});

export const imported = z
	.object({
		engine: z.string(),
		directory: z.string().nullable(),
		found: z.int(),
		imported: z.int(),
		unchanged: z.int(),
		own: z.int(),
		elsewhere: z.int(),
		older: z.int(),
		unreadable: z.int(),
		empty: z.int(),
		responses: z.int(),
		oddRows: z.int(),
	})
	.meta({id: 'Import', description: 'What became of the sessions of one engine.'});

export const artifact = z
	.object({stepId: z.string(), attempt: z.int(), path: z.string(), file: z.string().describe('Below the workspace.'), sizeBytes: z.int()})
	.meta({id: 'Artifact'});
