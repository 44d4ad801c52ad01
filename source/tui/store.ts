import {reduce} from './reduce.ts';
import type {Message, State} from './state.ts';

/** The dashboard's state over time. */
export type Store = {
	readonly getSnapshot: () => State;
	/** Calls back after each change with what caused it; returns what ends the subscription. */
	readonly subscribe: (listener: (message: Message) => void) => () => void;
	readonly dispatch: (message: Message) => void;
};

export const createStore = (initial: State): Store => {
	const listeners = new Set<(message: Message) => void>();
	let state = initial;
	return {
		getSnapshot: () => state,
		subscribe: listener => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		dispatch: message => {
			const next = reduce(state, message);
			if (next === state) return;
			state = next;
			for (const listener of listeners) listener(message);
		},
	};
};
