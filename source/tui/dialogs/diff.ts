import {clean, type Line, line, span} from '../line.ts';
import type {Dialog, Loadable} from '../state.ts';
import type {Style} from '../theme.ts';
import {type DialogView, drawProblem} from './dialog-view.ts';

/** More rows of a diff nobody scrolls through; `rad checkpoint diff` has them all. */
const ROWS_MAX = 5000;

/** What has become of one file since the checkpoint. Restoring it takes that back. */
export const viewDiff = ({path, text, top, back}: Extract<Dialog, {kind: 'diff'}>): DialogView => ({
	title: [span(clean(path), 'strong'), span(` since ${back.checkpointId}`, 'dim')],
	status: '',
	tone: 'accent',
	head: [],
	body: drawDiff(text),
	tail: [],
	top,
});

const drawDiff = (text: Loadable<string>): readonly Line[] => {
	switch (text.face) {
		case 'loading':
			return [line(span('Comparing …', 'dim'))];
		case 'failed':
			return drawProblem(text.problem);
		case 'ready': {
			const rows = text.value.trimEnd().split(/\r?\n/, ROWS_MAX + 1);
			const shown = rows.slice(0, ROWS_MAX).map(row => line(span(clean(row), toStyle(row))));
			return rows.length > ROWS_MAX ? [...shown, line(span('… and more: rad checkpoint diff shows all', 'dim'))] : shown;
		}
	}
};

const toStyle = (row: string): Style => {
	if (/^(?:diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode|similarity|rename )/.test(row)) return 'dim';
	if (row.startsWith('@@')) return 'active';
	if (row.startsWith('+')) return 'good';
	return row.startsWith('-') ? 'bad' : 'plain';
};
