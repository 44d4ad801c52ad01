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
	return search === '' ? searching : showPlace(searching, findPlaces(searching, 'previous'));
};

/** Goes to the next place below or above the last one, and around at the end; above, into older lines that were not read so far. */
export const find = (state: State, direction: 'next' | 'previous'): State => {
	const places = findPlaces(state, direction);
	const isFurtherBack = places.ahead === undefined && direction === 'previous' && hasOlder(state.log);
	return isFurtherBack ? {...state, log: {...readOlder(state.log), isSeeking: true}} : showPlace(state, places);
};

/** The next place in a direction, and the one to begin again with at the end. */
type Places = {readonly ahead: number | undefined; readonly around: number | undefined};

const findPlaces = (state: State, direction: 'next' | 'previous'): Places => {
	const {log, logLook} = state;
	const found = listFound(entriesOf(state), logLook.search);
	const from = log.foundAt ?? (log.pause?.end ?? log.dropped + log.lines.length) + 1;
	return direction === 'next'
		? {ahead: found.find(end => end > from), around: found[0]}
		: {ahead: found.findLast(end => end < from), around: found.at(-1)};
};

const showPlace = (state: State, {ahead, around}: Places): State => {
	const next = ahead ?? around;
	return next === undefined ? state : showLine(state, next);
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
