import {aCheckpoint, aLogLine, anAgent, anId, aRun, aStep, aUsageRecord, T0} from './builders.ts';
import type {FakeData} from './fake-rad.ts';
import {SAMPLE_NOW, sampleRun} from './sample-run.ts';

/** A run that failed: with retries, a step that was skipped, and an agent that nobody attends. */
export const failedRun = (): Partial<FakeData> => ({
	runs: [aRun({workflow: 'add-rate-limiting', status: 'failed', endedAt: T0 + 760_000, error: 'Step tests failed after 3 attempts.'})],
	steps: (['completed', 'failed', 'failed', 'skipped'] as const).map((status, position) =>
		aStep({
			stepId: ['implement', 'tests', 'lint', 'deploy'][position] ?? '',
			position,
			status,
			reason: status === 'skipped' ? 'tests failed' : null,
		}),
	),
	agents: [
		anAgent({name: 'implement', stepId: 'implement', status: 'completed'}),
		anAgent({
			id: anId('agt', 2),
			name: 'tests',
			stepId: 'tests',
			engine: 'shell',
			status: 'failed',
			attempt: 3,
			exitCode: 1,
			error: 'The command ended with exit code 1.',
		}),
		anAgent({id: anId('agt', 3), name: 'audit', status: 'running', isUnattended: true}),
		anAgent({id: anId('agt', 4), name: 'lint', stepId: 'lint', status: 'timed_out', error: 'It took longer than 10 minutes.'}),
	],
	logs: {[anId('agt', 3)]: [aLogLine('still at it')]},
});

/** After a restore: its safety checkpoint is the newest one. */
export const restoredRun = (): Partial<FakeData> => {
	const data = sampleRun();
	const safety = aCheckpoint({
		id: anId('cp', 5),
		kind: 'safety',
		label: 'before restoring cp_0000000003',
		runId: null,
		target: anId('cp', 3),
		createdAt: T0 + 700_000,
	});
	return {
		...data,
		runs: data.runs?.map(run => ({...run, status: 'cancelled', endedAt: T0 + 700_000})) ?? [],
		checkpoints: [...(data.checkpoints ?? []), safety],
	};
};

/** A recorded run whose agents ask before each write, after another run. */
export const writingRun = (): Partial<FakeData> => {
	const at = (seconds: number, change: Parameters<typeof aCheckpoint>[0]) =>
		aCheckpoint({id: anId('cp', seconds), createdAt: T0 + seconds * 1000, stat: {files: 1, additions: seconds, deletions: 0}, ...change});
	const write = (seconds: number, file: string) =>
		at(seconds, {runId: anId('run', 2), kind: 'write', stepId: 'implement', label: `before Write ${file}`});
	return {
		runs: [
			aRun({workflow: 'nightly-audit', status: 'completed', startedAt: T0, endedAt: T0 + 9000}),
			aRun({id: anId('run', 2), workflow: 'add-rate-limiting', status: 'completed', startedAt: T0 + 20_000, endedAt: T0 + 90_000}),
		],
		agents: [anAgent({planId: anId('run', 2), name: 'implement', stepId: 'implement', status: 'completed', engine: 'recorded', isRecording: true})],
		usage: [aUsageRecord()],
		checkpoints: [
			at(1, {label: 'before audit', stat: null}),
			at(9, {kind: 'end', label: 'after nightly-audit'}),
			at(15, {kind: 'manual', label: 'before the big change', runId: null}),
			at(20, {runId: anId('run', 2), label: 'before plan'}),
			at(30, {runId: anId('run', 2), label: 'before implement'}),
			...['src/limiter.ts', 'src/index.ts', 'docs/how-to-limit-the-rate-of-requests.md', 'test/limiter.test.ts'].map((file, index) =>
				write(31 + index, file),
			),
			at(80, {runId: anId('run', 2), kind: 'end', label: 'after add-rate-limiting'}),
		],
	};
};

/** A run that waits for the one that is at work. */
export const queuedRun = (): Partial<FakeData> => ({
	runs: [
		...(sampleRun().runs ?? []),
		aRun({id: anId('run', 3), workflow: 'release', status: 'queued', error: `waits for run ${anId('run', 2)}`, startedAt: SAMPLE_NOW - 90_000}),
	],
});
