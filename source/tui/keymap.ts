import {isAgentOver, isRunOver} from '../domain/status.ts';
import {
	activeAgentsOf,
	findUndoPoint,
	isJobRunning,
	isParentSelected,
	isPlanReady,
	isRunActive,
	needsAttention,
	runOf,
	selectedAgent,
	selectedCheckpoint,
	snapshotOf,
} from './selectors.ts';
import type {State} from './state.ts';

/** Where a key means something. A state has several at a time, the nearest first; `everywhere` is always the last. */
export type Context =
	| 'everywhere'
	| 'panes'
	| 'list'
	| 'agents'
	| 'log'
	| 'totals'
	| 'checkpoints'
	| 'help'
	| 'runs'
	| 'changes'
	| 'question'
	| 'gate';

export type Action =
	| 'move-up'
	| 'move-down'
	| 'page-up'
	| 'page-down'
	| 'go-first'
	| 'go-last'
	| 'fold'
	| 'unfold'
	| 'toggle-fold'
	| 'toggle-all-folds'
	| 'go-parent'
	| 'next-problem'
	| 'follow-agents'
	| 'next-pane'
	| 'previous-pane'
	| 'show-agents'
	| 'show-log'
	| 'show-totals'
	| 'show-checkpoints'
	| 'zoom'
	| 'back'
	| 'follow-log'
	| 'preview-checkpoint'
	| 'restore'
	| 'undo'
	| 'stop-run'
	| 'kill-run'
	| 'stop-agent'
	| 'list-runs'
	| 'choose-run'
	| 'confirm'
	| 'decline'
	| 'put-off'
	| 'answer'
	| 'close'
	| 'help'
	| 'redraw'
	| 'suspend'
	| 'quit';

export type Binding = {
	readonly action: Action;
	readonly context: Context;
	/** The first one is shown. */
	readonly keys: readonly [string, ...string[]];
	/** A word or two for the footer; null keeps it out of there. */
	readonly label: string | null;
	/** One line for the help. */
	readonly help: string;
	/** Why the key can do nothing now, one sentence; null when it can. */
	readonly disabled: (state: State) => string | null;
};

const never = (): null => null;

const unless = (isPossible: (state: State) => boolean, reason: string) => (state: State) => (isPossible(state) ? null : reason);

const whileBusy = (state: State): string | null => (isJobRunning(state) ? 'Wait until what was started is done.' : null);

const first =
	(...reasons: ReadonlyArray<(state: State) => string | null>) =>
	(state: State): string | null => {
		for (const reason of reasons) {
			const found = reason(state);
			if (found !== null) return found;
		}
		return null;
	};

const needsCheckpoint = unless(state => selectedCheckpoint(state) !== undefined, 'There is no checkpoint yet.');
const needsActiveRun = unless(state => {
	const run = runOf(state);
	return run !== null && (isRunActive(run) || activeAgentsOf(state, run.id).length > 0);
}, 'Nothing is running.');
const needsOwnAgent = (state: State): string | null => {
	const agent = selectedAgent(state);
	if (agent === undefined || isAgentOver(agent.status)) return 'The selected agent is not at work.';
	if (agent.parentId !== null) return 'It lives in the process of the agent above it.';
	const run = runOf(state);
	return run !== null && isRunOver(run.status) ? 'It was not started by rad.' : null;
};
const needsChildren = unless(isParentSelected, 'Nothing is below this agent.');
const needsPlan = unless(isPlanReady, 'Wait until it is known what would change.');

/**
 * Every key of the dashboard. The footer, the help and the dispatch of keys read this table and nothing else; order is the order in
 * the footer. A key of a nearer context hides the same key of a farther one.
 */
export const KEYMAP: readonly Binding[] = [
	{action: 'confirm', context: 'question', keys: ['y'], label: 'yes', help: 'say yes to the question', disabled: first(needsPlan, whileBusy)},
	{action: 'decline', context: 'question', keys: ['n', 'escape'], label: 'no', help: 'say no to the question (the default)', disabled: never},
	{action: 'confirm', context: 'gate', keys: ['y'], label: 'yes', help: 'let the run go on', disabled: whileBusy},
	{action: 'decline', context: 'gate', keys: ['n'], label: 'no', help: 'do not let it go on', disabled: whileBusy},
	{action: 'put-off', context: 'gate', keys: ['escape'], label: 'later', help: 'let the run wait for your decision', disabled: never},
	{action: 'choose-run', context: 'runs', keys: ['enter'], label: 'show', help: 'show the selected run', disabled: never},
	{
		action: 'restore',
		context: 'changes',
		keys: ['r'],
		label: 'restore',
		help: 'ask to restore the checkpoint',
		disabled: first(needsPlan, whileBusy),
	},
	{action: 'close', context: 'changes', keys: ['escape', 'enter'], label: 'close', help: 'close the preview', disabled: never},
	{action: 'close', context: 'runs', keys: ['escape', 'H'], label: 'close', help: 'close the list of runs', disabled: never},
	{action: 'close', context: 'help', keys: ['escape', '?', 'enter'], label: 'close', help: 'close the help', disabled: never},

	{
		action: 'preview-checkpoint',
		context: 'checkpoints',
		keys: ['enter'],
		label: 'preview',
		help: 'show what restoring the checkpoint would change',
		disabled: first(needsCheckpoint, whileBusy),
	},
	{action: 'follow-log', context: 'log', keys: ['f'], label: 'follow', help: 'follow the log, or pause it', disabled: never},
	{action: 'toggle-fold', context: 'agents', keys: ['space'], label: 'fold', help: 'hide or show what is below the agent', disabled: needsChildren},
	{action: 'fold', context: 'agents', keys: ['left', 'h'], label: null, help: 'fold, or go to the parent', disabled: never},
	{action: 'unfold', context: 'agents', keys: ['right', 'l'], label: null, help: 'unfold', disabled: never},
	{action: 'toggle-all-folds', context: 'agents', keys: ['E'], label: null, help: 'fold or unfold everything', disabled: never},
	{action: 'go-parent', context: 'agents', keys: ['p'], label: null, help: 'go to the parent', disabled: never},
	{
		action: 'next-problem',
		context: 'agents',
		keys: ['n'],
		label: 'problem',
		help: 'go to the next agent that failed or waits',
		disabled: unless(state => snapshotOf(state)?.runAgents.some(needsAttention) === true, 'No agent has a problem.'),
	},
	{
		action: 'stop-agent',
		context: 'agents',
		keys: ['x'],
		label: null,
		help: 'ask the selected agent alone to stop; asks first',
		disabled: first(needsOwnAgent, whileBusy),
	},
	{action: 'follow-agents', context: 'agents', keys: ['a'], label: null, help: 'let the selection go along to the agent that works', disabled: never},

	{action: 'move-up', context: 'list', keys: ['up', 'k'], label: null, help: 'move up', disabled: never},
	{action: 'move-down', context: 'list', keys: ['down', 'j'], label: null, help: 'move down', disabled: never},
	{action: 'page-up', context: 'list', keys: ['pageup', 'ctrl+u'], label: null, help: 'a page up', disabled: never},
	{action: 'page-down', context: 'list', keys: ['pagedown', 'ctrl+d'], label: null, help: 'a page down', disabled: never},
	{action: 'go-first', context: 'list', keys: ['g', 'home'], label: null, help: 'to the first', disabled: never},
	{action: 'go-last', context: 'list', keys: ['G', 'end'], label: null, help: 'to the last; follows the log', disabled: never},

	{
		action: 'zoom',
		context: 'panes',
		keys: ['enter', 'z', '+'],
		label: 'zoom',
		help: 'give the pane the whole screen, or take it back',
		disabled: never,
	},
	{action: 'back', context: 'panes', keys: ['escape'], label: null, help: 'leave the zoom, then go back to the tree', disabled: never},
	{action: 'next-pane', context: 'panes', keys: ['tab', ']'], label: 'pane', help: 'next pane', disabled: never},
	{action: 'previous-pane', context: 'panes', keys: ['shift+tab', '['], label: null, help: 'previous pane', disabled: never},
	{action: 'show-agents', context: 'panes', keys: ['1'], label: null, help: 'agents', disabled: never},
	{action: 'show-log', context: 'panes', keys: ['2'], label: null, help: 'log of the selected agent', disabled: never},
	{action: 'show-totals', context: 'panes', keys: ['3'], label: null, help: 'tokens and cost', disabled: never},
	{action: 'show-checkpoints', context: 'panes', keys: ['4'], label: null, help: 'checkpoints', disabled: never},
	{action: 'follow-log', context: 'panes', keys: ['f'], label: null, help: 'follow the log, or pause it', disabled: never},
	{
		action: 'restore',
		context: 'panes',
		keys: ['r'],
		label: 'restore',
		help: 'restore the selected checkpoint; asks first',
		disabled: first(needsCheckpoint, whileBusy),
	},
	{
		action: 'undo',
		context: 'panes',
		keys: ['u'],
		label: 'undo',
		help: 'undo the last restore; asks first',
		disabled: first(
			unless(state => findUndoPoint(snapshotOf(state)) !== undefined, 'Nothing was restored yet.'),
			whileBusy,
		),
	},
	{
		action: 'answer',
		context: 'panes',
		keys: ['d'],
		label: 'decide',
		help: 'decide what the run waits for',
		disabled: first(
			unless(state => (snapshotOf(state)?.questions.length ?? 0) > 0, 'No step waits for your decision.'),
			whileBusy,
		),
	},
	{
		action: 'stop-run',
		context: 'panes',
		keys: ['S'],
		label: 'stop',
		help: 'ask the run and its agents to stop; asks first',
		disabled: first(needsActiveRun, whileBusy),
	},
	{
		action: 'kill-run',
		context: 'panes',
		keys: ['X'],
		label: null,
		help: 'kill the run and its agents at once; asks first',
		disabled: first(needsActiveRun, whileBusy),
	},
	{
		action: 'list-runs',
		context: 'panes',
		keys: ['H'],
		label: 'runs',
		help: 'choose another run',
		disabled: unless(state => (snapshotOf(state)?.runs.length ?? 0) > 0, 'There is no run yet.'),
	},
	{action: 'help', context: 'panes', keys: ['?'], label: 'help', help: 'this help', disabled: never},

	{action: 'redraw', context: 'everywhere', keys: ['ctrl+l'], label: null, help: 'draw the screen anew', disabled: never},
	{
		action: 'suspend',
		context: 'everywhere',
		keys: ['ctrl+z'],
		label: null,
		help: 'suspend; fg brings it back',
		disabled: unless(state => state.canSuspend, 'There is no shell to go back to.'),
	},
	{action: 'quit', context: 'everywhere', keys: ['q', 'ctrl+c'], label: 'quit', help: 'leave the dashboard; runs go on', disabled: never},
];

/** The contexts of a state, the nearest first. */
export const contextsOf = ({dialog, focus}: State): readonly Context[] => {
	switch (dialog?.kind) {
		case undefined:
			return focus === 'totals' ? ['totals', 'panes', 'everywhere'] : [focus, 'list', 'panes', 'everywhere'];
		case 'help':
			return ['help', 'list', 'everywhere'];
		case 'runs':
			return ['runs', 'list', 'everywhere'];
		case 'restore':
			return [dialog.isAsking ? 'question' : 'changes', 'list', 'everywhere'];
		case 'stop':
		case 'stop-agent':
			return ['question', 'everywhere'];
		case 'request':
			return ['question', 'list', 'everywhere'];
		case 'gate':
			return ['gate', 'list', 'everywhere'];
	}
};

/** The bindings that a key press can reach now, in the order of the table, each with the first key that reaches it. */
export const bindingsOf = (state: State): ReadonlyArray<Binding & {readonly key: string}> => {
	const contexts = contextsOf(state);
	const isHidden = (binding: Binding, key: string): boolean =>
		KEYMAP.some(
			other => contexts.includes(other.context) && contexts.indexOf(other.context) < contexts.indexOf(binding.context) && other.keys.includes(key),
		);
	return KEYMAP.filter(binding => contexts.includes(binding.context)).flatMap(binding => {
		const key = binding.keys.find(each => !isHidden(binding, each));
		return key === undefined ? [] : [{...binding, key}];
	});
};

/** What a key does now. */
export const findBinding = (state: State, key: string): Binding | undefined => {
	for (const context of contextsOf(state)) {
		const found = KEYMAP.find(binding => binding.context === context && binding.keys.includes(key));
		if (found !== undefined) return found;
	}
	return undefined;
};

const KEY_LABELS: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	space: 'Space',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
};

/** A key as people read it: `Enter`, `Ctrl+C`, `r`. */
export const labelKey = (key: string): string => {
	const [, letter] = /^ctrl\+(\w)$/.exec(key) ?? [];
	return letter === undefined ? (KEY_LABELS[key] ?? key) : `Ctrl+${letter.toUpperCase()}`;
};
