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
	| 'prompt'
	| 'detail'
	| 'runs'
	| 'workflows'
	| 'attention'
	| 'palette'
	| 'diff'
	| 'files'
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
	| 'show-agent'
	| 'sort-agents'
	| 'reverse-agents'
	| 'filter-agents'
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
	| 'next-grouping'
	| 'previous-grouping'
	| 'search-log'
	| 'find-next'
	| 'find-previous'
	| 'match-log'
	| 'wrap-log'
	| 'time-log'
	| 'filter-kinds'
	| 'fold-log'
	| 'filter-checkpoints'
	| 'preview-checkpoint'
	| 'restore'
	| 'undo'
	| 'stop-run'
	| 'kill-run'
	| 'stop-agent'
	| 'list-runs'
	| 'choose-run'
	| 'list-workflows'
	| 'choose-workflow'
	| 'list-attention'
	| 'choose-attention'
	| 'open-palette'
	| 'choose-command'
	| 'toggle-file'
	| 'toggle-all-files'
	| 'show-diff'
	| 'close-diff'
	| 'accept-text'
	| 'cancel-text'
	| 'erase'
	| 'erase-word'
	| 'erase-all'
	| 'copy'
	| 'confirm'
	| 'decline'
	| 'put-off'
	| 'edit-call'
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
