import type {Tone} from './status-label.ts';

/** A piece of a line that is drawn in one way. `strong` stands out, the tones mean what they mean for a status. */
export type Span = {readonly text: string; readonly tone?: Tone | 'strong'};

/** One line for a person, in pieces; nothing in it is a control sequence. */
export type Line = ReadonlyArray<string | Span>;

export const toSpan = (piece: string | Span): Span => (typeof piece === 'string' ? {text: piece} : piece);

/** The line without its tones. */
export const toPlainText = (line: Line): string => line.map(piece => toSpan(piece).text).join('');
