import {z} from 'zod';
import {AGENT_STATUSES, FAILURE_CAUSES, RUN_STATUSES, STEP_STATUSES} from '../../domain/status.ts';
import {anything, decision, question, run, time} from './zod-records.ts';

const usageLimit = z.object({engine: z.string(), resetsAt: time.nullable()});

const outcome = z
	.object({
		status: z.enum(['completed', 'failed', 'cancelled', 'timed_out', 'lost', 'restored']),
		exitCode: z.int().nullable(),
		reason: z.string().nullable(),
		cause: z
			.enum([...FAILURE_CAUSES, 'invalid_output'])
			.nullable()
			.optional(),
		complaint: z.string().optional(),
		spent: z.enum(['run', 'block', 'step']).optional(),
		limit: usageLimit.optional(),
		outputs: z.record(z.string(), anything),
	})
	.meta({id: 'AttemptOutcome'});

const base = {seq: z.int().describe('Grows with each event of the workspace and is never used twice.'), at: time, runId: z.string()};
const ofStep = {...base, stepId: z.string()};

/** One schema for each kind of event, in the order of the domain. */
const kinds = [
	z.object({...base, type: z.literal('run.started')}),
	z.object({...base, type: z.literal('run.status-changed'), status: z.enum(RUN_STATUSES), reason: z.string().nullable()}),
	z.object({...base, type: z.literal('run.budget-spent'), reason: z.string(), isFinal: z.boolean().optional()}),
	z.object({
		...ofStep,
		type: z.literal('step.started'),
		attempt: z.int(),
		fallback: z.int().optional().describe("Which of the step's fallback engines makes it, from 1."),
		worktree: z.object({slot: z.int(), base: z.string().nullable()}).optional(),
	}),
	z.object({
		...ofStep,
		type: z.literal('step.opened'),
		round: z.int(),
		items: z.array(anything).readonly().nullable(),
		inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
	}),
	z.object({...ofStep, type: z.literal('step.rolled-back'), round: z.int(), checkpointId: z.string().nullable(), reason: z.string().nullable()}),
	z.object({
		...ofStep,
		type: z.literal('step.merged'),
		attempt: z.int(),
		commit: z.string(),
		isChanged: z.boolean(),
		head: z.string().nullable(),
		conflict: z.object({files: z.array(z.string()).readonly(), ref: z.string()}).optional(),
	}),
	z.object({
		...ofStep,
		type: z.literal('step.asked'),
		question: question.extend({block: z.string().optional(), limit: usageLimit.optional()}).meta({id: 'AskedQuestion'}),
	}),
	z.object({...ofStep, type: z.literal('step.decided'), decision}),
	z.object({...ofStep, type: z.literal('step.attempt-ended'), attempt: z.int(), outcome}),
	z.object({
		...ofStep,
		type: z.literal('step.ended'),
		status: z.enum(STEP_STATUSES),
		reason: z.string().nullable(),
		isUnwanted: z.boolean().optional(),
		isCutShort: z.boolean().optional(),
		outputs: z.record(z.string(), anything).optional(),
		takenFrom: z.string().optional(),
	}),
	z.object({...base, type: z.literal('agent.registered'), agentId: z.string()}),
	z.object({...base, type: z.literal('agent.status-changed'), agentId: z.string(), status: z.enum(AGENT_STATUSES)}),
	z.object({...base, type: z.literal('checkpoint.created'), runId: z.string().nullable(), checkpointId: z.string()}),
	z.object({
		...base,
		type: z.literal('checkpoint.restored'),
		runId: z.string().nullable(),
		checkpointId: z.string(),
		safetyId: z.string().describe('Restoring it undoes this restore.'),
	}),
	z.object({...base, type: z.literal('request.opened'), requestId: z.string()}),
	z.object({...base, type: z.literal('request.decided'), requestId: z.string(), isGranted: z.boolean()}),
] as const;

export const event = z.discriminatedUnion('type', kinds).meta({id: 'Event', description: 'What happened, in the order of the decisions.'});

/** A line of `rad run --json`: what happens, what is worth telling besides, and last the run, or that there is none. */
export const runLine = z.union([
	event,
	z.object({type: z.literal('notice'), text: z.string()}),
	run.extend({type: z.literal('run')}).meta({id: 'LastRunLine'}),
	z.object({
		type: z.literal('skipped'),
		workflow: z.string(),
		activeRun: z.string().nullable(),
		reason: z.string(),
	}),
]);
