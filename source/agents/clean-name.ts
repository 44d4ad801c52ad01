import {sanitizeLine} from '../domain/sanitize.ts';

// A model may call its sub-agent whatever it likes; a name is for a column.
const MAX_NAME = 80;

/** A name that an engine or a model gave, fit to be shown; null for an empty one. */
export const cleanName = (text: string | null): string | null => (text === null ? null : sanitizeLine(text).slice(0, MAX_NAME) || null);
