import {type Id, type IdKind, parseId} from '../domain/ids.ts';

/**
 * Makes a value of a JSON value that nobody vouches for. What the shape does not name is left out, so that nothing of it gets further.
 *
 * @throws {Misfit} where it is not of that shape.
 */
export type Shape<Value> = (json: unknown) => Value;

/** Where a JSON value is not what it has to be; the message is the way to that place: `snapshot.runs.0.status`. */
export class Misfit extends Error {
	readonly path: readonly string[];

	constructor(path: readonly string[]) {
		super(path.join('.'));
		this.path = path;
	}
}

const within = <Value>(name: string, read: () => Value): Value => {
	try {
		return read();
	} catch (error) {
		throw error instanceof Misfit ? new Misfit([name, ...error.path]) : error;
	}
};

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> => typeof json === 'object' && json !== null && !Array.isArray(json);

const check =
	<Value>(isValue: (json: unknown) => json is Value): Shape<Value> =>
	json => {
		if (!isValue(json)) throw new Misfit([]);
		return json;
	};

export const text = check((json): json is string => typeof json === 'string');
export const flag = check((json): json is boolean => typeof json === 'boolean');

export const whole = check((json): json is number => Number.isSafeInteger(json));

// What a `Date` can be made of.
const MOMENT_MAX = 8.64e15;

/** Epoch milliseconds. */
export const moment = check((json): json is number => typeof json === 'number' && Math.abs(json) <= MOMENT_MAX);

export const countBetween = (least: number, most: number): Shape<number> =>
	check((json): json is number => Number.isSafeInteger(json) && Number(json) >= least && Number(json) <= most);

/** How many of something there are. */
export const count = countBetween(0, Number.MAX_SAFE_INTEGER);

// More digits than any sum of costs; to read millions of them would take for ever.
const DIGITS = /^-?\d{1,40}$/;

/** A whole number of any size, as its digits. */
export const bigCount: Shape<bigint> = json => {
	if (typeof json !== 'string' || !DIGITS.test(json)) throw new Misfit([]);
	return BigInt(json);
};

export const idOf =
	<Kind extends IdKind>(kind: Kind): Shape<Id<Kind>> =>
	json => {
		const id = typeof json === 'string' ? parseId(kind, json) : undefined;
		if (id === undefined) throw new Misfit([]);
		return id;
	};

/** One of some words; all of the type have to be named. */
export const oneOf = <Word extends string>(words: Readonly<Record<Word, true>>): Shape<Word> =>
	check((json): json is Word => typeof json === 'string' && Object.hasOwn(words, json));

export const orNull =
	<Value>(shape: Shape<Value>): Shape<Value | null> =>
	json =>
		json === null ? null : shape(json);

export const listOf =
	<Value>(shape: Shape<Value>): Shape<readonly Value[]> =>
	json => {
		if (!Array.isArray(json)) throw new Misfit([]);
		return json.map((each: unknown, index) => within(String(index), () => shape(each)));
	};

/** A map, as a list of its pairs. */
export const mapOf = <Key, Value>(key: Shape<Key>, value: Shape<Value>): Shape<ReadonlyMap<Key, Value>> => {
	const pair: Shape<readonly [Key, Value]> = json => {
		if (!Array.isArray(json) || json.length !== 2) throw new Misfit([]);
		return [key(json[0]), within('1', () => value(json[1]))];
	};
	return json => new Map(listOf(pair)(json));
};

/** Values by any names. */
export const recordOf =
	<Value>(shape: Shape<Value>): Shape<Readonly<Record<string, Value>>> =>
	json => {
		if (!isRecord(json)) throw new Misfit([]);
		return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, within(name, () => shape(value))]));
	};

// Whoever writes it as text again goes into it by recursion.
const DEPTH_MAX = 100;

/** Whatever JSON can tell, but not without end. */
export const anything: Shape<unknown> = json => {
	if (isDeeper(json, DEPTH_MAX)) throw new Misfit([]);
	return json;
};

const isDeeper = (json: unknown, depth: number): boolean =>
	typeof json === 'object' && json !== null && (depth === 0 || Object.values(json).some(each => isDeeper(each, depth - 1)));

type IsOptional<Value, Name extends keyof Value> = Record<never, never> extends Pick<Value, Name> ? true : false;

/** The shape of each member; one that may be absent stands in a list of its own. */
export type Fields<Value> = {
	readonly [Name in keyof Value]-?: IsOptional<Value, Name> extends true ? readonly [Shape<Exclude<Value[Name], undefined>>] : Shape<Value[Name]>;
};

export const object = <Value>(fields: Fields<Value>): Shape<Value> => {
	const entries = Object.entries(fields as Readonly<Record<string, Shape<unknown> | readonly [Shape<unknown>]>>);
	return json => {
		if (!isRecord(json)) throw new Misfit([]);
		const known = entries.flatMap(([name, field]): ReadonlyArray<readonly [string, unknown]> => {
			if (typeof field === 'function') return [[name, within(name, () => field(json[name]))]];
			return Object.hasOwn(json, name) ? [[name, within(name, () => field[0](json[name]))]] : [];
		});
		// Each member was made by its own shape.
		return Object.fromEntries(known) as Value;
	};
};

/** One of several objects that a word in each tells apart. */
export const oneBy = <Value extends Readonly<Record<Tag, string>>, Tag extends string>(
	tag: Tag,
	variants: {readonly [Word in Value[Tag]]: Fields<Omit<Extract<Value, Readonly<Record<Tag, Word>>>, Tag>>},
): Shape<Value> => {
	const shapes = new Map(Object.entries<Fields<unknown>>(variants).map(([word, fields]) => [word, object(fields)]));
	return json => {
		const word = isRecord(json) ? json[tag] : undefined;
		const shape = typeof word === 'string' ? shapes.get(word) : undefined;
		if (shape === undefined) throw new Misfit([tag]);
		// The word chose the shape of the rest.
		return Object.assign({[tag]: word}, shape(json)) as unknown as Value;
	};
};
