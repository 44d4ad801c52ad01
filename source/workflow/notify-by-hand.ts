import type {Configuration} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {parseId} from '../domain/ids.ts';
import {formatNotificationText} from '../domain/notification.ts';
import type {Rad} from '../domain/rad.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {runNotifyCommand} from './notify-command.ts';

type Options = {
	readonly configuration: Configuration;
	readonly ports: Pick<AttemptPorts, 'store' | 'clock' | 'processes' | 'environment' | 'workspaceRoot' | 'redact' | 'createToken'>;
};

/** Sends a text of the user's, or of a step of a run, which is then told with it. */
export const createNotify =
	({configuration, ports}: Options): Rad['notify'] =>
	async (text, {signal}) => {
		const {notify} = await configuration.load();
		if (notify === null)
			throw new RadError('NOTIFY_MISSING', 'No command is configured that could tell anybody: there is no "notify" in your own configuration.');
		const runId = parseId('run', ports.environment['RAD_RUN_ID'] ?? '');
		const run = runId === undefined ? undefined : await ports.store.getRun(runId);
		const variables = {
			RAD_NOTIFY_KIND: 'message',
			RAD_NOTIFY_RUN: run?.id ?? '',
			RAD_NOTIFY_WORKFLOW: sanitizeLine(run?.workflow ?? ''),
			RAD_NOTIFY_TEXT: ports.redact(formatNotificationText(text)),
			RAD_NOTIFY_WORKSPACE: ports.workspaceRoot,
		};
		const problem = await runNotifyCommand(notify, variables, ports, signal);
		if (problem !== undefined) throw new RadError('NOTIFY_FAILED', `The command of notify in ${notify.file} ${problem}.`);
	};
