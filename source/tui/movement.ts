import {listAttention} from './attention.ts';
import {scrollRange} from './dialogs/view-dialog.ts';
import {countFilling, countUntil} from './log-view.ts';
import {listCommands} from './palette.ts';
import {checkpointsOf, entriesOf, heightOf, selectedCheckpoint, sizeOf, snapshotOf, treeOf} from './selectors.ts';
import type {Dialog, LogState, State} from './state.ts';

/** A step in a list: so many rows or pages down (up when negative), or to one of its ends. */
export type Move = {readonly rows: number} | {readonly pages: number} | 'first' | 'last';

/** Moves in whatever the keys belong to: the dialog when there is one, else the focused pane. */
export const move = (state: State, how: Move): State => {
	if (state.dialog !== null) return {...state, dialog: moveInDialog(state, state.dialog, how)};
	switch (state.focus) {
		case 'agents': {
			const ids = treeOf(state).map(row => row.agent.id);
			// Two rows of the pane are no agents: the headings, and one that stays in sight when a page is turned.
			const selectedAgentId = step(ids, state.selectedAgentId, how, heightOf(state, 'agents') - 2);
			return {...state, selectedAgentId, isFollowingAgents: false};
		}
		case 'log':
			return scrollLog(state, how);
		case 'checkpoints': {
			const ids = checkpointsOf(state).map(checkpoint => checkpoint.id);
			const to = step(ids, selectedCheckpoint(state)?.id ?? null, how, heightOf(state, 'checkpoints') - 2);
			return {...state, selectedCheckpointId: to === ids[0] ? null : to};
		}
		case 'totals':
			return state;
	}
};

const moveInDialog = (state: State, dialog: Dialog, how: Move): Dialog => {
	const {last, page} = scrollRange(state);
	switch (dialog.kind) {
		case 'runs': {
			const ids = (snapshotOf(state)?.runs ?? []).map(run => run.id);
			return {...dialog, selectedId: step(ids, dialog.selectedId, how, page)};
		}
		case 'workflows':
			return {...dialog, selected: stepIndex(dialog.list.face === 'ready' ? dialog.list.value.length : 0, dialog.selected, how, page)};
		case 'attention':
			return {...dialog, selected: stepIndex(listAttention(state).length, dialog.selected, how, page)};
		case 'palette':
			return {...dialog, selected: stepIndex(listCommands(state).length, dialog.selected, how, page)};
		case 'restore':
			return {...dialog, cursor: stepIndex(dialog.plan.face === 'ready' ? dialog.plan.value.changes.length : 0, dialog.cursor, how, page)};
		case 'agent':
		case 'diff':
		case 'help':
		case 'request':
		case 'gate':
			return {...dialog, top: how === 'first' ? 0 : how === 'last' ? last : Math.max(0, Math.min(last, dialog.top + toRows(how, page)))};
		case 'start':
		case 'stop':
		case 'stop-agent':
			return dialog;
	}
};

const toRows = (how: Exclude<Move, string>, page: number): number => ('rows' in how ? how.rows : how.pages * Math.max(1, page));

const step = <Id extends string>(ids: readonly Id[], selected: Id | null, how: Move, page: number): Id | null => {
	if (how === 'first') return ids[0] ?? null;
	if (how === 'last') return ids.at(-1) ?? null;
	const from = selected === null ? -1 : ids.indexOf(selected);
	const to = from === -1 ? 0 : from + toRows(how, page);
	return ids[Math.max(0, Math.min(ids.length - 1, to))] ?? null;
};

const stepIndex = (count: number, present: number, how: Move, page: number): number => {
	const to = how === 'first' ? 0 : how === 'last' ? count - 1 : present + toRows(how, page);
	return Math.max(0, Math.min(count - 1, to));
};

/**
 * Scrolling up pauses the log; reaching its end follows it again. It moves by what is shown: lines that are filtered out or folded away do not
 * count.
 */
export const scrollLog = (state: State, how: Move): State => {
	const {log, logLook: look} = state;
	const {rows, columns} = sizeOf(state, 'log');
	const entries = entriesOf(state);
	const total = log.dropped + log.lines.length;
	const lowest = Math.min(entries.length, countFilling(entries, {end: 'first', rows, columns, look}));
	const present = countUntil(entries, log.pause?.end ?? total);
	const page = countFilling(entries, {end: present, rows: rows - 1, columns, look});
	const to = how === 'first' ? lowest : how === 'last' ? entries.length : Math.max(lowest, present + toRows(how, page));
	if (to >= entries.length) return withOlder(state, {...log, pause: null}, how, present <= lowest);
	const pause = {end: entries[to - 1]?.end ?? log.dropped, seen: log.pause?.seen ?? total};
	return withOlder(state, {...log, pause}, how, present <= lowest);
};

/** Whoever is at the top and wants to go on up gets older lines. */
const withOlder = (state: State, log: LogState, how: Move, wasAtTop: boolean): State => {
	const isUp = how === 'first' || (typeof how !== 'string' && ('rows' in how ? how.rows : how.pages) < 0);
	return {...state, log: isUp && wasAtTop && hasOlder(log) ? readOlder(log) : log};
};

/** Asks for older lines. */
export const readOlder = (log: LogState): LogState => ({...log, backlog: Math.min(BACKLOG_MAX, log.backlog * BACKLOG_FACTOR)});

/** A dashboard that is open all day must not hold a log of gigabytes; `rad logs` reads all of it. */
const BACKLOG_MAX = 50_000;
const BACKLOG_FACTOR = 7;

/** True when the log may hold lines before the first one that was read. */
export const hasOlder = ({face, lines, dropped, backlog}: LogState): boolean =>
	face === 'ready' && backlog < BACKLOG_MAX && isCut({lines, dropped, backlog});

/** True when what was read may not be the whole log. */
export const isCut = ({lines, dropped, backlog}: Pick<LogState, 'lines' | 'dropped' | 'backlog'>): boolean => dropped + lines.length >= backlog;
