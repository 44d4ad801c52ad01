import {z} from 'zod';

export type Wording = {readonly error: (issue: {readonly input?: unknown}) => string};

/** What is said of a value that is not there or of another kind; `right` tells what to write. */
export const wanted = (kind: string, right: string): Wording => ({
	error: ({input}) => (input === undefined ? `is missing; ${right}` : input === null ? `is empty; ${right}` : `is not ${kind}; ${right}`),
});

/** The same for texts: YAML makes numbers and truth values of words that look like them. */
const wantedText = (right: string): Wording => ({
	error: issue =>
		typeof issue.input === 'number' || typeof issue.input === 'boolean' ? 'is not text; put it in quotes' : wanted('text', right).error(issue),
});

export const isEmpty = (value: unknown): boolean => value === undefined || value === null;

export const text = (right: string) => z.string(wantedText(right));

export const plainValue = z.union([z.string(), z.number(), z.boolean()], wanted('a plain value', 'write text, a number, true or false'));

export const choice = <const Values extends readonly string[]>(values: Values) =>
	z.enum(values, wanted('known', `write one of: ${values.join(', ')}`));
