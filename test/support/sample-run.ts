import type {WorkflowSummary} from '../../source/domain/rad.ts';
import type {AgentDetail, Loadable} from '../../source/tui/state.ts';
import {aCheckpoint, aLogLine, anAgent, anId, aPlannedChange, aRestorePlan, aRun, aStep, aToolCall, aUsageRecord, T0, tokens} from './builders.ts';
import type {FakeData} from './fake-rad.ts';

const MINUTE = 60_000;
export const SAMPLE_NOW = T0 + 12 * MINUTE + 4000;

const log = [
	aLogLine('Reading src/limiter.ts', {kind: 'text', at: T0 + 9 * MINUTE}),
	aLogLine('read_file src/limiter.ts', {kind: 'tool', at: T0 + 9 * MINUTE + 1000}),
	aLogLine('edit src/limiter.ts +41 -3', {kind: 'tool', at: T0 + 9 * MINUTE + 7000}),
	aLogLine('bash npm test -- limiter', {kind: 'tool', at: T0 + 9 * MINUTE + 9000}),
	aLogLine('  ✓ allows 10 req/s', {kind: 'result', at: T0 + 9 * MINUTE + 12_000}),
	aLogLine('  ✗ refills after window', {kind: 'result', at: T0 + 9 * MINUTE + 12_000}),
	aLogLine('    expected 10, received 9', {kind: 'result', at: T0 + 9 * MINUTE + 12_000}),
	aLogLine('Off-by-one in the refill: use floor', {kind: 'think', at: T0 + 9 * MINUTE + 14_000}),
	aLogLine('npm warn deprecated inflight@1.0.6', {kind: 'err', at: T0 + 9 * MINUTE + 15_000}),
	aLogLine('checkpoint cp_0000000004 taken', {kind: 'rad', at: T0 + 9 * MINUTE + 16_000}),
];

const implement = {kind: 'step', runId: anId('run', 2), stepId: 'implement'} as const;

/** A busy run with everything that the panes can show: sub-agents, a failure, a retry, a recording, an unknown price. */
export const sampleRun = (): Partial<FakeData> => ({
	runs: [
		aRun({id: anId('run', 1), workflow: 'nightly-audit', status: 'completed', startedAt: T0 - 90 * MINUTE, endedAt: T0 - 77 * MINUTE}),
		aRun({id: anId('run', 2), workflow: 'add-rate-limiting', startedAt: T0}),
	],
	steps: ['plan', 'implement', 'tests', 'docs'].map((stepId, position) =>
		aStep({runId: anId('run', 2), stepId, position, status: position < 2 ? 'completed' : 'running'}),
	),
	agents: [
		anAgent({
			id: anId('agt', 1),
			planId: anId('run', 2),
			name: 'plan',
			status: 'completed',
			isRecording: true,
			engine: 'recorded',
			startedAt: T0,
			endedAt: T0 + 72_000,
		}),
		anAgent({id: anId('agt', 2), planId: anId('run', 2), name: 'implement', startedAt: T0 + 80_000}),
		anAgent({
			id: anId('agt', 3),
			planId: anId('run', 2),
			parentId: anId('agt', 2),
			agentType: 'sub-agent',
			name: 'handlers',
			status: 'completed',
			startedAt: T0 + 100_000,
			endedAt: T0 + 282_000,
			processId: null,
		}),
		anAgent({
			id: anId('agt', 4),
			planId: anId('run', 2),
			parentId: anId('agt', 2),
			agentType: 'sub-agent',
			name: 'limiter',
			attempt: 2,
			startedAt: T0 + 300_000,
			processId: null,
		}),
		anAgent({
			id: anId('agt', 5),
			planId: anId('run', 2),
			name: 'tests',
			engine: 'shell',
			agentType: 'shell',
			model: null,
			status: 'failed',
			exitCode: 1,
			startedAt: T0 + 300_000,
			endedAt: T0 + 369_000,
		}),
		anAgent({
			id: anId('agt', 6),
			planId: anId('run', 2),
			name: 'review',
			engine: 'gemini',
			model: 'gemini-2.5-pro',
			status: 'waiting',
			startedAt: T0 + 600_000,
		}),
	],
	usage: [
		aUsageRecord({
			agentId: anId('agt', 1),
			model: 'claude-opus-4-5',
			messageId: 'm1',
			tokens: tokens({input: 12_400, cacheRead: 188_000, cacheWrite: 9000, output: 2600}),
			costNanoUsd: 1_880_000_000,
			cacheSavedNanoUsd: 800_000_000,
		}),
		aUsageRecord({
			agentId: anId('agt', 2),
			messageId: 'm2',
			tokens: tokens({input: 40_000, cacheRead: 400_000, cacheWrite: 20_000, output: 11_000, reasoning: 3000}),
			costNanoUsd: 2_600_000_000,
			cacheSavedNanoUsd: 1_200_000_000,
		}),
		aUsageRecord({
			agentId: anId('agt', 3),
			messageId: 'm3',
			tokens: tokens({input: 22_000, cacheRead: 271_000, output: 8000}),
			costNanoUsd: 1_710_000_000,
		}),
		aUsageRecord({
			agentId: anId('agt', 4),
			messageId: 'm4',
			tokens: tokens({input: 31_000, cacheRead: 350_000, output: 7000}),
			costNanoUsd: 2_100_000_000,
		}),
		aUsageRecord({
			agentId: anId('agt', 6),
			provider: 'google',
			model: 'gemini-2.5-pro',
			messageId: 'm5',
			tokens: tokens({input: 80_000, output: 8000}),
			costNanoUsd: null,
			costSource: 'unknown',
			cacheSavedNanoUsd: null,
		}),
	],
	checkpoints: [
		aCheckpoint({id: anId('cp', 1), label: 'before plan', runId: anId('run', 2), createdAt: T0}),
		aCheckpoint({
			id: anId('cp', 2),
			label: 'before implement',
			runId: anId('run', 2),
			createdAt: T0 + 80_000,
			stat: {files: 1, additions: 88, deletions: 0},
		}),
		aCheckpoint({
			id: anId('cp', 3),
			label: 'handlers look right',
			kind: 'manual',
			runId: null,
			createdAt: T0 + 290_000,
			stat: {files: 9, additions: 310, deletions: 12},
		}),
		aCheckpoint({
			id: anId('cp', 4),
			label: 'before tests',
			runId: anId('run', 2),
			createdAt: T0 + 299_000,
			stat: {files: 3, additions: 45, deletions: 5},
		}),
	],
	plans: {
		[anId('cp', 3)]: aRestorePlan({
			changes: [
				aPlannedChange({additions: 3, deletions: 41, changedBy: [implement, {kind: 'user'}]}),
				aPlannedChange({path: 'src/index.ts', deletions: 3, changedBy: [implement]}),
				aPlannedChange({path: 'docs/limits.md', change: 'added', additions: 22, changedBy: [{kind: 'restore', checkpointId: anId('cp', 2)}]}),
				aPlannedChange({path: 'logo.png', additions: null, deletions: null, changedBy: [{kind: 'user'}]}),
				aPlannedChange({path: 'test/limiter.test.ts', change: 'deleted', deletions: 60, changedBy: [implement]}),
			],
			kept: [{path: 'vendor/lib', reason: 'a repository of its own'}],
			hasHeadMoved: true,
		}),
	},
	logs: {[anId('agt', 2)]: log, [anId('agt', 4)]: log, [anId('agt', 6)]: log, [anId('agt', 1)]: log.slice(0, 3), [anId('agt', 5)]: []},
});

/** What is to be started: one workflow that asks for nothing, one with inputs, and one with mistakes. */
export const sampleWorkflows: readonly WorkflowSummary[] = [
	{name: 'nightly-audit', file: '.radium/workflows/nightly-audit.yaml', description: null, inputs: [], problems: []},
	{
		name: 'release',
		file: '.radium/workflows/release.yaml',
		description: 'Build, check and publish.',
		inputs: [
			{name: 'version', isRequired: true, description: 'As in the changelog.'},
			{name: 'region', isRequired: false, description: null},
		],
		problems: [],
	},
	{
		name: 'broken',
		file: '.radium/workflows/broken.yaml',
		description: 'Nobody has tried it.',
		inputs: [],
		problems: [{file: '.radium/workflows/broken.yaml', line: 3, column: 5, message: 'needs: "tset" is not a step; did you mean "test"?'}],
	},
];

/** What is read of an agent that has called tools and been answered by two models. */
export const sampleDetail: Loadable<AgentDetail> = {
	face: 'ready',
	value: {
		usage: {
			tokens: tokens({input: 31_000, cacheRead: 350_000, output: 7000, reasoning: 1200}),
			responses: 9,
			costNanoUsd: 2_100_000_000n,
			unpriced: 0,
			costSource: 'reported',
			cacheSavedNanoUsd: 900_000_000n,
		},
		course: {
			spanMs: 20_000,
			spans: [0, 1, 3, 4, 9].map(index => ({
				startsAt: T0 + 600_000 + index * 10_000,
				tokens: tokens({input: 1000 * (index + 1), output: 100}),
				responses: 1,
				costNanoUsd: BigInt(index + 1) * 100_000_000n,
				unpriced: 0,
				costSource: 'reported',
				cacheSavedNanoUsd: 0n,
				recorded: {responses: 0, costNanoUsd: 0n},
			})),
		},
		models: ['claude-opus-4-5', 'claude-haiku-4-5'].map((model, index) => ({
			provider: 'anthropic',
			model,
			tokens: tokens({input: 30_000 - index * 29_000, output: 3500}),
			responses: 4 + index,
			costNanoUsd: 2_000_000_000n - BigInt(index) * 1_900_000_000n,
			unpriced: 0,
			costSource: 'reported',
			cacheSavedNanoUsd: 0n,
		})),
		toolCalls: [
			aToolCall({callId: 'c1', tool: 'Read', writes: [], argumentsJson: '{"file_path":"src/limiter.ts"}', checkpointId: null, isError: false}),
			aToolCall({callId: 'c2', tool: 'Edit', writes: ['src/limiter.ts'], checkpointId: anId('cp', 4), isError: false, at: T0 + 9 * MINUTE}),
			aToolCall({
				callId: 'c3',
				tool: 'Bash',
				writes: [],
				argumentsJson: '{"command":"npm test"}',
				checkpointId: null,
				isError: true,
				at: T0 + 10 * MINUTE,
			}),
			aToolCall({
				callId: 'c4',
				tool: 'Bash',
				writes: [],
				argumentsJson: '{"command":"npm test -- limiter"}',
				checkpointId: null,
				isError: null,
				at: T0 + 11 * MINUTE,
			}),
		],
	},
};

export const SAMPLE_DIFF = `diff --git a/src/limiter.ts b/src/limiter.ts
index 3f1c2aa..91be0d4 100644
--- a/src/limiter.ts
+++ b/src/limiter.ts
@@ -18,7 +18,7 @@ const refill = () => {
 	const elapsed = now - last;
-	const count = Math.round(elapsed / window * capacity);
+	const count = Math.floor(elapsed / window * capacity);
 	tokens = Math.min(capacity, tokens + count);
 };
`;

/** The same run with a budget, and usage that came in the course of it; the run before it was used a day earlier. */
export const spendingRun = (change: Partial<FakeData> = {}): Partial<FakeData> => {
	const sample = sampleRun();
	const course = [2, 5, 9, 4, 0, 0, 1, 6, 8, 12, 7, 3, 0, 2, 5, 11, 16, 14, 9, 6, 4, 8, 10, 7].flatMap((weight, index) =>
		weight === 0
			? []
			: [
					aUsageRecord({
						agentId: anId('agt', index % 3 === 0 ? 4 : 2),
						at: T0 + index * 30_000,
						messageId: `course ${index}`,
						tokens: tokens({input: weight * 900, cacheRead: weight * 9000, cacheWrite: weight * 300, output: weight * 250}),
						costNanoUsd: weight * 57_000_000,
						cacheSavedNanoUsd: weight * 20_000_000,
					}),
				],
	);
	const earlier = anAgent({id: anId('agt', 9), planId: anId('run', 1), name: 'audit', status: 'completed'});
	return {
		...sample,
		agents: [...(sample.agents ?? []), earlier],
		usage: [
			...(sample.usage ?? []).filter(({costNanoUsd}) => costNanoUsd === null || costNanoUsd < 1_900_000_000),
			...course,
			aUsageRecord({agentId: earlier.id, at: T0 - 36 * 3_600_000, messageId: 'yesterday', costNanoUsd: 4_200_000_000}),
		],
		allowance: {costNanoUsd: 20_000_000_000, tokens: null, turns: null},
		...change,
	};
};
