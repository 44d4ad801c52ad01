import type {Action, Binding, Context} from './binding.ts';
import {KEYMAP} from './keymap.ts';
import type {OwnKeys} from './own-keys.ts';
import {isTyping} from './prompt.ts';
import type {Dialog, State} from './state.ts';

/** The contexts of a state, the nearest first. */
export const contextsOf = (state: State): readonly Context[] => {
	const {dialog, prompt, focus} = state;
	if (prompt?.kind === 'palette') return ['palette', 'prompt', 'list', 'everywhere'];
	if (prompt !== null) return ['prompt', 'everywhere'];
	if (dialog === null) return focus === 'totals' ? ['totals', 'panes', 'everywhere'] : [focus, 'list', 'panes', 'everywhere'];
	return [...contextsOfDialog(dialog), 'everywhere'];
};

const contextsOfDialog = (dialog: Dialog): readonly Context[] => {
	switch (dialog.kind) {
		case 'help':
		case 'runs':
		case 'workflows':
		case 'attention':
		case 'palette':
		case 'diff':
		case 'gate':
			return [dialog.kind, 'list'];
		case 'agent':
			return ['detail', 'list'];
		case 'restore':
			return [dialog.isAsking ? 'question' : 'changes', 'files', 'list'];
		case 'request':
			return ['question', 'list'];
		case 'start':
		case 'stop':
		case 'stop-agent':
			return ['question'];
	}
};

/** The key table with the user's own keys in it, without the actions that are switched off. */
export const toKeymap = (ownKeys: OwnKeys): readonly Binding[] =>
	KEYMAP.flatMap(binding => {
		const [key, ...others] = ownKeys.get(binding.action) ?? binding.keys;
		return key === undefined ? [] : [{...binding, keys: [key, ...others]} satisfies Binding];
	});

/** The key of an action as people read it; null while it is switched off. */
export const keyOf = ({ownKeys}: State, context: Context, action: Action): string | null => {
	const binding = toKeymap(ownKeys).find(each => each.context === context && each.action === action);
	return binding === undefined ? null : labelKey(binding.keys[0]);
};

/** The bindings that a key press can reach now, in the order of the table, each with the first key that reaches it. */
export const bindingsOf = (state: State): ReadonlyArray<Binding & {readonly key: string}> => {
	const contexts = contextsOf(state);
	const keymap = toKeymap(state.ownKeys);
	const isHidden = (binding: Binding, key: string): boolean =>
		isTyped(state, key) ||
		keymap.some(
			other => contexts.includes(other.context) && contexts.indexOf(other.context) < contexts.indexOf(binding.context) && other.keys.includes(key),
		);
	return keymap
		.filter(binding => contexts.includes(binding.context))
		.flatMap(binding => {
			const key = binding.keys.find(each => !isHidden(binding, each));
			return key === undefined ? [] : [{...binding, key}];
		});
};

/** What a key does now; undefined for one that does nothing, and for one that types a character. */
export const findBinding = (state: State, key: string): Binding | undefined => {
	if (isTyped(state, key)) return undefined;
	const keymap = toKeymap(state.ownKeys);
	for (const context of contextsOf(state)) {
		const found = keymap.find(binding => binding.context === context && binding.keys.includes(key));
		if (found !== undefined) return found;
	}
	return undefined;
};

/** True while a line is typed and the key belongs into it. */
export const isTyped = ({prompt}: State, key: string): boolean => prompt !== null && isTyping(key);

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
	backspace: 'Backspace',
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
