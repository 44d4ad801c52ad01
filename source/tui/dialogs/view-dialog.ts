import {innerSize, type Size} from '../layout.ts';
import type {State} from '../state.ts';
import {viewAgent} from './agent.ts';
import {viewAttention} from './attention.ts';
import {bodyRoom, bodySize, type DialogView, dialogArea} from './dialog-view.ts';
import {viewDiff} from './diff.ts';
import {viewGate} from './gate.ts';
import {viewHelp} from './help.ts';
import {viewPalette} from './palette.ts';
import {viewRequest} from './request.ts';
import {viewRestore} from './restore.ts';
import {viewRuns} from './runs.ts';
import {viewStop, viewStopAgent} from './stop.ts';
import {viewStart, viewWorkflows} from './workflows.ts';

/** What stands in the dialog that is open, if one is. */
export const viewDialog = (state: State): DialogView | undefined => {
	const {dialog} = state;
	switch (dialog?.kind) {
		case undefined:
			return undefined;
		case 'agent':
			return viewAgent(state, dialog);
		case 'workflows':
			return viewWorkflows(dialog);
		case 'start':
			return viewStart(state, dialog);
		case 'attention':
			return viewAttention(state, dialog.selected);
		case 'palette':
			return viewPalette(state, dialog.selected);
		case 'diff':
			return viewDiff(dialog);
		case 'help':
			return viewHelp(state, dialog.top);
		case 'runs':
			return viewRuns(state, dialog.selectedId);
		case 'restore':
			return viewRestore(state, dialog);
		case 'stop':
			return viewStop(state, dialog);
		case 'stop-agent':
			return viewStopAgent(state, dialog.agentId);
		case 'request':
			return viewRequest(state, dialog);
		case 'gate':
			return viewGate(state, dialog.top);
	}
};

const BORDERS = 2;

/** The size of a dialog in a body of the given size, its border included. */
export const dialogSize = (view: DialogView, body: Size): Size => {
	const wanted = view.head.length + view.body.length + view.tail.length + BORDERS;
	return {
		columns: dialogArea(body).columns,
		rows: Math.min(body.rows, wanted),
	};
};

/** How the open dialog scrolls: the last row that can be on top, and how many rows a page has. */
export const scrollRange = (state: State): {readonly last: number; readonly page: number} => {
	const view = viewDialog(state);
	if (view === undefined) return {last: 0, page: 1};
	const page = bodyRoom(view, innerSize(dialogSize(view, bodySize(state.size))).rows);
	return {last: Math.max(0, view.body.length - page), page: Math.max(1, page)};
};
