import type {Binding, Context} from './binding.ts';
import {toFilter} from './filter.ts';
import {toKeymap} from './key-lookup.ts';
import type {PaneId} from './layout.ts';
import type {State} from './state.ts';

/** An action that can be called by its words, and the pane that it belongs to. */
export type Command = {readonly binding: Binding; readonly pane: PaneId | null};

const PANE_OF: Readonly<Partial<Record<Context, PaneId | 'any'>>> = {
	agents: 'agents',
	log: 'log',
	totals: 'totals',
	checkpoints: 'checkpoints',
	panes: 'any',
	everywhere: 'any',
};

/** Every action of the panes whose name or words hold what was typed, once: first the one of that name, then in the order of the key table. */
export const listCommands = ({prompt, ownKeys}: Pick<State, 'prompt' | 'ownKeys'>): readonly Command[] => {
	const typed = prompt?.text ?? '';
	const isWanted = toFilter(typed);
	const seen = new Set<string>(['open-palette']);
	const commands = toKeymap(ownKeys).flatMap((binding): readonly Command[] => {
		const place = PANE_OF[binding.context];
		if (place === undefined || seen.has(binding.action) || !isWanted(`${binding.action} ${binding.help} ${place}`)) return [];
		seen.add(binding.action);
		return [{binding, pane: place === 'any' ? null : place}];
	});
	return commands.toSorted((left, right) => Number(right.binding.action === typed.trim()) - Number(left.binding.action === typed.trim()));
};
