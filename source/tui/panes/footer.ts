import {bindingsOf, labelKey} from '../key-lookup.ts';
import {clean, type Line, line, type Span, span, widthOf} from '../line.ts';
import type {Job, State} from '../state.ts';

const DOING: Readonly<Record<Job['kind'], string>> = {
	preview: '',
	restore: 'Restoring …',
	stop: 'Stopping the run …',
	'stop-agent': 'Stopping the agent …',
	decide: 'Telling the run …',
	answer: 'Telling the run …',
};

/** The last row: what was just said or is being done, else the keys that do something now. */
export const viewFooter = (state: State, columns: number): Line => {
	if (state.notice !== null) return line(span(` ${clean(state.notice.text)}`, state.notice.tone));
	const doing = state.job === null ? '' : DOING[state.job.kind];
	if (doing !== '') return line(span(` ${doing}`, 'active'));
	if (state.staleness !== null) return line(span(` ✖ ${clean(state.staleness.message)}`, 'bad'));
	return line(...drawKeys(state, columns));
};

/** The last two keys of the table, which help and leave, are always shown; of the others as many as there is room for. */
const drawKeys = (state: State, columns: number): readonly Span[] => {
	const usable = bindingsOf(state).filter(({label, disabled}) => label !== null && disabled(state) === null);
	const entries = usable.map(({key, label}) => ({key: labelKey(key), label: label ?? ''}));
	const roomFor = ({key, label}: (typeof entries)[number]): number => widthOf(`${key} ${label}`) + 2;
	const last = entries.slice(-2);
	let room = columns - 1 - last.reduce((sum, entry) => sum + roomFor(entry), 0);
	const shown = entries.slice(0, -2).filter(entry => {
		room -= roomFor(entry);
		return room >= 0;
	});
	return [span(' '), ...[...shown, ...last].flatMap(({key, label}) => [span(key, 'accent'), span(` ${label}  `, 'dim')])];
};
