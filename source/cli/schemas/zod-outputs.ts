import {z} from 'zod';
import {AGENT_STATUSES} from '../../domain/status.ts';
import type {ShapeName} from '../json-shapes.ts';
import {event, runLine} from './zod-events.ts';
import * as records from './zod-records.ts';
import {startPreview, workflow, workflowSummary} from './zod-workflow.ts';

const {agent, checkpoint, change, totals, time} = records;

const workspaceKind = z.enum(['git', 'folder']);

const agentWithUsage = agent.extend({usage: totals.nullable()}).meta({id: 'AgentWithUsage'});

const openQuestion = z
	.object({stepId: z.string(), changes: z.array(change).nullable()})
	.meta({id: 'OpenQuestion', description: 'A step that waits for a person, and the files that were changed for it.'});

const runReport = records.run.extend({
	outputs: z.record(z.string(), records.anything).describe('What its workflow hands on.'),
	branch: z.string().nullable().describe('The one that the work of its work trees is in.'),
	totals,
	steps: z.array(records.step),
	agents: z.array(agentWithUsage),
	checkpoints: z.array(checkpoint).describe('Oldest first.'),
	artifacts: z.array(records.artifact),
	requests: z.array(records.request),
	questions: z.array(openQuestion),
});

const setting = z
	.object({
		key: z.string(),
		value: z
			.union([z.string(), z.number(), z.array(z.string()).readonly()])
			.nullable()
			.describe('As a file holds it; null where nothing is said.'),
		origin: z.enum(['default', 'environment', 'user', 'workspace']),
		place: records.problem.omit({message: true}).nullable().describe('Where a file says it.'),
		variable: z.string().nullable(),
		description: z.string(),
	})
	.meta({id: 'Setting'});

const report = runReport.extend({
	reportedAt: time,
	isOver: z.boolean(),
	steps: z.array(records.step.extend({usage: totals.nullable()}).meta({id: 'StepWithUsage'})),
	byModel: z.array(records.modelTotals),
	restore: z.string().nullable().describe('The command that goes back to before the run.'),
	changes: z
		.object({
			from: z.string(),
			to: z.string().nullable().describe('Null for the work tree as it was then.'),
			isWhole: z.boolean(),
			files: z.array(change).nullable(),
			problem: z.string().nullable(),
		})
		.nullable(),
});

const top = z.object({
	at: time,
	workspace: z.object({root: z.string(), kind: workspaceKind}),
	run: records.run.nullable(),
	totals: totals.nullable(),
	steps: z.array(records.step),
	agents: z.array(agentWithUsage.extend({subtree: totals.nullable().describe('With its sub-agents.')}).meta({id: 'AgentWithSubtree'})),
	byModel: z.array(records.modelTotals),
	questions: z.array(openQuestion),
	checkpoints: z.array(checkpoint).describe('Newest first.'),
	requests: z.array(records.request),
});

const statusCounts = z.object({
	total: z.int(),
	...(Object.fromEntries(AGENT_STATUSES.map(status => [status, z.int()])) as Record<(typeof AGENT_STATUSES)[number], z.ZodInt>),
	unattended: z.int(),
});

const restoreOf = {changes: z.array(change), kept: z.array(records.kept), hasHeadMoved: z.boolean()};
const undo = z.string().nullable().describe('The command that undoes it; null where nothing was done.');

/** What `--json` prints, by the name of its schema; of what prints line by line, one line. */
export const outputs = {
	'agent-list': z.array(agent),
	agent,
	'agent-details': agent.extend({usage: totals}),
	'checkpoint-details': checkpoint.extend({changes: z.array(change)}),
	'checkpoint-list': z.array(checkpoint),
	checkpoint,
	'change-list': z.array(change),
	'cost-explanation': z.object({
		agentId: z.string(),
		name: z.string(),
		table: z.object({name: z.string(), version: z.string(), date: z.string()}),
		parts: z.array(records.costPart),
		totals: totals.extend({estimateNanoUsd: records.nanoUsd.nullable(), unestimated: z.int().describe('Responses that no price is known for now.')}),
	}),
	'engine-list': z.array(records.engine),
	error: z.object({
		error: z.object({
			code: z.string(),
			message: z.string(),
			hint: z.string().nullable().describe('What to try.'),
			exitCode: z.int(),
			problems: z.array(z.string()).readonly().optional().describe('Of a file with mistakes: file:line:column: message.'),
		}),
	}),
	event,
	'finding-list': z.array(
		z.object({check: z.string(), state: z.enum(['good', 'warning', 'bad']), text: z.string(), cure: z.string().nullable()}).meta({id: 'Finding'}),
	),
	'hook-change': z.object({
		engine: z.string(),
		change: z.enum(['installed', 'restored', 'removed', 'none']),
		file: z.string(),
		notes: z.array(z.string()).readonly(),
	}),
	'hook-list': z.array(records.hook),
	'import-list': z.array(records.imported),
	'log-line': records.logLine,
	overview: z.object({
		root: z.string(),
		kind: workspaceKind,
		run: records.run.nullable().describe('The newest.'),
		agents: statusCounts,
		usage: totals,
	}),
	'price-list': z.array(records.priceRow),
	'problem-list': z.array(records.problem),
	'prune-result': z.object({removed: z.array(checkpoint), kept: z.int(), before: records.storeSize, after: records.storeSize}),
	report,
	'request-answer': z.object({id: z.string(), status: z.enum(['pending', 'granted', 'denied']), decidedBy: z.string().nullable()}),
	'restore-plan': z.object({
		checkpoint,
		...restoreOf,
		changes: z.array(change.extend({changedBy: z.array(records.author)}).meta({id: 'PlannedChange'})),
		stagedSet: z.enum(['restored', 'same', 'left']),
	}),
	'restore-result': z.object({restored: checkpoint, safety: checkpoint.nullable(), ...restoreOf, undo}),
	'resume-result': z.object({target: z.string(), outcome: z.enum(['finished', 'undone']), safety: checkpoint.nullable(), undo}),
	'run-line': runLine,
	'run-list': z.array(records.run),
	'run-report': runReport,
	run: records.run,
	'setting-change': z.object({file: z.string(), isChanged: z.boolean(), now: setting}),
	'setting-list': z.array(setting),
	'start-preview': startPreview,
	step: records.step,
	telemetry: z.object({totals, byModel: z.array(records.modelTotals), byAgent: z.array(records.agentTotals)}),
	'telemetry-groups': z.object({totals, groups: z.array(records.groupTotals)}),
	top,
	'verify-result': z.object({
		checkpoints: z.int(),
		objects: z.int(),
		damaged: z.array(z.object({checkpointId: z.string(), problems: z.array(z.string()).readonly()})),
		size: records.storeSize,
	}),
	workflow,
	'workflow-list': z.array(workflowSummary),
	workspace: z.object({root: z.string(), kind: workspaceKind, created: z.array(z.string()).readonly(), checkpointNote: z.string()}),
} as const satisfies Readonly<Record<ShapeName, z.ZodType>>;

/** What is handed to the printer of a shape. */
export type OutputOf<Name extends ShapeName> = z.infer<(typeof outputs)[Name]>;
