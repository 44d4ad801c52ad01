import {z} from 'zod';
import type {OutputSchema} from '../../domain/plan.ts';

/** `problems` say of each place what it must be, as in `parts[2].path: is missing`; no word of the value is in them. */
export type Fit = {readonly value: unknown; readonly problems: readonly []} | {readonly value?: never; readonly problems: readonly string[]};

/** Whether a foreign value fits a declared output. Of mappings only what is declared of them is looked at; more may be in them. */
export const fitOutput = (name: string, schema: OutputSchema, value: unknown): Fit => {
	const result = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value, {reportInput: true});
	if (result.success) return {value: result.data, problems: []};
	return {problems: result.error.issues.map(issue => `${toPlace(name, issue.path)}: ${describe(issue)}`)};
};

const toPlace = (name: string, path: readonly PropertyKey[]): string =>
	path.reduce<string>((place, part) => (typeof part === 'number' ? `${place}[${part}]` : `${place}.${String(part)}`), name);

const describe = (issue: z.core.$ZodIssue): string => {
	if (issue.input === undefined) return 'is missing';
	if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`;
	if (issue.code === 'invalid_value') return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
	if (issue.code === 'too_small') return toBound('at least', issue.minimum, issue.origin);
	return issue.code === 'too_big' ? toBound('at most', issue.maximum, issue.origin) : 'does not fit';
};

const toBound = (words: string, bound: number | bigint, origin: string): string =>
	origin === 'array' ? `must have ${words} ${bound} entries` : `must be ${words} ${bound}`;

const KINDS: Readonly<Record<string, string>> = {
	string: 'a text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'an object',
	record: 'an object',
};
