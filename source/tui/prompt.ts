import {toGraphemes} from '../views/graphemes.ts';
/** What a line of text that the user types is for. */
export type PromptKind = 'filter-agents' | 'filter-checkpoints' | 'search-log' | 'match-log' | 'palette' | 'input';

/** The line that is being typed. */
export type Prompt = {
	readonly kind: PromptKind;
	readonly text: string;
	/** What there was before; it is brought back when the user gives up. */
	readonly before: string;
};

/** Nobody types more, and a paste of a whole file must not become one. */
const LONGEST = 500;

export const openPrompt = (kind: PromptKind, before: string): Prompt => ({kind, text: before, before});

/** True for a key that types a character. Keys with names are longer than one character. */
export const isTyping = (key: string): boolean => key === 'space' || [...key].length === 1;

/** Adds what a key types. */
export const typeKey = (prompt: Prompt, key: string): Prompt => ({
	...prompt,
	text: [...`${prompt.text}${key === 'space' ? ' ' : key}`].slice(0, LONGEST).join(''),
});

/** Takes the last character away, as people count them. */
export const eraseLast = (prompt: Prompt): Prompt => {
	const last = [...toGraphemes(prompt.text)].at(-1);
	return last === undefined ? prompt : {...prompt, text: prompt.text.slice(0, last.index)};
};

export const eraseWord = (prompt: Prompt): Prompt => ({...prompt, text: prompt.text.replace(/\S*\s*$/, '')});
