import type {Clock} from '../domain/clock.ts';
import type {EventFeed} from '../domain/rad.ts';
import type {Store, StoredEventListener} from './store-port.ts';

/** `PRAGMA data_version` takes microseconds, so asking often costs nothing that could be measured. */
const POLL_MS = 150;
/** While others write all the time, how long that takes is added to all the rest that a reader waits for. */
const BUSY_POLL_MS = 40;
const BUSY_FOR_MS = 2000;
/** How often somebody looks whether a rad has died, which changes nothing in the store. */
const UPKEEP_MS = 2000;
const PAGE = 1000;

export type EventFeedOptions = {
	readonly store: Pick<Store, 'version' | 'listEvents' | 'latestSeq'>;
	readonly clock: Clock;
	readonly upkeep: () => Promise<void>;
	/** Hears what goes wrong in a listener or while polling: the others go on. */
	readonly onError: (error: unknown) => void;
};

/** Follows the store's changes, whoever makes them; polls only while somebody listens. */
export const createEventFeed = ({store, clock, upkeep, onError}: EventFeedOptions): EventFeed & {readonly close: () => Promise<void>} => {
	const changeListeners = new Set<() => void>();
	const eventListeners = new Set<StoredEventListener>();
	let polling: {readonly stop: AbortController; readonly done: Promise<void>} | undefined;
	let seq = 0;

	const callSafely = (call: () => void): void => {
		try {
			call();
		} catch (error) {
			onError(error);
		}
	};
	const relay = async (): Promise<void> => {
		for (const listener of changeListeners) callSafely(listener);
		if (eventListeners.size === 0) return;
		for (let events = await store.listEvents(seq, PAGE); events.length > 0; events = await store.listEvents(seq, PAGE)) {
			for (const {event, seq: place} of events) {
				seq = place;
				for (const listener of eventListeners) callSafely(() => listener(event, place));
			}
		}
	};
	const poll = async (signal: AbortSignal): Promise<void> => {
		// Both are asked before anything else can happen: what is committed after a listener came is news.
		let version = store.version();
		seq = await store.latestSeq();
		let lastUpkeep = clock.elapsed();
		let lastChange = Number.NEGATIVE_INFINITY;
		while (!signal.aborted) {
			await clock.sleep(clock.elapsed() - lastChange < BUSY_FOR_MS ? BUSY_POLL_MS : POLL_MS, signal);
			if (signal.aborted) return;
			try {
				if (clock.elapsed() - lastUpkeep >= UPKEEP_MS) {
					lastUpkeep = clock.elapsed();
					await upkeep();
				}
				const now = store.version();
				if (now === version) continue;
				version = now;
				lastChange = clock.elapsed();
				await relay();
			} catch (error) {
				onError(error);
			}
		}
	};
	const update = (): void => {
		const isWanted = changeListeners.size + eventListeners.size > 0;
		if (isWanted && polling === undefined) {
			const stop = new AbortController();
			polling = {stop, done: poll(stop.signal).catch(onError)};
		}
		if (!isWanted) {
			polling?.stop.abort();
			polling = undefined;
		}
	};
	const listen = <Listener>(listeners: Set<Listener>, listener: Listener): (() => void) => {
		listeners.add(listener);
		update();
		return () => {
			listeners.delete(listener);
			update();
		};
	};
	return {
		since: async (after, {runId} = {}) => {
			await upkeep();
			return store.listEvents(after, PAGE, runId);
		},
		latest: () => store.latestSeq(),
		onChange: listener => listen(changeListeners, listener),
		subscribe: listener => listen(eventListeners, listener),
		close: async () => {
			changeListeners.clear();
			eventListeners.clear();
			const last = polling;
			update();
			await last?.done;
		},
	};
};
