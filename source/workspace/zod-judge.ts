import {z} from 'zod';
import {findMeantKey} from '../domain/misspelt-names.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import type {Path, YamlDocument} from './yaml-document.ts';

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

/** The name of something that expressions, or commands, read; `what` it is. */
export const toKeyName = (what: string) => z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, `is not the name of ${what}; use letters, digits and _`);

/** What every object of JavaScript has by that name cannot be told from a value; expressions do not tell small letters from capital ones. */
export const isTakenByObjects = (name: string): boolean => name in {} || name.toLowerCase() in {};

export const plainValue = z.union([z.string(), z.number(), z.boolean()], wanted('a plain value', 'write text, a number, true or false'));

export const text = (right: string) => z.string(wantedText(right));
/** One of some words. */
export const choice = <const Values extends readonly string[]>(values: Values) =>
	z.enum(values, wanted('known', `write one of: ${values.join(', ')}`));

/** A rule that a value broke: where below the judged value, and what to say. `key` is set for a key that should not be there. */
export type SchemaIssue = {readonly path: ReadonlyArray<string | number>; readonly message: string; readonly key: string | null};

export type Judgement<Value> = {
	/** Undefined when a rule is broken. */
	readonly value: Value | undefined;
	/** The fields that break no rule. */
	readonly sound: Partial<Value>;
	readonly issues: readonly SchemaIssue[];
};

/** What to say of a key that a schema does not have and that is no slip of the pen; undefined for what is usually said. */
type Explain = (path: SchemaIssue['path'], key: string) => string | undefined;

/** Judges a value; all issues at once. */
export const judgeBy = <Schema extends z.ZodObject>(schema: Schema, value: unknown, explain: Explain): Judgement<z.output<Schema>> => {
	const result = schema.safeParse(value);
	if (result.success) return {value: result.data, sound: result.data, issues: []};
	const unknown = result.error.issues.flatMap(issue => findUnknownKeys(schema, value, issue, explain));
	const issues = result.error.issues.filter(issue => !unknown.some(({path, meant}) => isSamePath(issue.path, [...path, meant])));
	return {
		value: undefined,
		sound: readSound(schema, value),
		issues: [...issues.flatMap(toIssues), ...unknown.map(({path, key, message}) => ({path, key, message}))],
	};
};

const readSound = <Schema extends z.ZodObject>(schema: Schema, value: unknown): Partial<z.output<Schema>> => {
	const mapping = toMapping(value);
	const fields = Object.entries<z.ZodType>(schema.shape).flatMap(([key, field]) => {
		const {success, data} = field.safeParse(mapping[key]);
		return success && data !== undefined ? [[key, data]] : [];
	});
	// Each of them was judged by the schema's own rule for that key.
	return Object.fromEntries(fields) as Partial<z.output<Schema>>;
};

const toIssues = (issue: z.core.$ZodIssue): readonly SchemaIssue[] => {
	if (issue.code === 'unrecognized_keys') return [];
	const path = toPath(issue);
	const isOfKey = issue.code === 'invalid_key';
	// Neither an index nor the name of a wrong key is part of what it is called.
	const label = (isOfKey ? path.slice(0, -1) : path).filter(part => typeof part === 'string').join('.');
	const key = isOfKey ? String(path.at(-1)) : null;
	const message = isOfKey ? `"${key}" ${issue.issues[0]?.message ?? 'is not a name'}` : issue.message;
	return [{path: isOfKey ? path.slice(0, -1) : path, message: label === '' ? message : `${label}: ${message}`, key}];
};

// Of YAML 1.1; who knows it from elsewhere should not take it for a slip.
const MERGE_KEY = '<<';

type UnknownKey = SchemaIssue & {readonly key: string; readonly meant: string | undefined};

const findUnknownKeys = (schema: z.ZodObject, value: unknown, issue: z.core.$ZodIssue, explain: Explain): readonly UnknownKey[] => {
	if (issue.code !== 'unrecognized_keys') return [];
	const path = toPath(issue);
	const known = listKeys(schema, path);
	const mapping = toMapping(path.reduce<unknown>((above, part) => (Object(above) as Record<string | number, unknown>)[part], value));
	return issue.keys.map(key => {
		const meant = findMeantKey(key, mapping, known);
		return {path, key, meant, message: `unknown key "${key}"; ${explain(path, key) ?? adviseOnKey(key, known, meant)}`};
	});
};

const adviseOnKey = (key: string, known: readonly string[], meant: string | undefined): string => {
	if (key === MERGE_KEY) return 'mappings are not merged: write the keys out';
	return meant === undefined ? `there are: ${known.join(', ')}` : `did you mean "${meant}"?`;
};

/** The value itself when it is a mapping, else an empty one. */
const toMapping = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};

/** The keys that a mapping below a schema may have. */
const listKeys = (schema: z.ZodType, [part, ...rest]: SchemaIssue['path']): readonly string[] => {
	if (schema instanceof z.ZodOptional) return listKeys(schema.unwrap() as z.ZodType, part === undefined ? [] : [part, ...rest]);
	if (schema instanceof z.ZodPipe) return listKeys(schema.out as z.ZodType, part === undefined ? [] : [part, ...rest]);
	if (schema instanceof z.ZodRecord) return listKeys(schema.valueType as z.ZodType, rest);
	if (schema instanceof z.ZodArray) return listKeys(schema.element as z.ZodType, rest);
	if (!(schema instanceof z.ZodObject)) return [];
	const field: z.ZodType | undefined = part === undefined ? undefined : schema.shape[part];
	return field === undefined ? Object.keys(schema.shape) : listKeys(field, rest);
};

/** The problems of a schema as problems of the file; `path` is where the judged value stands. */
export const toProblems = (document: YamlDocument, path: Path, issues: readonly SchemaIssue[]): readonly WorkflowProblem[] =>
	issues.map(({path: below, key, message}) => {
		const where = [...path, ...below];
		return key === null ? document.problemAt(where, message) : document.problemAtKey(where, key, message);
	});

const toPath = (issue: z.core.$ZodIssue): SchemaIssue['path'] => issue.path.filter(part => typeof part !== 'symbol');

const isSamePath = (a: readonly PropertyKey[], b: readonly unknown[]): boolean =>
	a.length === b.length && a.every((part, index) => part === b[index]);
