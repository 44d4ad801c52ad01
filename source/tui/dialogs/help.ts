import type {Context} from '../binding.ts';
import {labelKey, toKeymap} from '../key-lookup.ts';
import {EMPTY_LINE, type Line, line, span} from '../line.ts';
import type {State} from '../state.ts';
import type {DialogView} from './dialog-view.ts';

/** Every place where keys mean something, in the order of the help. */
export const SECTIONS: ReadonlyArray<readonly [Context, string]> = [
	['panes', 'In every pane'],
	['list', 'Moving'],
	['agents', 'Agents'],
	['log', 'Log'],
	['totals', 'Cost'],
	['checkpoints', 'Checkpoints'],
	['changes', 'Preview of a restore'],
	['files', 'Files of a restore'],
	['question', 'Questions'],
	['gate', 'A step that waits for a decision'],
	['detail', 'Details of an agent'],
	['runs', 'List of runs'],
	['workflows', 'List of workflows'],
	['attention', 'List of what needs a look'],
	['diff', 'Changes of a file'],
	['palette', 'Commands'],
	['help', 'This help'],
	['prompt', 'While a text is typed'],
	['everywhere', 'Everywhere'],
];

/** Made from the key table, so it cannot tell of a key that does not exist. */
export const viewHelp = (state: State, top: number): DialogView => ({
	title: [span('Help', 'strong')],
	status: '',
	tone: 'accent',
	head: [],
	body: SECTIONS.flatMap(([context, title], index) => [
		...(index === 0 ? [] : [EMPTY_LINE]),
		line(span(title, 'heading')),
		...listKeys(state, context),
	]),
	tail: [],
	top,
});

const listKeys = (state: State, context: Context): readonly Line[] =>
	toKeymap(state.ownKeys)
		.filter(binding => binding.context === context)
		.map(binding => {
			const reason = context === 'panes' || context === 'everywhere' ? binding.disabled(state) : null;
			return line(
				span(`  ${binding.keys.map(labelKey).join('  ')}`.padEnd(20), reason === null ? 'accent' : 'dim'),
				span(binding.help, reason === null ? 'plain' : 'dim'),
				span(reason === null ? '' : `  (${reason})`, 'dim'),
			);
		});
