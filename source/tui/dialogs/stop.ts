import {labelAgent} from '../../views/status-label.ts';
import {clean, EMPTY_LINE, line, span} from '../line.ts';
import {activeAgentsOf, snapshotOf} from '../selectors.ts';
import type {Dialog, State} from '../state.ts';
import type {DialogView} from './dialog-view.ts';

const WORDS = {
	graceful: {title: 'Stop', explain: 'Each agent is asked to stop and may save its work first.', yes: ' stop   '},
	now: {title: 'Kill', explain: 'Every process is killed at once: what is not written yet is lost.', yes: ' kill   '},
} as const;

/** Asks before a run is stopped, and names who is at work. */
export const viewStop = (state: State, {runId, how}: Extract<Dialog, {kind: 'stop'}>): DialogView => {
	const run = snapshotOf(state)?.runs.find(({id}) => id === runId);
	const agents = activeAgentsOf(state, runId);
	const words = WORDS[how];
	return {
		title: [span(`${words.title} run `, 'strong'), span(runId, 'accent'), span(` "${clean(run?.workflow ?? '')}"?`, 'strong')],
		status: '',
		tone: how === 'now' ? 'bad' : 'attention',
		head: [line(words.explain), EMPTY_LINE],
		body: agents.map(agent => {
			const {symbol, tone} = labelAgent(agent);
			return line(span(`  ${symbol} `, tone), clean(agent.name), span(`  ${clean(agent.engine)}`, 'dim'));
		}),
		tail: [EMPTY_LINE, line(span('[y]', 'accent'), words.yes, span('[Esc]', 'accent'), ' no, let it run (default)')],
		top: 0,
	};
};
