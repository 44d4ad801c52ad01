import {type Span, span} from '../line.ts';
import type {Style} from '../theme.ts';

/** A bar that is filled up to a share, 0 to 1; more than a whole is a whole. */
export const drawBar = (share: number, columns: number, style: Style): readonly Span[] => {
	const width = Math.max(0, columns);
	const filled = Math.round(Math.min(1, share) * width);
	return [span('█'.repeat(filled), style), span('░'.repeat(width - filled), 'dim')];
};
