import {clean, type Line, line, span} from '../line.ts';
import {selectedAgent, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import {drawCounts, drawFigures, drawRun} from './header.ts';

/** What is said on a screen that is too small for panes: the run, what it took, and the last line of the log. */
export const viewSummary = (state: State): readonly Line[] => {
	if (state.data.face === 'loading') return [line(span(' Reading the workspace …', 'dim'))];
	if (state.data.face === 'failed') return [line(span(' ✖ ', 'bad'), clean(state.data.problem.message))];
	const snapshot = snapshotOf(state);
	if (snapshot?.run == null) return [line(' No run yet.')];
	const agent = selectedAgent(state);
	const said = state.log.lines.at(-1)?.text ?? '';
	return [
		line(' ', ...drawRun(snapshot.run, state.now), ...drawCounts(snapshot.runAgents)),
		line(
			span(' '),
			...drawFigures(snapshot, {hasWords: true, hasBudget: true}).map((part, index) => (index === 0 ? {...part, text: part.text.trimStart()} : part)),
		),
		...(agent === undefined
			? []
			: [line(span(` ${clean(agent.name)}`, 'strong'), span(agent.isRecording ? ' recording' : '', 'recording'), ': ', clean(said))]),
	];
};
