import type {Binding, Context} from './binding.ts';
import {KEYMAP} from './keymap.ts';
import type {State} from './state.ts';

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
