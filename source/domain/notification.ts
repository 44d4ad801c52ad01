import type {Clock} from './clock.ts';
import type {RadEvent} from './events.ts';
import type {RequestId, RunId} from './ids.ts';
import {sanitizeLine} from './sanitize.ts';
import type {RunStatus} from './status.ts';

/** Something of a run that a person wants to hear of while looking elsewhere. */
export type Notification = {
	readonly kind: 'waiting' | 'failed' | 'done';
	readonly runId: RunId;
	/** Why it waits or failed; one sentence. */
	readonly reason: string | null;
};

export type NotificationWatchOptions = {
	readonly clock: Pick<Clock, 'sleep'>;
	/** After it is aborted nothing is told. */
	readonly signal: AbortSignal;
	/** Whether an agent of the run waits for a decision now. Must not reject. */
	readonly hasPendingRequest: (runId: RunId) => Promise<boolean>;
	readonly tell: (notification: Notification) => void;
};

const KINDS: Partial<Record<RunStatus, Notification['kind']>> = {waiting: 'waiting', failed: 'failed', completed: 'done'};

/** A request that nobody has to be asked about is decided by then. */
const REQUEST_GRACE_MS = 1000;

/**
 * Takes events in their order, of one run or of many, and tells once of each change that calls for a person: a run begins to wait, an agent
 * of it waits for permission, it failed or it completed. Whoever stops a run knows how it ends.
 */
export const createNotificationWatch = ({clock, signal, hasPendingRequest, tell}: NotificationWatchOptions): ((event: RadEvent) => void) => {
	const stopping = new Set<RunId>();
	const asking = new Map<RunId, Set<RequestId>>();
	const tellOfRequest = async (runId: RunId): Promise<void> => {
		await clock.sleep(REQUEST_GRACE_MS, signal);
		if (signal.aborted || !(await hasPendingRequest(runId)) || signal.aborted) return;
		tell({kind: 'waiting', runId, reason: 'an agent asks for your permission'});
	};
	const takeStatus = ({runId, status, reason}: RadEvent & {type: 'run.status-changed'}): void => {
		if (status === 'cancelling') stopping.add(runId);
		if (status === 'running') stopping.delete(runId);
		const kind = KINDS[status];
		if (kind !== undefined && !stopping.has(runId)) tell({kind, runId, reason});
	};
	return event => {
		if (signal.aborted) return;
		if (event.type === 'run.status-changed') takeStatus(event);
		if (event.type === 'request.opened') {
			const open = asking.get(event.runId) ?? new Set();
			asking.set(event.runId, open.add(event.requestId));
			// Those that come while one is open are seen by whoever looks at that one.
			if (open.size === 1) void tellOfRequest(event.runId);
		}
		if (event.type === 'request.decided') asking.get(event.runId)?.delete(event.requestId);
	};
};

const MAX_CHARACTERS = 200;

/** A notification as a sentence on one line that holds no control sequences. It begins with a word of ours, so that no program takes it for an option. */
export const describeNotification = ({kind, reason}: Notification, workflow: string): string => {
	const why = reason === null ? '' : `: ${reason}`;
	const text = {waiting: `${workflow} waits for you${why}`, failed: `${workflow} failed${why}`, done: `${workflow} is done`}[kind];
	return formatNotificationText(text);
};

/** The same of any text. */
export const formatNotificationText = (text: string): string => {
	const characters = [...sanitizeLine(`rad: ${text}`)];
	return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…` : characters.join('');
};
