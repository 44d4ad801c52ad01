import type {Tokens} from '../domain/tokens.ts';

/** What a provider's usage object tells. A value that cannot be true makes the whole reading unknown, never 0. */
export type UsageReading = {readonly kind: 'known'; readonly tokens: Tokens} | {readonly kind: 'unknown'; readonly reason: string};

/** Gathers the usage of one streamed response: hand over every event, then ask. Events that are not about usage are ignored. */
export type UsageAccumulator = {
	/** Takes one event of the stream, parsed from JSON; foreign data, never trusted. */
	readonly add: (event: unknown) => void;
	/** The usage so far; unknown while no event told any. */
	readonly usage: () => UsageReading;
};

/** The counts of a usage object that are read. */
export type Fields<Name extends string> = ReadonlyArray<{readonly name: Name; readonly path: readonly string[]; readonly isRequired: boolean}>;

/**
 * Names the counts of a usage object; a name is a path, parts joined by dots. Optional are those that a provider leaves out, or sets to
 * null, when there is nothing to count. Done once for each kind of object: it is read a hundred thousand times.
 */
export const defineFields = <const Required extends string, const Optional extends string = never>(
	required: readonly Required[],
	optional: readonly Optional[] = [],
): Fields<Required | Optional> => [
	...required.map(name => ({name, path: name.split('.'), isRequired: true})),
	...optional.map(name => ({name, path: name.split('.'), isRequired: false})),
];

/**
 * Reads whole, non-negative counts out of a usage object and turns them into tokens.
 *
 * Unknown when a required count is missing, when any is negative, fractional, too large to be exact or no number, and when a part turns
 * out larger than its whole.
 */
export const readTokens = <Name extends string>(
	usage: unknown,
	fields: Fields<Name>,
	toTokens: (counts: Readonly<Record<Name, number>>) => Tokens,
): UsageReading => {
	if (!isRecord(usage)) return unknownUsage('the usage is no object');
	const counts = {} as Record<Name, number>;
	for (const {name, path, isRequired} of fields) {
		const value = readPath(usage, path) ?? (isRequired ? undefined : 0);
		const count = toCount(value);
		if (count === undefined) return unknownUsage(`${name} ${describe(value)}`);
		counts[name] = count;
	}
	return toReading(toTokens(counts));
};

export const unknownUsage = (reason: string): UsageReading => ({kind: 'unknown', reason});

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const toReading = (tokens: Tokens): UsageReading => {
	const isPossible =
		Object.values(tokens).every(count => Number.isSafeInteger(count) && count >= 0) &&
		tokens.cacheWrite1h <= tokens.cacheWrite &&
		tokens.reasoning <= tokens.output;
	return isPossible ? {kind: 'known', tokens} : unknownUsage('a part is larger than its whole');
};

const readPath = (usage: Readonly<Record<string, unknown>>, path: readonly string[]): unknown => {
	let value: unknown = usage;
	for (const part of path) value = isRecord(value) ? value[part] : undefined;
	return value;
};

// Adding 0 turns the -0 that JSON can hold into 0.
const toCount = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;

const describe = (value: unknown): string => {
	if (value === undefined) return 'is missing';
	return typeof value === 'number' ? `is ${value}, which no count can be` : `is of type ${typeof value}, not a number`;
};
