import type {StoredEvent} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import {createQueue} from './queue.ts';

/** Where to begin: after the event with this number, 0 for the first; of one run, or of all. */
export type EventPlace = {readonly seq: number; readonly runId?: RunId};

/** Takes some events, in their order, and tells whether it wants those that follow. */
type TakeEvents = (events: readonly StoredEvent[]) => Promise<'more' | 'enough'>;

/** Hands over the events that are recorded, until there are no more, `take` has enough or the signal is aborted. Resolves with the number of the last. */
export const readRecordedEvents = async (rad: Rad, {seq, ...filter}: EventPlace, signal: AbortSignal, take: TakeEvents): Promise<number> => {
	let heard = seq;
	while (!signal.aborted) {
		const events = await rad.events.since(heard, filter);
		const last = events.at(-1);
		if (last === undefined) return heard;
		heard = last.seq;
		if ((await take(events)) === 'enough') return heard;
	}
	return heard;
};

/**
 * The same, and then those that come, whichever process they come from: each once. Resolves when `take` has enough or the signal is aborted, and rejects when
 * reading or taking does.
 */
export const readEvents = async (rad: Rad, place: EventPlace, signal: AbortSignal, take: TakeEvents): Promise<void> => {
	const over = new AbortController();
	const end = AbortSignal.any([signal, over.signal]);
	const queue = createQueue();
	let heard = place.seq;
	const readOn = async (): Promise<void> => {
		heard = await readRecordedEvents(rad, {...place, seq: heard}, end, async events => {
			const answer = await take(events);
			if (answer === 'enough') over.abort();
			return answer;
		});
	};
	const hear = (): void =>
		queue.add(async () => {
			// Also after a failure, of which whoever waits for the queue hears.
			await readOn().catch((error: unknown) => {
				over.abort();
				throw error;
			});
		});
	// What is recorded is read only after this, so that nothing can come between the two.
	const unsubscribe = rad.events.onChange(hear);
	hear();
	if (!end.aborted) await new Promise<void>(resolve => end.addEventListener('abort', () => resolve(), {once: true}));
	unsubscribe();
	await queue.settle();
};
