import {bindingsOf, labelKey} from '../key-lookup.ts';
import {clean, type Line, line, lineWidth, type Span, span, widthOf} from '../line.ts';
import type {PromptKind} from '../prompt.ts';
import type {Job, State} from '../state.ts';

const DOING: Readonly<Record<Job['kind'], string>> = {
	preview: '',
	restore: 'Restoring …',
	diff: '',
	'list-workflows': '',
	start: 'Starting the workflow …',
	stop: 'Stopping the run …',
	'stop-agent': 'Stopping the agent …',
	decide: 'Telling the run …',
	answer: 'Telling the run …',
};

/** The last row: what was just said or is being done, else the keys that do something now. */
export const viewFooter = (state: State, columns: number): Line => {
	const typed = drawTyped(state);
	if (typed.length > 0) return line(...typed, ...drawKeys(state, columns - lineWidth(typed)));
	if (state.notice !== null) return line(span(` ${clean(state.notice.text)}`, state.notice.tone));
	const doing = state.job === null ? '' : DOING[state.job.kind];
	if (doing !== '') return line(span(` ${doing}`, 'active'));
	if (state.staleness !== null) return line(span(` ✖ ${clean(state.staleness.message)}`, 'bad'));
	return line(...drawKeys(state, columns));
};

const SIGNS: Readonly<Record<PromptKind, string>> = {
	'filter-agents': 'filter: ',
	'filter-checkpoints': 'filter: ',
	'match-log': 'only lines with: ',
	'search-log': 'search: ',
	palette: '',
	input: '',
};

/** What is being typed; a dialog shows its own. The beginning gives way, so that the end is seen. */
const drawTyped = ({prompt, size}: State): readonly Span[] => {
	if (prompt === null || SIGNS[prompt.kind] === '') return [];
	const text = clean(prompt.text);
	const room = Math.max(10, Math.floor(size.columns / 2));
	const shown = widthOf(text) <= room ? text : `…${[...text].slice(-room).join('')}`;
	return [span(` ${SIGNS[prompt.kind]}`, 'accent'), span(shown), span('▏ ', 'accent')];
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
