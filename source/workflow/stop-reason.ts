import {attemptFiles, readStopNote, writeJson} from '../agents/attempt-files.ts';
import {toForeign} from '../agents/foreign.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {SpentBudget} from './budget.ts';

/** Why rad stops an agent: its run is cancelled, or it has spent too much. */
export type StopReason = {
	readonly status: 'cancelled' | 'failed';
	readonly text: string;
	/** Whose budget; null where it is stopped for something else. */
	readonly spent: SpentBudget['scope'] | null;
};

export const ON_REQUEST: StopReason = {status: 'cancelled', text: 'on request', spent: null};

export const toStopReason = (spent: SpentBudget | null): StopReason | null =>
	spent === null ? null : {status: 'failed', text: `as ${spent.text}`, spent: spent.scope};

/** Written before the agent is asked to stop: whoever takes in its end must know why, also when this rad has died. */
export const noteSpent = (directory: string, spent: SpentBudget): void => writeJson(attemptFiles(directory).stop, spent);

/** What was noted; null where there is nothing that could be. The agent may have spoilt it. */
export const readSpent = (directory: string): SpentBudget | null => {
	const {scope, text, isFinal} = toForeign(readStopNote(directory));
	if ((scope !== 'run' && scope !== 'block' && scope !== 'step') || typeof text !== 'string') return null;
	return {scope, text: sanitizeLine(text).slice(0, 200), isFinal: isFinal === true};
};
