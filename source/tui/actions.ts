import type {RunId} from '../domain/ids.ts';
import {toCallText} from '../views/call-text.ts';
import {findNewestRun} from '../views/newest-run.ts';
import {listAttention} from './attention.ts';
import type {Action} from './binding.ts';
import {stepGrouping} from './groupings.ts';
import {PANES, type PaneId} from './layout.ts';
import {find, nextLevel, seek, toggleFollowing, withLogLook} from './log-actions.ts';
import {move} from './movement.ts';
import {listCommands} from './palette.ts';
import {openRestore, showDiff, toggleAllFiles, toggleFile, toRestoreJob} from './restore-actions.ts';
import {findUndoPoint, offeredCall, runOf, selectedCheckpoint, snapshotOf, textToCopy} from './selectors.ts';
import {chooseWorkflow, givenInputs, listWorkflows, takeInput} from './start-actions.ts';
import type {Dialog, RestoreDialog, State} from './state.ts';
import {
	foldOrGoToParent,
	goToNextProblem,
	goToParent,
	revealAgent,
	reverseAgents,
	sortAgents,
	toggleAllFolds,
	toggleFold,
	unfold,
	unfoldAll,
	withTree,
} from './tree-actions.ts';
import {cancelTyping, erase, eraseAll, eraseLastWord, startTyping} from './typing.ts';

/** What each action does to the state. It is called only while the key table does not disable the action. */
export const act = (state: State, action: Action): State => ACTIONS[action](state);

const ACTIONS: Readonly<Record<Action, (state: State) => State>> = {
	'move-up': state => move(state, {rows: -1}),
	'move-down': state => move(state, {rows: 1}),
	'page-up': state => move(state, {pages: -1}),
	'page-down': state => move(state, {pages: 1}),
	'go-first': state => move(state, 'first'),
	'go-last': state => move(state, 'last'),
	fold: foldOrGoToParent,
	unfold,
	'toggle-fold': toggleFold,
	'toggle-all-folds': toggleAllFolds,
	'go-parent': goToParent,
	'next-problem': goToNextProblem,
	'show-agent': state =>
		state.selectedAgentId === null ? state : {...state, dialog: {kind: 'agent', agentId: state.selectedAgentId, detail: {face: 'loading'}, top: 0}},
	'sort-agents': sortAgents,
	'reverse-agents': reverseAgents,
	'filter-agents': state => startTyping(state, 'filter-agents'),
	'follow-agents': state => ({...state, isFollowingAgents: true}),
	'next-pane': state => stepPane(state, 1),
	'previous-pane': state => stepPane(state, -1),
	'show-agents': state => focusPane(state, 'agents'),
	'show-log': state => focusPane(state, 'log'),
	'show-totals': state => focusPane(state, 'totals'),
	'show-checkpoints': state => focusPane(state, 'checkpoints'),
	zoom: state => ({...state, isZoomed: !state.isZoomed}),
	back: state => goBack(state),
	'follow-log': toggleFollowing,
	'search-log': state => startTyping(state, 'search-log'),
	'find-next': state => find(state, 'next'),
	'find-previous': state => find(state, 'previous'),
	'match-log': state => startTyping(state, 'match-log'),
	'wrap-log': state => withLogLook(state, {isWrapped: !state.logLook.isWrapped}),
	'time-log': state => withLogLook(state, {hasTimes: !state.logLook.hasTimes}),
	'filter-kinds': nextLevel,
	'fold-log': state => withLogLook(state, {isFolded: !state.logLook.isFolded}),
	'filter-checkpoints': state => startTyping(state, 'filter-checkpoints'),
	'next-grouping': state => ({...state, grouping: stepGrouping(state.grouping, 1)}),
	'previous-grouping': state => ({...state, grouping: stepGrouping(state.grouping, -1)}),
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
	'choose-run': state => (state.dialog?.kind === 'runs' ? chooseRun(state, state.dialog.selectedId) : state),
	'list-workflows': listWorkflows,
	'choose-workflow': chooseWorkflow,
	'list-attention': state => ({...state, dialog: {kind: 'attention', selected: 0}}),
	'choose-attention': state => chooseAttention(state),
	'open-palette': state => startTyping({...state, dialog: {kind: 'palette', selected: 0}}, 'palette'),
	'choose-command': state => chooseCommand(state),
	'toggle-file': state => inRestore(state, toggleFile),
	'toggle-all-files': state => inRestore(state, toggleAllFiles),
	'show-diff': showDiff,
	'close-diff': state => (state.dialog?.kind === 'diff' ? {...state, dialog: state.dialog.back} : state),
	'accept-text': state => acceptText(state),
	'cancel-text': state => closeTyped(cancelTyping(state)),
	erase,
	'erase-word': eraseLastWord,
	'erase-all': eraseAll,
	copy: state => ({...state, terminalWish: {kind: 'copy', text: textToCopy(state)}, notice: {tone: 'quiet', text: `Copied: ${textToCopy(state)}`}}),
	confirm: state => confirm(state),
	decline: state => decline(state),
	'put-off': state => putOff(state),
	answer: state => openGate({...state, putOff: new Set()}),
	close: state => ({...state, dialog: null}),
	help: state => ({...state, dialog: {kind: 'help', top: 0}}),
	redraw: state => ({...state, terminalWish: {kind: 'redraw'}}),
	'edit-call': state => editCall(state),
	suspend: state => ({...state, terminalWish: {kind: 'suspend'}}),
	quit: state => ({...state, isLeaving: true}),
};

const acceptText = (state: State): State => {
	const closed = {...state, prompt: null};
	switch (state.prompt?.kind) {
		case 'input':
			return takeInput(state);
		case 'search-log':
			return seek(closed);
		default:
			return closed;
	}
};

const focusPane = (state: State, pane: PaneId): State => ({...state, focus: pane, tab: pane === 'agents' ? state.tab : pane});

const stepPane = (state: State, by: 1 | -1): State => {
	const next = (PANES.indexOf(state.focus) + by + PANES.length) % PANES.length;
	return focusPane(state, PANES[next] ?? 'agents');
};

const askToStop = (state: State, how: 'graceful' | 'now'): State => {
	const run = runOf(state);
	return run === null ? state : {...state, dialog: {kind: 'stop', runId: run.id, how}};
};

const chooseRun = (state: State, chosen: RunId | null): State => {
	if (chosen === null) return {...state, dialog: null};
	const isNewest = findNewestRun(snapshotOf(state)?.runs ?? [])?.id === chosen;
	return {...withTree(unfoldAll(state), {filter: ''}), dialog: null, choice: isNewest ? 'newest' : chosen, isFollowingAgents: true};
};

/** One step out of what the user went into. */
const goBack = (state: State): State => {
	if (state.focus === 'agents' && state.tree.filter !== '') return withTree(state, {filter: ''});
	if (state.focus === 'checkpoints' && state.checkpointFilter !== '') return {...state, checkpointFilter: ''};
	const {matching, search} = state.logLook;
	if (state.focus === 'log' && (matching !== '' || search !== '')) {
		return withLogLook({...state, log: {...state.log, foundAt: null, isSeeking: false}}, {matching: '', search: ''});
	}
	return state.isZoomed ? {...state, isZoomed: false} : focusPane(state, 'agents');
};

const chooseAttention = (state: State): State => {
	const goal = state.dialog?.kind === 'attention' ? listAttention(state)[state.dialog.selected]?.goal : undefined;
	const closed: State = {...state, dialog: null};
	const run = runOf(state);
	switch (goal?.kind) {
		case 'question':
			return run === null ? closed : {...closed, dialog: {kind: 'gate', runId: run.id, stepId: goal.stepId, top: 0}};
		case 'agent':
			return focusPane(revealAgent(closed, goal.agentId), 'agents');
		case 'run':
			return chooseRun(closed, goal.runId);
		case undefined:
			return closed;
	}
};

/** Does what was chosen as if its key had been pressed in its pane. */
const chooseCommand = (state: State): State => {
	const command = state.dialog?.kind === 'palette' ? listCommands(state)[state.dialog.selected] : undefined;
	if (command === undefined) return state;
	const closed: State = {...state, dialog: null, prompt: null};
	const placed = command.pane === null ? closed : focusPane(closed, command.pane);
	const reason = command.binding.disabled(placed);
	return reason === null ? act(placed, command.binding.action) : {...closed, notice: {tone: 'attention', text: reason}};
};

/** A dialog that lives by what is typed ends with it. */
const closeTyped = (state: State): State => (state.dialog?.kind === 'palette' || state.dialog?.kind === 'start' ? {...state, dialog: null} : state);

const inRestore = (state: State, change: (dialog: RestoreDialog) => RestoreDialog): State =>
	state.dialog?.kind === 'restore' ? {...state, dialog: change(state.dialog)} : state;

const confirm = (state: State): State => {
	const {dialog} = state;
	switch (dialog?.kind) {
		case 'restore':
			return {...state, dialog: null, job: toRestoreJob(state, dialog)};
		case 'start':
			return {...state, dialog: null, job: {kind: 'start', workflow: dialog.workflow.name, inputs: givenInputs(dialog)}};
		case 'stop':
			return {...state, dialog: null, job: {kind: 'stop', runId: dialog.runId, how: dialog.how}};
		case 'stop-agent':
			return {...state, dialog: null, job: {kind: 'stop-agent', agentId: dialog.agentId}};
		case 'request':
			return {...state, dialog: null, job: {kind: 'decide', requestId: dialog.request.id, isGranted: true, edited: dialog.edited}};
		case 'gate':
			return answer(state, dialog, true);
		case 'agent':
		case 'attention':
		case 'diff':
		case 'help':
		case 'palette':
		case 'runs':
		case 'workflows':
		case undefined:
			return state;
	}
};

/** The answer comes as a message, when the editor has ended. */
const editCall = (state: State): State => {
	const call = offeredCall(state);
	if (call === undefined) return state;
	return {...state, terminalWish: {kind: 'edit', requestId: call.requestId, ...toCallText(call.argumentsJson)}};
};

const decline = (state: State): State => {
	const {dialog} = state;
	if (dialog?.kind === 'request')
		return {...state, dialog: null, job: {kind: 'decide', requestId: dialog.request.id, isGranted: false, edited: null}};
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
