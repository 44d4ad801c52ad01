import type {Clock} from '../domain/clock.ts';
import {createGather} from './gather.ts';
import type {Size} from './layout.ts';
import type {Message, State} from './state.ts';
import type {Store} from './store.ts';

const DRAW_MIN_MS = 100;
// What Ink takes for a frame grows with the cells of the screen. This keeps a busy run below a quarter of one core on a slow machine:
// ten pictures a second at 80x24, three at 200x50.
const DRAW_MS_PER_CELL = 0.03;

/** What happens by itself, many times a second, and may be seen a moment later. A key is seen at once. */
const PATIENT: ReadonlySet<Message['type']> = new Set(['ticked', 'data-loaded', 'data-failed', 'log-received', 'log-failed']);

/** The state as it is drawn, in the shape that React's `useSyncExternalStore` reads. */
export type Draws = {readonly getSnapshot: () => State; readonly subscribe: (listener: () => void) => () => void};

/** The store as it is drawn: what happens by itself is gathered, so that drawing never starves the keyboard. */
export const createDraws = (store: Store, {clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal}): Draws => {
	const listeners = new Set<() => void>();
	let shown = store.getSnapshot();
	const draw = (): void => {
		if (shown === store.getSnapshot()) return;
		shown = store.getSnapshot();
		for (const listener of listeners) listener();
	};
	const gather = createGather({clock, intervalMs: () => drawInterval(store.getSnapshot().size), signal, work: draw});
	const unsubscribe = store.subscribe(message => (PATIENT.has(message.type) ? gather() : draw()));
	signal.addEventListener('abort', unsubscribe, {once: true});
	return {
		getSnapshot: () => shown,
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
	};
};

const drawInterval = ({columns, rows}: Size): number => Math.max(DRAW_MIN_MS, columns * rows * DRAW_MS_PER_CELL);
