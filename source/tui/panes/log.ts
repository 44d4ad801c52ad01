import {formatInteger} from '../../domain/figures.ts';
import type {Agent, LogKind, LogLine} from '../../domain/records.ts';
import {formatPlural, formatTime} from '../../views/format.ts';
import {type LogLevel, toPattern} from '../../views/log-filter.ts';
import {labelAgent} from '../../views/status-label.ts';
import type {Size} from '../layout.ts';
import {clean, type Line, line, type Span, span, widthOf} from '../line.ts';
import {countUntil, type LogEntry, type LogLook, listFound, marginOf, toRows} from '../log-view.ts';
import {hasOlder, isCut} from '../movement.ts';
import {entriesOf, heightOf, selectedAgent} from '../selectors.ts';
import type {LogState, State} from '../state.ts';
import type {Style} from '../theme.ts';
import {emptyView, failedView, hintBack, loadingView, type PaneView} from './pane-view.ts';

/** How the kinds of lines are told apart: by a word at the left, and by a style. What an agent says has no word. */
const KINDS: Readonly<Record<LogKind, {readonly word: string; readonly mark: Style; readonly text: Style}>> = {
	out: {word: '', mark: 'plain', text: 'plain'},
	text: {word: '', mark: 'plain', text: 'plain'},
	err: {word: 'err', mark: 'bad', text: 'plain'},
	think: {word: 'think', mark: 'dim', text: 'dim'},
	tool: {word: 'tool', mark: 'active', text: 'active'},
	result: {word: 'result', mark: 'dim', text: 'dim'},
	rad: {word: 'rad', mark: 'recording', text: 'recording'},
};

export const viewLog = (state: State, size: Size): PaneView => {
	const agent = selectedAgent(state);
	if (agent === undefined) return emptyView('The log of the selected agent appears here.');
	const {log} = state;
	if (log.face === 'loading') return loadingView('Opening the log …');
	if (log.face !== 'ready') return failedView(log.face);
	const isOver = agent.endedAt !== null;
	const told = findTold(agent, log);
	const ending = log.pause === null ? drawEnding(agent, told) : [];
	if (log.lines.length === 0) {
		const empty = emptyView(isOver ? 'The agent printed nothing.' : 'Nothing printed yet.');
		return {...empty, lines: [...empty.lines, ...ending]};
	}
	const last = log.dropped + log.lines.length - (told === undefined ? 0 : 1);
	const entries = entriesOf(state);
	const end = countUntil(entries, log.pause?.end ?? last);
	if (entries.length === 0) return {...emptyView(explainNothing(state), ...hintBack(state)), status: describe(state, entries, '', size.columns)};
	return {
		lines: [...drawEntries(state, entries.slice(0, end), {...size, rows: size.rows - ending.length}), ...ending],
		status: describe(state, entries, isOver ? `END ${labelAgent(agent).word}` : 'FOLLOW', size.columns),
	};
};

/** The last entries that have room, from the top; of a wrapped line at the top perhaps only its end. */
const drawEntries = (state: State, entries: readonly LogEntry[], {columns, rows}: Size): readonly Line[] => {
	const drawn: Line[] = [];
	for (let index = entries.length - 1; index >= 0 && drawn.length < rows; index -= 1) {
		const entry = entries[index];
		if (entry !== undefined) drawn.unshift(...drawEntry(state, entry, columns));
	}
	return drawn.slice(Math.max(0, drawn.length - rows));
};

const explainNothing = ({logLook: {level, matching}}: State): string =>
	matching === '' ? `No line is shown, since "${LEVEL_WORDS[level]}" is chosen.` : `No line has "${clean(matching)}".`;

/** Why the agent failed; undefined when it did not, or nobody knows. */
const toReason = ({error, exitCode, status}: Agent): string | undefined => {
	if (status === 'completed') return undefined;
	return error ?? (exitCode === null ? undefined : `exit code ${exitCode}`);
};

/** The last line of the log, where it is rad that tells just that reason: it must not be told twice. */
const findTold = (agent: Agent, {lines}: LogState): LogLine | undefined => {
	const [last, reason] = [lines.at(-1), toReason(agent)];
	return reason !== undefined && last?.kind === 'rad' && last.text.startsWith(reason) ? last : undefined;
};

/** Why the agent failed, below its last words. */
const drawEnding = (agent: Agent, told: LogLine | undefined): readonly Line[] => {
	const reason = told?.text ?? toReason(agent);
	return reason === undefined ? [] : [line(span(`✖ ${clean(reason)}`, 'bad'))];
};

/** `FOLLOW  1,204 lines`, with what is searched for and left out before it. What there is no room for gives way, the least important first. */
const describe = (state: State, entries: readonly LogEntry[], following: string, columns: number): string => {
	const {log, logLook} = state;
	const total = log.dropped + log.lines.length;
	const fresh = log.pause === null ? 0 : total - log.pause.seen;
	const isAtTop = log.pause !== null && countUntil(entries, log.pause.end) <= heightOf(state, 'log') && hasOlder(log);
	const detail =
		log.pause === null
			? formatPlural(total, 'line')
			: `${fresh > 0 ? `${formatInteger(fresh)} new, ` : ''}${isAtTop ? 'g reads older lines' : 'f follows'}`;
	const parts = [describeSearch(log, logLook, entries), describeLook(logLook), log.pause === null ? following : 'PAUSED', detail];
	const join = (kept: readonly number[]): string => parts.filter((text, index) => text !== '' && kept.includes(index)).join('  ');
	return (
		[
			[0, 1, 2, 3],
			[0, 1, 2],
			[0, 2],
		]
			.map(join)
			.find(text => widthOf(text) <= columns - BESIDE_STATUS) ??
		parts[2] ??
		''
	);
};

/** What the title, the borders and the name of an agent need at least. */
const BESIDE_STATUS = 16;

const describeSearch = (log: LogState, {search}: LogLook, entries: readonly LogEntry[]): string => {
	if (search === '') return '';
	if (log.isSeeking) return `/${clean(search)} looking further back`;
	const found = listFound(entries, search);
	if (found.length === 0) return `/${clean(search)} ${isCut(log) ? `not in the last ${formatPlural(log.lines.length, 'line')}` : 'nowhere'}`;
	const {foundAt} = log;
	const place = foundAt === null ? -1 : found.indexOf(foundAt);
	return `/${clean(search)} ${place === -1 ? '' : `${formatInteger(place + 1)} of `}${formatInteger(found.length)}`;
};

const LEVEL_WORDS: Readonly<Record<LogLevel, string>> = {all: '', said: 'what was said', done: 'what was done', problems: 'problems'};

const describeLook = ({level, matching}: LogLook): string =>
	[LEVEL_WORDS[level], matching === '' ? '' : `&${clean(matching)}`].filter(text => text !== '').join('  ');

const drawEntry = (state: State, entry: LogEntry, columns: number): readonly Line[] => {
	const {time, word} = marginOf(columns, state.logLook);
	if (entry.kind === 'folded') {
		return [line(' '.repeat(time + word), span(`… ${formatPlural(entry.count, 'more line')} of the result, Space shows all`, 'dim'))];
	}
	const {at, kind, text} = entry.line;
	const look = KINDS[kind];
	const isFound = entry.end === state.log.foundAt;
	return toRows(text, columns, state.logLook).map((row, index) =>
		index === 0
			? line(
					span(time === 0 ? '' : `${formatTime(at)} `, 'dim'),
					span(isFound ? '❯'.padEnd(word) : look.word.padEnd(word), isFound ? 'attention' : look.mark),
					...markFound(row, state.logLook, look.text),
				)
			: line(' '.repeat(time + word), ...markFound(row, state.logLook, look.text)),
	);
};

/** The row with every place that is searched for set off. */
const markFound = (row: string, {search}: LogLook, style: Style): readonly Span[] => {
	const pattern = toPattern(clean(search));
	if (pattern === undefined) return [span(row, style)];
	const spans: Span[] = [];
	let from = 0;
	for (const match of row.matchAll(pattern)) {
		spans.push(span(row.slice(from, match.index), style), span(match[0], 'found'));
		from = match.index + match[0].length;
	}
	return [...spans, span(row.slice(from), style)];
};
