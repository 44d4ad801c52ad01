import type {Clock} from '../domain/clock.ts';
import {createGather} from './gather.ts';
import {snapshotOf} from './selectors.ts';
import type {Message, Snapshot, State} from './state.ts';
import type {Store} from './store.ts';

// What Ink takes for a frame grows with the cells of the screen; on a large one, or a slow machine, the gather itself waits longer.
const DRAW_INTERVAL_MS = 100;
// A twelfth of the time: together with reading, and the garbage of both, that is less than a quarter of one core. The rest is for the agents.
const DRAW_REST_FACTOR = 11;

/** What happens by itself, many times a second, and may be seen a moment later. A key is seen at once. */
const PATIENT: ReadonlySet<Message['type']> = new Set(['ticked', 'data-loaded', 'data-failed', 'log-received', 'log-failed']);

/** What people wait for: that something begins, ends or asks. That figures have grown is none. */
const isNews = (before: Snapshot | undefined, {run, runAgents, requests, questions}: Snapshot): boolean =>
	before?.run?.id !== run?.id ||
	before?.run?.status !== run?.status ||
	before?.runAgents !== runAgents ||
	before.requests.length !== requests.length ||
	before.questions.length !== questions.length;

/** The state as it is drawn, in the shape that React's `useSyncExternalStore` reads. */
export type Draws = {readonly getSnapshot: () => State; readonly subscribe: (listener: () => void) => () => void};

/** The store as it is drawn: what happens by itself is gathered, so that drawing never starves the keyboard. */
export const createDraws = (
	store: Store,
	{clock, cpuMs, signal}: {readonly clock: Clock; readonly cpuMs: () => number; readonly signal: AbortSignal},
): Draws => {
	const listeners = new Set<() => void>();
	let shown = store.getSnapshot();
	const draw = (): void => {
		if (shown === store.getSnapshot()) return;
		shown = store.getSnapshot();
		for (const listener of listeners) listener();
	};
	const gather = createGather({clock, cpuMs, intervalMs: DRAW_INTERVAL_MS, restFactor: DRAW_REST_FACTOR, signal, work: draw});
	let seen = snapshotOf(shown);
	const unsubscribe = store.subscribe(message => {
		if (!PATIENT.has(message.type)) return draw();
		gather(message.type === 'data-loaded' && isNews(seen, message.snapshot));
		seen = snapshotOf(store.getSnapshot());
	});
	signal.addEventListener('abort', unsubscribe, {once: true});
	return {
		getSnapshot: () => shown,
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
};
