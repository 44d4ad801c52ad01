import type {Line} from '../views/line.ts';
import {wrap} from '../views/wrap.ts';

/** What must be known to read a table rightly, in lines below it. */
export const formatNotes = (notes: readonly string[], width: number): readonly Line[] =>
	notes.flatMap(note => wrap(note, width)).map((text): Line => [{text, tone: 'quiet'}]);
