import type {Action, Context} from '../binding.ts';
import {keyOf} from '../key-lookup.ts';
import {type Line, line, type Span, span} from '../line.ts';
import type {State} from '../state.ts';

/** Where an action is bound, and what it does in the words of the dialog. */
export type Answer = readonly [context: Context, action: Action, words: string];

/** What the keys of a dialog do, `[y] stop   [Esc] no`; what is switched off is left out. */
export const drawAnswers = (state: State, ...answers: readonly Answer[]): Line =>
	line(
		...answers
			.flatMap(([context, action, words]): ReadonlyArray<readonly Span[]> => {
				const key = keyOf(state, context, action);
				return key === null ? [] : [[span(`[${key}]`, 'accent'), span(` ${words}`)]];
			})
			.flatMap((spans, index) => (index === 0 ? spans : [span('   '), ...spans])),
	);
