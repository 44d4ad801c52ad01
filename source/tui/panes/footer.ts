import {displayWidth} from '../../views/width.ts';
import {bindingsOf, labelKey} from '../keymap.ts';
import {clean, type Line, line, type Span, span} from '../line.ts';
import type {Job, State} from '../state.ts';

const DOING: Readonly<Record<Job['kind'], string>> = {
	preview: '',
	restore: 'Restoring …',
	stop: 'Stopping the run …',
	decide: 'Telling the run …',
};

/** The last row: what was just said or is being done, else the keys that do something now. */
export const viewFooter = (state: State, columns: number): Line => {
	if (state.notice !== null) return line(span(` ${clean(state.notice.text)}`, state.notice.tone));
	const doing = state.job === null ? '' : DOING[state.job.kind];
	if (doing !== '') return line(span(` ${doing}`, 'active'));
	if (state.staleness !== null) return line(span(` ✖ ${clean(state.staleness.message)}`, 'bad'));
	return line(...drawKeys(state, columns));
};

/** As many keys as there is room for, in the order of the table; the last one, which leaves, is always among them. */
const drawKeys = (state: State, columns: number): readonly Span[] => {
	const usable = bindingsOf(state).filter(({label, disabled}) => label !== null && disabled(state) === null);
	const entries = usable.map(({keys, label}) => ({key: labelKey(keys[0]), label: label ?? ''}));
	const widthOf = ({key, label}: (typeof entries)[number]): number => displayWidth(`${key} ${label}`) + 2;
	const last = entries.at(-1);
	let room = columns - 1 - (last === undefined ? 0 : widthOf(last));
	const shown = entries.slice(0, -1).filter(entry => {
		room -= widthOf(entry);
		return room >= 0;
	});
	return [
		span(' '),
		...[...shown, ...(last === undefined ? [] : [last])].flatMap(({key, label}) => [span(key, 'accent'), span(` ${label}  `, 'dim')]),
	];
};
