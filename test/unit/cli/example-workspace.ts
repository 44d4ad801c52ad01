import type {StoredEvent} from '../../../source/domain/events.ts';
import type {Run} from '../../../source/domain/records.ts';
import {
	aCheckpoint,
	aLogLine,
	anAgent,
	anId,
	aPlannedChange,
	aPlanStep,
	aRestorePlan,
	aRun,
	aStep,
	aUsageRecord,
	T0,
	tokens,
} from '../../support/builders.ts';
import {createFakeRad, type FakeData, type FakeRad} from '../../support/fake-rad.ts';

export const RUN_ID = anId('run', 1);
export const PLAN = anId('agt', 1);
const EXPLORE = anId('agt', 2);
export const BUILD = anId('agt', 3);

const planned = anAgent({
	id: PLAN,
	name: 'plan',
	stepId: 'plan',
	engine: 'recorded',
	isRecording: true,
	status: 'completed',
	endedAt: T0 + 62_000,
	checkpointId: anId('cp', 1),
});
const explored = anAgent({
	id: EXPLORE,
	parentId: PLAN,
	name: 'Find the callers of the limiter',
	stepId: 'plan',
	agentType: 'sub-agent',
	engine: 'recorded',
	isRecording: true,
	status: 'completed',
	processId: null,
	startedAt: T0 + 10_000,
	endedAt: T0 + 31_500,
	exitCode: null,
});
const built = anAgent({
	id: BUILD,
	name: 'build',
	stepId: 'build',
	agentType: 'shell',
	engine: 'shell',
	model: null,
	status: 'failed',
	startedAt: T0 + 63_000,
	endedAt: T0 + 64_250,
	exitCode: 3,
	error: 'The command ended with exit code 3.',
	checkpointId: anId('cp', 2),
});

const BY_PLAN = {kind: 'step', runId: RUN_ID, stepId: 'plan'} as const;

/** A run that planned with a sub-agent, failed in its second step and skipped the third. */
const EXAMPLE: Partial<FakeData> = {
	runs: [aRun({id: RUN_ID, workflow: 'example', status: 'failed', endedAt: T0 + 64_300, error: 'The step build failed.'})],
	steps: [
		aStep({stepId: 'plan', position: 0, status: 'completed', endedAt: T0 + 62_000}),
		aStep({stepId: 'build', position: 1, status: 'failed', endedAt: T0 + 64_250}),
		aStep({stepId: 'deploy', position: 2, status: 'skipped', attempts: 0, startedAt: null, reason: 'build failed'}),
	],
	agents: [planned, explored, built],
	usage: [
		aUsageRecord({
			agentId: PLAN,
			messageId: 'm1',
			tokens: tokens({input: 1200, cacheRead: 30_500, cacheWrite: 4100, output: 800, reasoning: 300}),
			costNanoUsd: 123_400_000,
			cacheSavedNanoUsd: 82_350_000,
		}),
		aUsageRecord({
			agentId: EXPLORE,
			messageId: 'm2',
			model: 'claude-haiku-4-5',
			tokens: tokens({input: 900, output: 150}),
			costNanoUsd: 1_650_000,
			costSource: 'estimated',
		}),
	],
	checkpoints: [
		aCheckpoint({id: anId('cp', 1), label: 'before plan', stepId: 'plan', createdAt: T0}),
		aCheckpoint({id: anId('cp', 2), label: 'before build', stepId: 'build', createdAt: T0 + 62_500, stat: {files: 2, additions: 41, deletions: 3}}),
	],
	plans: {
		[anId('cp', 1)]: aRestorePlan({
			changes: [
				aPlannedChange({deletions: 41, changedBy: [BY_PLAN, {kind: 'user'}]}),
				aPlannedChange({path: 'docs/old.md', change: 'added', additions: 12, changedBy: [BY_PLAN]}),
				aPlannedChange({path: 'test/limiter.test.ts', change: 'deleted', deletions: 60, changedBy: [BY_PLAN]}),
				aPlannedChange({path: 'logo.png', additions: null, deletions: null, changedBy: [{kind: 'restore', checkpointId: anId('cp', 2)}]}),
			],
			kept: [{path: 'vendor/lib', reason: 'it is a repository of its own'}],
			stagedSet: 'left',
			hasHeadMoved: true,
		}),
	},
	workflows: [
		{
			name: 'example',
			file: '.radium/workflows/example.yaml',
			description: 'Plan, build and deploy.',
			inputs: [
				{name: 'issue', isRequired: true, description: null},
				{name: 'branch', isRequired: false, description: null},
			],
			problems: [],
		},
		{
			name: 'broken',
			file: '.radium/workflows/broken.yaml',
			description: null,
			inputs: [],
			problems: [{file: '.radium/workflows/broken.yaml', line: 4, column: 9, message: 'needs: there is no step plam. Did you mean plan?'}],
		},
	],
	loaded: {
		example: {
			name: 'example',
			description: 'Plan, build and deploy.',
			schedule: [],
			inputs: [
				{name: 'issue', type: 'number', isRequired: true, defaultValue: null, choices: null, description: 'Which one to mend'},
				{name: 'branch', type: 'string', isRequired: false, defaultValue: 'main', choices: null, description: null},
			],
			budget: {costNanoUsd: 2_500_000_000, tokens: null, turns: null, wallMs: 10_800_000, onExceeded: 'stop'},
			maxParallel: 4,
			steps: [
				aPlanStep({id: 'plan', kind: 'prompt', engine: 'claude', model: 'opus', permissions: 'plan', timeoutMs: 1_800_000}),
				aPlanStep({
					id: 'build',
					needs: ['plan'],
					timeoutMs: 600_000,
					retry: {max: 2, on: ['error'], backoffMs: 0, factor: 2, maxBackoffMs: 0},
					continuesOnError: true,
				}),
				aPlanStep({
					id: 'end',
					needs: ['plan', 'build'],
					kind: 'prompt',
					engine: 'codex',
					outputs: {verdict: {type: 'string', enum: ['approve', 'no']}, findings: {type: 'array', items: {type: 'string'}}},
					when: 'steps.build.outputs.exit_code != 0',
					session: 'plan',
					budget: {costNanoUsd: null, tokens: 4_000_000, turns: 60, wallMs: null, onExceeded: 'stop'},
					takesCheckpoints: false,
				}),
			],
			onFailure: [],
			finally: [],
			outputs: {},
		},
	},
	logs: {
		[PLAN]: [aLogLine('I will look at the limiter first.', {kind: 'text'}), aLogLine('Read src/limiter.ts', {kind: 'tool', at: T0 + 4000})],
		[BUILD]: [
			aLogLine('npm test', {kind: 'rad'}),
			aLogLine('\tat limiter.ts:12', {at: T0 + 1000}),
			aLogLine('1 test failed', {kind: 'err', at: T0 + 2000}),
		],
	},
	diffText: 'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-old\n+new \u001B[31mred\u001B[0m\n',
};

export const aWorkspace = (change: Partial<FakeData> = {}): FakeRad => createFakeRad({...EXAMPLE, ...change});

/** What a run tells while it works, from its start to the skipped step. */
export const EVENTS: readonly StoredEvent[] = (
	[
		[0, {type: 'run.started', runId: RUN_ID}],
		[100, {type: 'step.started', runId: RUN_ID, stepId: 'plan', attempt: 1}],
		[200, {type: 'checkpoint.created', runId: RUN_ID, checkpointId: anId('cp', 1)}],
		[300, {type: 'agent.registered', runId: RUN_ID, agentId: PLAN}],
		[400, {type: 'agent.status-changed', runId: RUN_ID, agentId: PLAN, status: 'running'}],
		[10_000, {type: 'agent.registered', runId: RUN_ID, agentId: EXPLORE}],
		[31_500, {type: 'agent.status-changed', runId: RUN_ID, agentId: EXPLORE, status: 'completed'}],
		[62_000, {type: 'agent.status-changed', runId: RUN_ID, agentId: PLAN, status: 'completed'}],
		[62_100, {type: 'step.ended', runId: RUN_ID, stepId: 'plan', status: 'completed', reason: null}],
		[62_500, {type: 'checkpoint.created', runId: RUN_ID, checkpointId: anId('cp', 2)}],
		[63_000, {type: 'agent.registered', runId: RUN_ID, agentId: BUILD}],
		[64_250, {type: 'agent.status-changed', runId: RUN_ID, agentId: BUILD, status: 'failed'}],
		[64_250, {type: 'step.ended', runId: RUN_ID, stepId: 'build', status: 'failed', reason: 'The command ended with exit code 3.'}],
		[64_260, {type: 'step.ended', runId: RUN_ID, stepId: 'deploy', status: 'skipped', reason: 'build failed'}],
		[64_300, {type: 'run.status-changed', runId: RUN_ID, status: 'failed', reason: 'The step build failed.'}],
	] as const
).map(([after, event], index) => ({seq: index + 1, at: T0 + after, event}));

/** `runs` of a fake whose execute plays the events and ends with the workspace's run, changed as asked. */
export const runsThatPlay = (fake: FakeRad, change: Partial<Run> = {}) => ({
	runs: {
		...fake.rad.runs,
		execute: async ({onEvent, onNotice}: Parameters<FakeRad['rad']['runs']['execute']>[0]): Promise<Run> => {
			onNotice?.('plan plays back a recording; no model is called.');
			for (const event of EVENTS) onEvent?.(event);
			return {...(await fake.rad.runs.find(RUN_ID)), ...change};
		},
	},
});
