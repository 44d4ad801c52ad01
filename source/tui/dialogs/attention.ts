import {fit as fitText} from '../../views/width.ts';
import {type AttentionItem, listAttention} from '../attention.ts';
import {clean, type Line, line, row, span, widthOf} from '../line.ts';
import type {State} from '../state.ts';
import {type DialogView, topFor} from './dialog-view.ts';

const NAME_MAX = 28;

/** What a person should look at. */
export const viewAttention = (state: State, selected: number): DialogView => {
	const items = listAttention(state);
	const width = Math.min(NAME_MAX, Math.max(...items.map(({what}) => widthOf(clean(what))), 0));
	return {
		title: [span(`Needs a look ${items.length}`, 'strong')],
		status: '',
		tone: 'attention',
		head: [],
		body: items.length === 0 ? [line('Nothing needs a look any more.')] : items.map((item, index) => drawItem(item, index === selected, width)),
		tail: [],
		top: topFor(selected),
	};
};

const drawItem = ({label, what, why}: AttentionItem, isSelected: boolean, width: number): Line =>
	row(isSelected, span(`${label.symbol} `, label.tone), span(fitText(clean(what), width), 'strong'), span(`  ${clean(why)}`, 'dim'));
