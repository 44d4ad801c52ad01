import type {AgentId, CheckpointId} from '../domain/ids.ts';
import {toTreeRows} from '../views/agent-tree.ts';
import {findNewestRun} from '../views/newest-run.ts';
import type {Action} from './binding.ts';
import {PANES, type PaneId} from './layout.ts';
import {move, scrollLog} from './movement.ts';
import {findUndoPoint, heightOf, needsAttention, runOf, selectedAgent, selectedCheckpoint, snapshotOf, treeOf} from './selectors.ts';
import type {Dialog, State} from './state.ts';

/** What each action does to the state. It is called only while the key table does not disable the action. */
export const act = (state: State, action: Action): State => ACTIONS[action](state);

const ACTIONS: Readonly<Record<Action, (state: State) => State>> = {
	'move-up': state => move(state, {rows: -1}),
	'move-down': state => move(state, {rows: 1}),
	'page-up': state => move(state, {pages: -1}),
	'page-down': state => move(state, {pages: 1}),
	'go-first': state => move(state, 'first'),
	'go-last': state => move(state, 'last'),
	fold: state => (isOpen(state) ? toggleFold(state) : goToParent(state)),
	unfold: state => (state.selectedAgentId !== null && state.folded.has(state.selectedAgentId) ? toggleFold(state) : state),
	'toggle-fold': state => toggleFold(state),
	'toggle-all-folds': state => ({...state, folded: state.folded.size > 0 ? new Set() : new Set(parentsOf(state))}),
	'go-parent': state => goToParent(state),
	'next-problem': state => goToNextProblem(state),
	'follow-agents': state => ({...state, isFollowingAgents: true}),
	'next-pane': state => stepPane(state, 1),
	'previous-pane': state => stepPane(state, -1),
	'show-agents': state => focusPane(state, 'agents'),
	'show-log': state => focusPane(state, 'log'),
	'show-totals': state => focusPane(state, 'totals'),
	'show-checkpoints': state => focusPane(state, 'checkpoints'),
	zoom: state => ({...state, isZoomed: !state.isZoomed}),
	back: state => (state.isZoomed ? {...state, isZoomed: false} : focusPane(state, 'agents')),
	'follow-log': state => toggleFollowing(state),
	'preview-checkpoint': state => openRestore(state, selectedCheckpoint(state)?.id ?? null, {isAsking: false, isUndo: false}),
	restore: state =>
		state.dialog?.kind === 'restore'
			? {...state, dialog: {...state.dialog, isAsking: true}}
			: openRestore(focusPane(state, 'checkpoints'), selectedCheckpoint(state)?.id ?? null, {isAsking: true, isUndo: false}),
	undo: state => openRestore(state, findUndoPoint(snapshotOf(state))?.id ?? null, {isAsking: true, isUndo: true}),
	'stop-run': state => askToStop(state, 'graceful'),
	'kill-run': state => askToStop(state, 'now'),
	'stop-agent': state => (state.selectedAgentId === null ? state : {...state, dialog: {kind: 'stop-agent', agentId: state.selectedAgentId}}),
	'list-runs': state => ({...state, dialog: {kind: 'runs', selectedId: runOf(state)?.id ?? null}}),
	'choose-run': state => chooseRun(state),
	confirm: state => confirm(state),
	decline: state => decline(state),
	'put-off': state => putOff(state),
	answer: state => openGate({...state, putOff: new Set()}),
	close: state => ({...state, dialog: null}),
	help: state => ({...state, dialog: {kind: 'help', top: 0}}),
	redraw: state => ({...state, terminalWish: 'redraw'}),
	suspend: state => ({...state, terminalWish: 'suspend'}),
	quit: state => ({...state, isLeaving: true}),
};

const focusPane = (state: State, pane: PaneId): State => ({...state, focus: pane, tab: pane === 'agents' ? state.tab : pane});

const stepPane = (state: State, by: 1 | -1): State => {
	const next = (PANES.indexOf(state.focus) + by + PANES.length) % PANES.length;
	return focusPane(state, PANES[next] ?? 'agents');
};

const parentsOf = (state: State): readonly AgentId[] =>
	toTreeRows(snapshotOf(state)?.runAgents ?? [])
		.filter(row => row.childCount > 0)
		.map(row => row.agent.id);

const isOpen = (state: State): boolean =>
	state.selectedAgentId !== null && !state.folded.has(state.selectedAgentId) && parentsOf(state).includes(state.selectedAgentId);

const toggleFold = (state: State): State => {
	const id = state.selectedAgentId;
	if (id === null || !parentsOf(state).includes(id)) return state;
	const folded = new Set(state.folded);
	if (!folded.delete(id)) folded.add(id);
	return {...state, folded};
};

const goToParent = (state: State): State => {
	const parentId = selectedAgent(state)?.parentId;
	const isShown = treeOf(state).some(row => row.agent.id === parentId);
	return parentId != null && isShown ? {...state, selectedAgentId: parentId, isFollowingAgents: false} : state;
};

const goToNextProblem = (state: State): State => {
	const agents = toTreeRows(snapshotOf(state)?.runAgents ?? []).map(row => row.agent);
	const from = agents.findIndex(agent => agent.id === state.selectedAgentId) + 1;
	const next = [...agents.slice(from), ...agents.slice(0, from)].find(needsAttention);
	// Unfolding everything is the plain way to make sure that it can be seen.
	return next === undefined ? state : {...state, selectedAgentId: next.id, isFollowingAgents: false, folded: new Set()};
};

const toggleFollowing = (state: State): State => {
	const {log} = state;
	if (log.pause !== null) return {...state, log: scrollLog(log, 'last', heightOf(state, 'log'))};
	const total = log.dropped + log.lines.length;
	return {...state, log: {...log, pause: {end: total, seen: total}}};
};

const openRestore = (state: State, checkpointId: CheckpointId | null, how: {readonly isAsking: boolean; readonly isUndo: boolean}): State => {
	if (checkpointId === null) return state;
	return {
		...state,
		dialog: {kind: 'restore', checkpointId, plan: {face: 'loading'}, top: 0, ...how},
		job: {kind: 'preview', checkpointId},
	};
};

const askToStop = (state: State, how: 'graceful' | 'now'): State => {
	const run = runOf(state);
	return run === null ? state : {...state, dialog: {kind: 'stop', runId: run.id, how}};
};

const chooseRun = (state: State): State => {
	if (state.dialog?.kind !== 'runs' || state.dialog.selectedId === null) return {...state, dialog: null};
	const chosen = state.dialog.selectedId;
	const isNewest = findNewestRun(snapshotOf(state)?.runs ?? [])?.id === chosen;
	return {...state, dialog: null, choice: isNewest ? 'newest' : chosen, folded: new Set(), isFollowingAgents: true};
};

const confirm = (state: State): State => {
	const {dialog} = state;
	switch (dialog?.kind) {
		case 'restore': {
			// Exactly what the question told: an agent that was started since makes the restore fail instead of being stopped unannounced.
			const stopRuns = (snapshotOf(state)?.activeAgents.length ?? 0) > 0;
			return {...state, dialog: null, job: {kind: 'restore', checkpointId: dialog.checkpointId, stopRuns}};
		}
		case 'stop':
			return {...state, dialog: null, job: {kind: 'stop', runId: dialog.runId, how: dialog.how}};
		case 'stop-agent':
			return {...state, dialog: null, job: {kind: 'stop-agent', agentId: dialog.agentId}};
		case 'request':
			return {...state, dialog: null, job: {kind: 'decide', requestId: dialog.request.id, isGranted: true}};
		case 'gate':
			return answer(state, dialog, true);
		case 'help':
		case 'runs':
		case undefined:
			return state;
	}
};

const decline = (state: State): State => {
	const {dialog} = state;
	if (dialog?.kind === 'request') return {...state, dialog: null, job: {kind: 'decide', requestId: dialog.request.id, isGranted: false}};
	return dialog?.kind === 'gate' ? answer(state, dialog, false) : {...state, dialog: null};
};

type GateDialog = Extract<Dialog, {kind: 'gate'}>;

const answer = (state: State, {runId, stepId}: GateDialog, isApproved: boolean): State => ({
	...state,
	dialog: null,
	job: {kind: 'answer', runId, stepId, isApproved},
});

const putOff = (state: State): State =>
	state.dialog?.kind === 'gate' ? {...state, dialog: null, putOff: new Set([...state.putOff, toGateKey(state.dialog)])} : state;

/** What tells a step that waits from those of all runs. */
export const toGateKey = ({runId, stepId}: Pick<GateDialog, 'runId' | 'stepId'>): string => `${runId} ${stepId}`;

/** Shows the first question that was not put off. */
export const openGate = (state: State): State => {
	const run = runOf(state);
	const next = run === null ? undefined : snapshotOf(state)?.questions.find(({step}) => !state.putOff.has(toGateKey(step)));
	return next === undefined ? state : {...state, dialog: {kind: 'gate', runId: next.step.runId, stepId: next.step.stepId, top: 0}};
};
