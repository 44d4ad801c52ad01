import type {Configuration, NotifyCommand} from '../domain/configuration.ts';
import {isFailure} from '../domain/failures.ts';
import {createNotificationWatch, describeNotification, type Notification} from '../domain/notification.ts';
import type {RunAttendance} from '../domain/rad.ts';
import type {Run} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {runNotifyCommand} from './notify-command.ts';
import type {RunsService} from './runs-service.ts';

export type NotifyOfRunsOptions = {
	readonly runs: RunsService;
	readonly configuration: Configuration;
	readonly ports: Pick<AttemptPorts, 'store' | 'clock' | 'processes' | 'environment' | 'workspaceRoot' | 'killSignal' | 'redact' | 'createToken'>;
};

/** How long the end of a run is held back for the command, so that what is wrong with it can be told. */
const LAST_WORD_MS = 2000;

/**
 * The same runs, of which those that this process drives tell the user's command when they begin to wait for a person, failed or completed.
 * Whatever the command does, the run is what it would be without.
 *
 * A run is not started while the configuration cannot be used; one that was started goes on without it.
 */
export const notifyOfRuns = ({
	runs,
	configuration,
	ports,
}: NotifyOfRunsOptions): RunsService & {
	/** Resolves when nothing of the commands is left. */
	readonly close: () => Promise<void>;
} => {
	const atWork = new Set<Promise<void>>();
	const attend = async <Options extends RunAttendance>(
		notify: NotifyCommand | null,
		options: Options,
		drive: (options: Options) => Promise<Run>,
	): Promise<Run> => {
		if (notify === null) return drive(options);
		const teller = createTeller(notify, options, ports);
		const onEvent: RunAttendance['onEvent'] = stored => {
			teller.watch(stored.event);
			options.onEvent?.(stored);
		};
		try {
			return await drive({...options, onEvent});
		} finally {
			const done = teller.close();
			atWork.add(done.all);
			void done.all.then(() => atWork.delete(done.all));
			await done.lastWord;
		}
	};
	return {
		...runs,
		start: async options => {
			await configuration.load();
			return runs.start(options);
		},
		execute: async options => attend((await configuration.load()).notify, options, runs.execute),
		executeAs: async (runId, options) => attend((await configuration.load()).notify, options, attended => runs.executeAs(runId, attended)),
		resume: async (runId, options) => attend(await loadAnyway(configuration, options), options, attended => runs.resume(runId, attended)),
		close: async () => void (await Promise.all(atWork)),
	};
};

const loadAnyway = async (configuration: Configuration, {onNotice}: RunAttendance): Promise<NotifyCommand | null> => {
	try {
		return (await configuration.load()).notify;
	} catch (error) {
		if (!isFailure(error, 'CONFIGURATION_UNUSABLE')) throw error;
		onNotice?.(`${error.message} Nobody is notified of this run; rad doctor tells more.`);
		return null;
	}
};

/** Tells of one run that is driven here. */
const createTeller = (notify: NotifyCommand, {signal, onNotice}: RunAttendance, ports: NotifyOfRunsOptions['ports']) => {
	const {store, clock, killSignal} = ports;
	const over = new AbortController();
	const stop = AbortSignal.any([signal, killSignal]);
	let calls: ReadonlyArray<Promise<void>> = [];
	let isFaultTold = false;
	const complain = (problem: string): void => {
		if (isFaultTold) return;
		isFaultTold = true;
		onNotice?.(`the command of notify in ${notify.file} ${problem}`);
	};
	const call = async (notification: Notification): Promise<void> => {
		try {
			const run = await store.getRun(notification.runId);
			const problem = await runNotifyCommand(notify, toVariables(notification, run?.workflow ?? '', ports), ports, stop);
			if (problem !== undefined) complain(problem);
		} catch (error) {
			complain(`could not be run: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	const hasPendingRequest = async (runId: Run['id']): Promise<boolean> =>
		(await store.listRequests({runId, status: 'pending'}).catch(() => [])).length > 0;
	const tell = (notification: Notification): void => {
		calls = [...calls, call(notification)];
	};
	return {
		watch: createNotificationWatch({clock, signal: over.signal, hasPendingRequest, tell}),
		/** Ends the watch. `lastWord`: what is wrong with the command was told; `all`: nothing of it is left. */
		close: (): {readonly lastWord: Promise<void>; readonly all: Promise<void>} => {
			over.abort();
			const ended = new AbortController();
			const all = Promise.all(calls).then(() => ended.abort());
			const lastWord = clock.sleep(LAST_WORD_MS, AbortSignal.any([ended.signal, stop])).then(() => {
				if (!ended.signal.aborted && !stop.aborted) complain('has not ended yet, and is stopped when its time is over');
				isFaultTold = true;
			});
			return {all, lastWord};
		},
	};
};

const toVariables = (notification: Notification, workflow: string, {workspaceRoot, redact}: NotifyOfRunsOptions['ports']) => ({
	RAD_NOTIFY_KIND: notification.kind,
	RAD_NOTIFY_RUN: notification.runId,
	RAD_NOTIFY_WORKFLOW: sanitizeLine(workflow),
	RAD_NOTIFY_TEXT: redact(describeNotification(notification, workflow)),
	RAD_NOTIFY_WORKSPACE: workspaceRoot,
});
