import {formatInteger} from '../../domain/figures.ts';
import type {Agent, LogKind, LogLine} from '../../domain/records.ts';
import {formatPlural, formatTime} from '../../views/format.ts';
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
	const told = findTold(agent, log);
	const ending = log.pause === null ? drawEnding(agent, told) : [];
	if (log.lines.length === 0) {
		const empty = emptyView(isOver ? 'The agent printed nothing.' : 'Nothing printed yet.');
		return {...empty, lines: [...empty.lines, ...ending]};
	}
	const last = log.dropped + log.lines.length - (told === undefined ? 0 : 1);
	const end = (log.pause?.end ?? last) - log.dropped;
	const shown = log.lines.slice(Math.max(0, end + ending.length - size.rows), Math.max(0, end));
	return {
		lines: [...shown.map(each => drawLogLine(each, size.columns)), ...ending],
		status: describe(log, isOver ? `END ${labelAgent(agent).word}` : 'FOLLOW'),
	};
};

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
