import type {Span} from '../views/line.ts';
import type {StatusLabel} from '../views/status-label.ts';

/** A status in a table: its symbol and a word, in its colour. */
export const toStatusCell = ({symbol, word, tone}: StatusLabel, text: string = word): Span => ({text: `${symbol} ${text}`, tone});
