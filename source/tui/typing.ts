import {sanitizeLine} from '../domain/sanitize.ts';
import {searchLog, withLogLook} from './log-actions.ts';
import {eraseLast, eraseWord, openPrompt, type Prompt, type PromptKind, typeKey} from './prompt.ts';
import type {Notice, State} from './state.ts';
import {filterAgents} from './tree-actions.ts';

/** Opens the line in which a text is typed, with what it was before. */
export const startTyping = (state: State, kind: PromptKind): State => ({...state, prompt: openPrompt(kind, presentText(state, kind))});

const presentText = ({tree, checkpointFilter, logLook}: State, kind: PromptKind): string => {
	switch (kind) {
		case 'filter-agents':
			return tree.filter;
		case 'filter-checkpoints':
			return checkpointFilter;
		case 'match-log':
			return logLook.matching;
		case 'search-log':
		case 'palette':
		case 'input':
			return '';
	}
};

export const type = (state: State, key: string): State => change(state, prompt => typeKey(prompt, key));

/** Takes a paste for one line of text where one is typed. Its characters are never taken for keys: they could restore, or stop agents. */
export const paste = (state: State, text: string): State =>
	state.prompt === null ? {...state, notice: NO_KEYS} : change(state, prompt => typeKey(prompt, sanitizeLine(text).trim()));

const NO_KEYS: Notice = {tone: 'attention', text: 'A paste is taken for a text, not for keys: open a line for it first (/).'};

export const erase = (state: State): State => change(state, eraseLast);
export const eraseLastWord = (state: State): State => change(state, eraseWord);
export const eraseAll = (state: State): State => change(state, prompt => ({...prompt, text: ''}));

const change = (state: State, edit: (prompt: Prompt) => Prompt): State => {
	if (state.prompt === null) return state;
	const prompt = edit(state.prompt);
	return applyText({...state, prompt}, prompt.kind, prompt.text);
};

/** Brings back what there was before the line was opened. */
export const cancelTyping = (state: State): State =>
	state.prompt === null ? state : applyText({...state, prompt: null}, state.prompt.kind, state.prompt.before);

/** What is typed is seen to work at once. */
const applyText = (state: State, kind: PromptKind, text: string): State => {
	switch (kind) {
		case 'filter-agents':
			return filterAgents(state, text);
		case 'filter-checkpoints':
			return {...state, checkpointFilter: text};
		case 'match-log':
			return withLogLook(state, {matching: text});
		case 'search-log':
			return searchLog(state, text);
		case 'palette':
			return state.dialog?.kind === 'palette' ? {...state, dialog: {...state.dialog, selected: 0}} : state;
		case 'input':
			return state;
	}
};
