import type {Clock} from '../domain/clock.ts';
import type {RunId} from '../domain/ids.ts';
import {createNotificationWatch, describeNotification, type Notification} from '../domain/notification.ts';
import type {Rad} from '../domain/rad.ts';
import type {Bell} from '../domain/settings.ts';

export type BellOptions = {
	readonly rad: Pick<Rad, 'events' | 'requests' | 'runs'>;
	readonly bell: Bell;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Pick<Clock, 'sleep'>;
	/** Aborting ends it. */
	readonly signal: AbortSignal;
	/** Writes a sequence to the terminal. */
	readonly ring: (sequence: string) => void;
};

const BEL = '\u0007';
const NOTIFY = '\u001b]9;';

/** Calls the user who looks elsewhere, from now on: once for each run of the workspace that begins to wait, failed or completed. */
export const startBell = ({rad, bell, environment, clock, signal, ring}: BellOptions): void => {
	if (bell === 'off') return;
	// Both keep such a sequence to themselves (tmux unless it is told to let all through), and hand a bell on.
	const isMultiplexed = (environment['TMUX'] ?? '') !== '' || (environment['STY'] ?? '') !== '';
	const call = async (notification: Notification): Promise<void> => {
		const sequence = bell === 'bell' || isMultiplexed ? BEL : `${NOTIFY}${await toText(rad, notification)}${BEL}`;
		if (!signal.aborted) ring(sequence);
	};
	const hasPendingRequest = async (runId: RunId): Promise<boolean> =>
		(await rad.requests.list({runId, status: 'pending'}).catch(() => [])).length > 0;
	const watch = createNotificationWatch({clock, signal, hasPendingRequest, tell: notification => void call(notification)});
	const unsubscribe = rad.events.subscribe(watch);
	signal.addEventListener('abort', unsubscribe, {once: true});
};

/** With the name of its workflow, where that can be read. */
const toText = async (rad: BellOptions['rad'], notification: Notification): Promise<string> => {
	const runs = await rad.runs.list().catch(() => []);
	return describeNotification(notification, runs.find(({id}) => id === notification.runId)?.workflow ?? notification.runId);
};
