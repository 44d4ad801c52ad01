import {scrollRange} from './dialogs/view-dialog.ts';
import {heightOf, selectedCheckpoint, snapshotOf, treeOf} from './selectors.ts';
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
			return {...state, log: scrollLog(state.log, how, heightOf(state, 'log'))};
		case 'checkpoints': {
			const ids = (snapshotOf(state)?.checkpoints ?? []).map(checkpoint => checkpoint.id);
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
		case 'help':
		case 'restore':
		case 'request':
		case 'gate':
			return {...dialog, top: how === 'first' ? 0 : how === 'last' ? last : Math.max(0, Math.min(last, dialog.top + toRows(how, page)))};
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

/** Scrolling up pauses the log; reaching its end follows it again. */
export const scrollLog = (log: LogState, how: Move, height: number): LogState => {
	const total = log.dropped + log.lines.length;
	const lowestEnd = Math.min(total, log.dropped + height);
	const end = log.pause?.end ?? total;
	const to = how === 'first' ? lowestEnd : how === 'last' ? total : Math.max(lowestEnd, end + toRows(how, height - 1));
	return to >= total ? {...log, pause: null} : {...log, pause: {end: to, seen: log.pause?.seen ?? total}};
};
