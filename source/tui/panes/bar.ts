import {toBar} from '../../views/bar.ts';
import {type Span, span} from '../line.ts';
import type {Style} from '../theme.ts';

/** A bar that is filled up to a share, 0 to 1; more than a whole is a whole. */
export const drawBar = (share: number, columns: number, style: Style): readonly Span[] => {
	const {filled, rest} = toBar(share, columns);
	return [span(filled, style), span(rest, 'dim')];
};
