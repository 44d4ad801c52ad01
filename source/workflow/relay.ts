import type {StoredEvent} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import type {Notice} from '../domain/notice.ts';
import type {AttemptPorts} from './attempt-ports.ts';

type Listening = {readonly runId: RunId; readonly onEvent: (event: StoredEvent) => void; readonly onNotice: Notice};

const EVENT_PAGE = 1000;
const RELAY_MS = 100;

/**
 * Hands the run's events on, in order, also those that other processes committed; a notice comes after the events that were there before
 * it.
 */
export const startRelay = ({store, clock}: Pick<AttemptPorts, 'store' | 'clock'>, {runId, onEvent, onNotice}: Listening, after: number) => {
	const controller = new AbortController();
	let seq = after;
	let version = -1;
	let notices: ReadonlyArray<Parameters<Notice>> = [];
	const tellNotices = (due: typeof notices): void => {
		notices = notices.slice(due.length);
		for (const each of due) onNotice(...each);
	};
	const relay = async (): Promise<void> => {
		const due = notices;
		await relayEvents();
		tellNotices(due);
	};
	const relayEvents = async (): Promise<void> => {
		const now = store.version();
		if (now === version) return;
		version = now;
		let events: readonly StoredEvent[];
		do {
			events = await store.listEvents(seq, EVENT_PAGE, runId);
			for (const event of events) {
				seq = event.seq;
				onEvent(event);
			}
		} while (events.length === EVENT_PAGE);
	};
	// What cannot be told now is told in the next round: the run is worth more than its progress lines.
	const tryRelay = (): Promise<void> =>
		relay().catch(() => {
			version = -1;
		});
	const loop = async (): Promise<void> => {
		while (!controller.signal.aborted) {
			await tryRelay();
			await clock.sleep(RELAY_MS, controller.signal);
		}
	};
	const done = loop();
	return {
		stop: async (): Promise<void> => {
			controller.abort();
			await done;
			version = -1;
			await tryRelay();
			tellNotices(notices);
		},
		notice: (...notice: Parameters<Notice>): void => {
			notices = [...notices, notice];
		},
	};
};
