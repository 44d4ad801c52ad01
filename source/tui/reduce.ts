import type {AgentId} from '../domain/ids.ts';
import type {Checkpoint, Step} from '../domain/records.ts';
import {isAgentOver} from '../domain/status.ts';
import {toCallText, withCallText} from '../views/call-text.ts';
import {formatPlural} from '../views/format.ts';
import {labelAgent, labelRun} from '../views/status-label.ts';
import {act, openGate} from './actions.ts';
import {findBinding, isTyped, keyOf, labelKey} from './key-lookup.ts';
import {clean} from './line.ts';
import {seekOn} from './log-actions.ts';
import {offeredCall, selectedAgent, shownQuestion, snapshotOf, treeOf} from './selectors.ts';
import {
	type AgentDetail,
	type Dialog,
	type Job,
	type JobOutcome,
	type Loadable,
	type LogState,
	type Message,
	type Notice,
	openLog,
	type Problem,
	type Snapshot,
	type State,
} from './state.ts';
import {paste, type} from './typing.ts';

// A screen shows at most a few hundred lines; five thousand are minutes of a chatty agent, and little memory. `rad logs` has the rest.
const LINES_KEPT = 5000;

/** The state after a message. Pure: the same state and message give the same state. */
export const reduce = (state: State, message: Message): State => settle(receive(state, message));

const receive = (state: State, message: Message): State => {
	switch (message.type) {
		case 'key-pressed':
			return pressKey({...state, notice: null}, message.key);
		case 'pasted':
			return paste({...state, notice: null}, message.text);
		case 'resized':
			return {...state, size: message.size};
		case 'ticked':
			return {...state, now: message.now};
		case 'data-loaded':
			return {...state, now: message.now, data: {face: 'ready', value: message.snapshot}, staleness: null};
		case 'data-failed':
			return state.data.face === 'ready' ? {...state, staleness: message.problem} : {...state, data: {face: 'failed', problem: message.problem}};
		case 'log-received':
			return message.agentId === state.log.agentId ? {...state, log: appendLines(state.log, message.lines)} : state;
		case 'log-reopened':
			return message.agentId === state.log.agentId ? seekOn({...state, log: reopenLog(state.log, message.lines)}) : state;
		case 'log-failed':
			return message.agentId === state.log.agentId ? {...state, log: {...state.log, face: message.problem, isSeeking: false}} : state;
		case 'detail-loaded':
			return {...state, dialog: withDetail(state.dialog, message.agentId, message.detail)};
		case 'job-ended':
			return message.job === state.job ? endJob({...state, job: null}, message.job, message.outcome) : state;
		case 'terminal-wish-granted':
			return {...state, terminalWish: null, now: message.now};
		case 'call-edited':
			return withEditedCall(state, message.requestId, message.text);
		case 'notice-raised':
			return {...state, notice: message.notice};
	}
};

const pressKey = (state: State, key: string): State => {
	if (isTyped(state, key)) return type(state, key);
	const binding = findBinding(state, key);
	if (binding === undefined) return state;
	const reason = binding.disabled(state);
	return reason === null ? act(state, binding.action) : {...state, notice: {tone: 'attention', text: `${labelKey(key)}: ${reason}`}};
};

const appendLines = (log: LogState, fresh: LogState['lines']): LogState => {
	const all = [...log.lines, ...fresh];
	const excess = Math.max(0, all.length - Math.max(LINES_KEPT, log.backlog));
	return {...log, face: 'ready', lines: excess === 0 ? all : all.slice(excess), dropped: log.dropped + excess};
};

/** What is looked at stays where it is, although lines have come before it. */
const reopenLog = (log: LogState, lines: LogState['lines']): LogState => {
	const last = log.lines.at(-1);
	const known = lines.findLastIndex(({at, text}) => at === last?.at && text === last.text) + 1;
	const shift = (known === 0 ? lines.length : known) - (log.dropped + log.lines.length);
	return {
		...log,
		lines,
		dropped: 0,
		pause: log.pause === null ? null : {end: log.pause.end + shift, seen: log.pause.seen + shift},
		foundAt: log.foundAt === null ? null : log.foundAt + shift,
	};
};

const endJob = (state: State, job: Job, outcome: JobOutcome): State => {
	switch (outcome.kind) {
		case 'previewed':
			return withPlan(state, {face: 'ready', value: outcome.plan});
		case 'diffed':
			return withDiff(state, {face: 'ready', value: outcome.text});
		case 'workflows-listed':
			return withWorkflows(state, {face: 'ready', value: outcome.list});
		case 'started':
			return {
				...state,
				choice: 'newest',
				isFollowingAgents: true,
				notice: {tone: 'good', text: `✔ ${clean(outcome.run.workflow)} is ${labelRun(outcome.run).word}.`},
			};
		case 'restored':
			return {...withSafety(state, outcome.result.safety), notice: {tone: 'good', text: describeRestore(state, outcome.result)}};
		case 'stopped':
			return {...state, notice: {tone: labelRun(outcome.run).tone, text: `The run is ${labelRun(outcome.run).word}.`}};
		case 'agent-stopped':
			return {...state, notice: {tone: labelAgent(outcome.agent).tone, text: `${clean(outcome.agent.name)} is ${labelAgent(outcome.agent).word}.`}};
		case 'decided':
			return {...withoutRequest(state, outcome.request.id), notice: describeDecision(outcome.request.status)};
		case 'answered':
			return {...withoutQuestion(state, outcome.step.stepId), notice: describeAnswer(outcome.step)};
		case 'failed':
			return failJob(state, job, outcome.problem);
	}
};

const failJob = (state: State, job: Job, problem: Problem): State => {
	if (job.kind === 'preview') return withPlan(state, {face: 'failed', problem});
	if (job.kind === 'diff') return withDiff(state, {face: 'failed', problem});
	if (job.kind === 'list-workflows') return withWorkflows(state, {face: 'failed', problem});
	const notice: Notice = {tone: 'bad', text: problem.hint === null ? problem.message : `${problem.message} Try: ${problem.hint}`};
	if (job.kind === 'decide') return {...withoutRequest(state, job.requestId), notice};
	return job.kind === 'answer' ? {...withoutQuestion(state, job.stepId), notice} : {...state, notice};
};

const withPlan = (state: State, plan: Extract<State['dialog'], {kind: 'restore'}>['plan']): State =>
	state.dialog?.kind === 'restore' || state.dialog?.kind === 'request' ? {...state, dialog: {...state.dialog, plan}} : state;

const withDiff = (state: State, text: Loadable<string>): State =>
	state.dialog?.kind === 'diff' ? {...state, dialog: {...state.dialog, text}} : state;

const withWorkflows = (state: State, list: Extract<Dialog, {kind: 'workflows'}>['list']): State =>
	state.dialog?.kind === 'workflows' ? {...state, dialog: {...state.dialog, list}} : state;

const withDetail = (dialog: Dialog | null, agentId: AgentId, detail: Loadable<AgentDetail>): Dialog | null =>
	dialog?.kind === 'agent' && dialog.agentId === agentId ? {...dialog, detail} : dialog;

const describeRestore = (state: State, {restored, changes, safety}: Extract<JobOutcome, {kind: 'restored'}>['result']): string => {
	if (safety === null) return `The work tree is what it was at ${restored.id} already: nothing was done.`;
	const changed = `${formatPlural(changes.length, 'file')} changed`;
	const key = keyOf(state, 'panes', 'undo');
	const advice = (what: string): string => (key === null ? '' : ` Press ${key} to ${what}.`);
	return restored.kind === 'safety'
		? `✔ Undone (${changed}).${advice('take that back')}`
		: `✔ Restored ${restored.id} (${changed}).${advice('undo')}`;
};

const describeDecision = (status: 'pending' | 'granted' | 'denied'): Notice =>
	status === 'granted' ? {tone: 'good', text: '✔ Granted.'} : {tone: 'quiet', text: 'Not granted. The agent is told so.'};

const describeAnswer = ({stepId, decision}: Step): Notice =>
	decision?.isApproved === true ? {tone: 'good', text: `✔ ${stepId} is approved.`} : {tone: 'quiet', text: `${stepId} is rejected.`};

/** What undoes a restore is there at once: the key that the notice names must work. */
const withSafety = (state: State, safety: Checkpoint | null): State => {
	const snapshot = snapshotOf(state);
	if (safety === null || snapshot === undefined || snapshot.checkpoints.some(({id}) => id === safety.id)) return state;
	return {...state, data: {face: 'ready', value: {...snapshot, checkpoints: [safety, ...snapshot.checkpoints]}}};
};

/** What was edited is shown, and done only when the user says so. */
const withEditedCall = (state: State, requestId: string, text: string): State => {
	const call = offeredCall(state);
	if (state.dialog?.kind !== 'request' || call?.requestId !== requestId)
		return {...state, notice: {tone: 'attention', text: 'The call was decided meanwhile: nothing of it was changed.'}};
	const edited = withCallText(call.argumentsJson, text);
	if (edited === undefined) return {...state, notice: {tone: 'bad', text: 'That is no JSON object any more: the call is as it was.'}};
	return toCallText(call.argumentsJson).text === text
		? {...state, notice: {tone: 'quiet', text: 'Nothing was changed.'}}
		: {...state, dialog: {...state.dialog, edited}};
};

/** A decided request is gone at once, not only when the workspace was read again. */
const withoutRequest = (state: State, requestId: string): State => {
	const snapshot = snapshotOf(state);
	if (snapshot === undefined) return state;
	return {...state, data: {face: 'ready', value: {...snapshot, requests: snapshot.requests.filter(({id}) => id !== requestId)}}};
};

/** The same for a step that was decided. */
const withoutQuestion = (state: State, stepId: string): State => {
	const snapshot = snapshotOf(state);
	if (snapshot === undefined) return state;
	return {...state, data: {face: 'ready', value: {...snapshot, questions: snapshot.questions.filter(({step}) => step.stepId !== stepId)}}};
};

/** Makes the parts of the state agree with each other again, whatever just changed. */
const settle = (state: State): State => withGateDialog(withRequestDialog(withLog(withSelectedAgent(state))));

const withSelectedAgent = (state: State): State => {
	const agents = snapshotOf(state)?.runAgents ?? [];
	const isKnown = selectedAgent(state) !== undefined;
	if (state.isFollowingAgents) return withAgent(state, pickAgent(agents, isKnown ? state.selectedAgentId : null));
	const isShown = treeOf(state).some(row => row.agent.id === state.selectedAgentId);
	if (isShown) return state;
	return withAgent(state, isKnown ? visibleAncestor(state) : pickAgent(agents, null));
};

const withAgent = (state: State, selectedAgentId: AgentId | null): State =>
	state.selectedAgentId === selectedAgentId ? state : {...state, selectedAgentId};

/** The agent worth watching: the present one while it works, else the newest that works, else the present or the last one. */
const pickAgent = (agents: Snapshot['runAgents'], present: AgentId | null): AgentId | null => {
	const active = agents.filter(agent => !isAgentOver(agent.status));
	const isPresentActive = active.some(agent => agent.id === present);
	return (isPresentActive ? present : (active.at(-1)?.id ?? present)) ?? agents.at(-1)?.id ?? null;
};

const visibleAncestor = (state: State): AgentId | null => {
	const rows = treeOf(state);
	const agents = snapshotOf(state)?.runAgents ?? [];
	let agent = selectedAgent(state);
	while (agent !== undefined && !rows.some(row => row.agent === agent)) {
		const parentId: AgentId | null = agent.parentId;
		agent = agents.find(each => each.id === parentId);
	}
	return agent?.id ?? rows[0]?.agent.id ?? null;
};

const withLog = (state: State): State => (state.log.agentId === state.selectedAgentId ? state : {...state, log: openLog(state.selectedAgentId)});

/** Shows the oldest request as soon as nothing else is in front, and takes it away when somebody else has decided it. */
const withRequestDialog = (state: State): State => {
	const requests = snapshotOf(state)?.requests ?? [];
	const {dialog} = state;
	if (dialog?.kind === 'request' && !requests.some(({id}) => id === dialog.request.id)) return withRequestDialog({...state, dialog: null});
	const [request] = requests;
	if (dialog !== null || state.prompt !== null || state.job !== null || request === undefined) return state;
	const opened: State = {...state, dialog: {kind: 'request', request, plan: {face: 'loading'}, edited: null, top: 0}};
	return request.subject.kind === 'restore' ? {...opened, job: {kind: 'preview', checkpointId: request.subject.checkpointId}} : opened;
};

/** The same for a step that waits for a person; agents come first, since they do not wait for long. */
const withGateDialog = (state: State): State => {
	const {dialog} = state;
	const closed = dialog?.kind === 'gate' && shownQuestion(state) === undefined ? {...state, dialog: null} : state;
	return closed.dialog === null && closed.prompt === null && closed.job === null ? openGate(closed) : closed;
};
