import {stopProcesses} from '../agents/stop-processes.ts';
import {RUN_MARK} from '../agents/supervisor.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Run} from '../domain/records.ts';
import {toOverFailure} from '../domain/run-over.ts';
import {isRunOver} from '../domain/status.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {attemptDirectory} from './read-attempt.ts';
import {reconcileAttempts} from './reconcile.ts';
import {tidyWorktrees} from './tidy-worktrees.ts';

const POLL_MS = 100;

/** Why a run is over that never left the queue. */
export const NEVER_BEGUN = 'it was cancelled before it began';

/**
 * Stops a run and resolves when no process of it is left. A living rad stops its own run and writes the ending; for a dead one this
 * process does both.
 *
 * @throws {RadError} `RUN_UNKNOWN`; `RUN_OVER`.
 */
export const cancelRun = async (ports: AttemptPorts, runId: RunId, how: 'graceful' | 'now'): Promise<Run> => {
	const {store, clock, processes} = ports;
	const run = await store.getRun(runId);
	if (run === undefined) throw new RadError('RUN_UNKNOWN', `There is no run ${runId}`);
	if (isRunOver(run.status)) throw toOverFailure(run);
	if (run.status === 'queued') {
		const dropped = await store.dropQueued(runId, NEVER_BEGUN, clock.now());
		// Its turn may have come meanwhile.
		return isRunOver(dropped.status) ? dropped : cancelRun(ports, runId, how);
	}
	await store.moveRun(runId, 'cancelling', null, clock.now());
	if (how === 'now') await killAll(ports, runId);
	while (processes.isAlive(run.owner)) {
		const now = await store.getRun(runId);
		if (now !== undefined && isRunOver(now.status)) return now;
		await clock.sleep(POLL_MS);
	}
	await stopAttempts(ports, run, how);
	// A last sweep finds what left its group and its shim.
	await killAll(ports, runId);
	await reconcileAttempts(ports, run, true);
	const ending = {status: 'cancelled', reason: 'the run was cancelled'} as const;
	for (const step of await store.listSteps(runId)) await store.endStep(runId, step.stepId, ending, clock.now());
	const cancelled = await store.moveRun(runId, 'cancelled', null, clock.now());
	if ((await ports.worktrees.list()).includes(runId)) await tidyWorktrees(ports, cancelled);
	return cancelled;
};

const killAll = ({processes, clock}: AttemptPorts, runId: RunId): Promise<number> =>
	stopProcesses({leader: undefined, mark: {name: RUN_MARK, value: runId}, except: []}, 'now', {processes, clock});

const stopAttempts = async (ports: AttemptPorts, run: Run, how: 'graceful' | 'now'): Promise<void> => {
	for (const attempt of await ports.store.listAttempts(run.id)) {
		if (attempt.endedAt !== null) continue;
		const directory = attemptDirectory(ports.runsDirectory, run.id, attempt.stepId, attempt.attempt);
		await ports.supervisor.stop(directory, attempt.agentId, how);
	}
};
