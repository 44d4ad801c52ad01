import type {Agent, LogKind, LogLine} from '../../domain/records.ts';
import {formatInteger, formatPlural, formatTime} from '../../views/format.ts';
import {labelAgent} from '../../views/status-label.ts';
import type {Size} from '../layout.ts';
import {clean, type Line, line, span} from '../line.ts';
import {selectedAgent} from '../selectors.ts';
import type {LogState, State} from '../state.ts';
import type {Style} from '../theme.ts';
import {emptyView, failedView, loadingView, type PaneView} from './pane-view.ts';

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

const WORD_WIDTH = 6;
/** Below this width the time would take the room of the text. */
const TIME_FROM = 50;

export const viewLog = (state: State, size: Size): PaneView => {
	const agent = selectedAgent(state);
	if (agent === undefined) return emptyView('The log of the selected agent appears here.');
	const {log} = state;
	if (log.face === 'loading') return loadingView('Opening the log …');
	if (log.face !== 'ready') return failedView(log.face);
	const isOver = agent.endedAt !== null;
	const ending = log.pause === null ? drawEnding(agent) : [];
	if (log.lines.length === 0) {
		const empty = emptyView(isOver ? 'The agent printed nothing.' : 'Nothing printed yet.');
		return {...empty, lines: [...empty.lines, ...ending]};
	}
	const end = (log.pause?.end ?? log.dropped + log.lines.length) - log.dropped;
	const shown = log.lines.slice(Math.max(0, end + ending.length - size.rows), Math.max(0, end));
	return {
		lines: [...shown.map(each => drawLogLine(each, size.columns)), ...ending],
		status: describe(log, isOver ? `END ${labelAgent(agent).word}` : 'FOLLOW'),
	};
};

/** Why the agent failed, below its last words. */
const drawEnding = ({error, exitCode, status}: Agent): readonly Line[] => {
	if (status === 'completed' || (error === null && exitCode === null)) return [];
	return [line(span(`✖ ${error === null ? `exit ${exitCode}` : clean(error)}`, 'bad'))];
};

const describe = (log: LogState, following: string): string => {
	const total = log.dropped + log.lines.length;
	if (log.pause === null) return `${following}  ${formatPlural(total, 'line')}`;
	const fresh = total - log.pause.seen;
	return `PAUSED  ${fresh > 0 ? `${formatInteger(fresh)} new, ` : ''}f follows`;
};

const drawLogLine = ({at, kind, text}: LogLine, columns: number): Line => {
	const look = KINDS[kind];
	return line(
		span(columns >= TIME_FROM ? `${formatTime(at)} ` : '', 'dim'),
		span(`${look.word.padEnd(WORD_WIDTH)} `, look.mark),
		span(clean(text), look.text),
	);
};
