import {labelKey} from '../key-lookup.ts';
import {clean, EMPTY_LINE, type Line, line, row, span} from '../line.ts';
import {type Command, listCommands} from '../palette.ts';
import type {State} from '../state.ts';
import {type DialogView, topFor} from './dialog-view.ts';

const NAME_WIDTH = 19;
const KEY_WIDTH = 10;

/** Every action by its words: what was typed, and what it finds. */
export const viewPalette = (state: State, selected: number): DialogView => {
	const typed = state.prompt?.text ?? '';
	const commands = listCommands(state);
	return {
		title: [span('Command', 'strong')],
		status: '',
		tone: 'accent',
		head: [line(span(':', 'accent'), clean(typed), span('▏', 'accent')), EMPTY_LINE],
		body:
			commands.length === 0
				? [line(span('No action has these words.', 'dim'))]
				: commands.map((each, index) => drawCommand(state, each, index === selected)),
		tail: [],
		top: topFor(selected),
	};
};

const drawCommand = (state: State, {binding}: Command, isSelected: boolean): Line => {
	const isDisabled = binding.disabled({...state, dialog: null, prompt: null}) !== null;
	return row(
		isSelected,
		span(labelKey(binding.keys[0]).padEnd(KEY_WIDTH), isDisabled ? 'dim' : 'accent'),
		span(binding.action.padEnd(NAME_WIDTH), isDisabled ? 'dim' : 'strong'),
		span(binding.help, 'dim'),
	);
};
