import {LOG_LEVELS} from '../views/log-filter.ts';
import {countUntil, type LogLook, listFound} from './log-view.ts';
import {hasOlder, readOlder, scrollLog} from './movement.ts';
import {entriesOf, heightOf} from './selectors.ts';
import type {State} from './state.ts';

export const withLogLook = (state: State, change: Partial<LogLook>): State => ({...state, logLook: {...state.logLook, ...change}});

export const toggleFollowing = (state: State): State => {
	const {log} = state;
	if (log.pause !== null) return scrollLog(state, 'last');
	const total = log.dropped + log.lines.length;
	return {...state, log: {...log, pause: {end: total, seen: total}}};
};

export const nextLevel = (state: State): State => {
	const next = (LOG_LEVELS.indexOf(state.logLook.level) + 1) % LOG_LEVELS.length;
	return withLogLook(state, {level: LOG_LEVELS[next] ?? 'all'});
};

/** What is searched for from now on, and the place nearest to what is seen that holds it. */
export const searchLog = (state: State, search: string): State => {
	const searching = withLogLook({...state, log: {...state.log, foundAt: null, isSeeking: false}}, {search});
	return search === '' ? searching : findHere(searching, 'previous');
};

/** Goes to the next place below or above the last one, and around at the end; above, into older lines that were not read so far. */
export const find = (state: State, direction: 'next' | 'previous'): State => {
	const isAhead = direction === 'next' || findAhead(state, direction) !== undefined || !hasOlder(state.log);
	return isAhead ? findHere(state, direction) : {...state, log: {...readOlder(state.log), isSeeking: true}};
};

const findHere = (state: State, direction: 'next' | 'previous'): State => {
	const around = listFound(entriesOf(state), state.logLook.search).at(direction === 'next' ? 0 : -1);
	const next = findAhead(state, direction) ?? around;
	return next === undefined ? state : showLine(state, next);
};

const findAhead = (state: State, direction: 'next' | 'previous'): number | undefined => {
	const {log, logLook} = state;
	const found = listFound(entriesOf(state), logLook.search);
	const from = log.foundAt ?? (log.pause?.end ?? log.dropped + log.lines.length) + 1;
	return direction === 'next' ? found.find(end => end > from) : found.findLast(end => end < from);
};

/** Goes on with a search that waited for older lines. */
export const seekOn = (state: State): State => (state.log.isSeeking ? find({...state, log: {...state.log, isSeeking: false}}, 'previous') : state);

/** Looks further back for what was typed where it is not in the lines that were read. */
export const seek = (state: State): State => (state.log.foundAt === null && state.logLook.search !== '' ? find(state, 'previous') : state);

/** Pauses the log where the line is seen: where it is, or in the middle of the pane. */
const showLine = (state: State, foundAt: number): State => {
	const {log} = state;
	const total = log.dropped + log.lines.length;
	const entries = entriesOf(state);
	const height = heightOf(state, 'log');
	const index = countUntil(entries, foundAt);
	const end = countUntil(entries, log.pause?.end ?? total);
	const isSeen = index <= end && index > end - height;
	const middle = entries[Math.min(entries.length, index + Math.floor(height / 2)) - 1]?.end ?? total;
	return {...state, log: {...log, foundAt, pause: {end: isSeen ? (log.pause?.end ?? total) : middle, seen: log.pause?.seen ?? total}}};
};
