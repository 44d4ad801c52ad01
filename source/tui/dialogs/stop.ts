import type {AgentId} from '../../domain/ids.ts';
import type {Agent} from '../../domain/records.ts';
import {isAgentOver} from '../../domain/status.ts';
import {labelAgent} from '../../views/status-label.ts';
import {clean, EMPTY_LINE, type Line, line, span} from '../line.ts';
import {activeAgentsOf, snapshotOf} from '../selectors.ts';
import type {Dialog, State} from '../state.ts';
import {drawAnswers} from './answers.ts';
import type {DialogView} from './dialog-view.ts';

const WORDS = {
	graceful: {title: 'Stop', explain: 'Each agent is asked to stop and may save its work first.', yes: 'stop'},
	now: {title: 'Kill', explain: 'Every process is killed at once: what is not written yet is lost.', yes: 'kill'},
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
		body: agents.map(drawAgent),
		tail: [EMPTY_LINE, drawQuestion(state, words.yes)],
		top: 0,
	};
};

/** Asks before one agent is stopped, and names those that live in its process. */
export const viewStopAgent = (state: State, agentId: AgentId): DialogView => {
	const agents = snapshotOf(state)?.runAgents ?? [];
	const agent = agents.find(({id}) => id === agentId);
	return {
		title: [span('Stop agent ', 'strong'), span(agentId, 'accent'), span(` "${clean(agent?.name ?? '')}"?`, 'strong')],
		status: '',
		tone: 'attention',
		head: [
			line('It is asked to stop and may save its work first.'),
			line('Its step ends as cancelled, and the run goes on without what needs it.'),
			EMPTY_LINE,
		],
		body: agents.filter(({parentId, status}) => parentId === agentId && !isAgentOver(status)).map(drawAgent),
		tail: [EMPTY_LINE, drawQuestion(state, WORDS.graceful.yes)],
		top: 0,
	};
};

const drawAgent = (agent: Agent): Line => {
	const {symbol, tone} = labelAgent(agent);
	return line(span(`  ${symbol} `, tone), clean(agent.name), span(`  ${clean(agent.engine)}`, 'dim'));
};

const drawQuestion = (state: State, yes: string): Line =>
	drawAnswers(state, ['question', 'confirm', yes], ['question', 'decline', 'no, let it run (default)']);
