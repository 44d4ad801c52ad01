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
