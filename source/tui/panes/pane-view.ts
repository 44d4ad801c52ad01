import {keyOf} from '../key-lookup.ts';
import {clean, type Line, line, span} from '../line.ts';
import type {Problem, State} from '../state.ts';

/** What a pane shows in a given room: its rows from the top, and what stands at the right end of its upper border. */
export type PaneView = {readonly lines: readonly Line[]; readonly status: string};

export const loadingView = (text: string): PaneView => ({lines: [line(''), line(span(text, 'dim'))], status: ''});

/** How a pane that shows nothing because of a filter is brought back. */
export const hintBack = (state: State): ReadonlyArray<readonly [key: string, meaning: string]> => {
	const key = keyOf(state, 'panes', 'back');
	return key === null ? [] : [[key, 'shows all again']];
};

/** An empty pane says what it waits for and what the user can do. */
export const emptyView = (text: string, ...hints: ReadonlyArray<readonly [command: string, meaning: string]>): PaneView => ({
	lines: [line(''), line(text), ...hints.flatMap(([command, meaning]) => [line(''), line('  ', span(command, 'accent'), `   ${meaning}`)])],
	status: '',
});

export const failedView = ({message, hint}: Problem): PaneView => ({
	lines: [line(''), line(span('✖ ', 'bad'), clean(message)), ...(hint === null ? [] : [line(''), line('  try: ', span(clean(hint), 'accent'))])],
	status: '',
});
