/** The kinds of records that have an id of their own; the kind is the id's prefix. */
export type IdKind = 'run' | 'agt' | 'cp' | 'req';

declare const idKind: unique symbol;

/** `<kind>_` and ten characters of Crockford's base32 in lower case: 35 bits of time, 15 bits of random. Sorts by time of creation. */
export type Id<Kind extends IdKind> = string & {readonly [idKind]: Kind};
export type RunId = Id<'run'>;
export type AgentId = Id<'agt'>;
export type CheckpointId = Id<'cp'>;
export type RequestId = Id<'req'>;

export type IdSource = {
	/** Milliseconds since 1970, UTC. */
	readonly now: () => number;
	/** A whole number, 0 ≤ n < `below`. */
	readonly randomInt: (below: number) => number;
};

export type Ids = {
	/** Makes an id greater than every id of the same kind that this value made before, also when the clock stands still or steps back. */
	readonly next: <Kind extends IdKind>(kind: Kind) => Id<Kind>;
};

/** Crockford's base32 in lower case: no letters that are easily taken for digits. */
export const ID_DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const EPOCH_MS = Date.UTC(2025, 0, 1);
// 35 bits of 31.25 ms ticks last until 2059; ten characters stay short enough to type.
const TICKS_PER_SECOND = 32;
const RANDOM_SPAN = 2 ** 15;
const LENGTH = 10;
const BODY = /^[0-9a-hjkmnp-tv-z]{10}$/;

export const createIds = ({now, randomInt}: IdSource): Ids => {
	const lastByKind = new Map<IdKind, number>();
	const next = <Kind extends IdKind>(kind: Kind): Id<Kind> => {
		const ticks = Math.max(0, Math.floor(((now() - EPOCH_MS) * TICKS_PER_SECOND) / 1000));
		const fresh = ticks * RANDOM_SPAN + randomInt(RANDOM_SPAN);
		const last = lastByKind.get(kind) ?? -1;
		const value = fresh > last ? fresh : last + 1;
		lastByKind.set(kind, value);
		return `${kind}_${toDigits(value)}` as Id<Kind>;
	};
	return {next};
};

/** Reads a whole id; anything else, whatever its length, is undefined. */
export const parseId = <Kind extends IdKind>(kind: Kind, text: string): Id<Kind> | undefined =>
	text.startsWith(`${kind}_`) && BODY.test(text.slice(kind.length + 1)) ? (text as Id<Kind>) : undefined;

/** Tells whether a text could be the beginning of an id: with or without the kind's prefix, at least one character of the body. */
export const isIdPrefix = (kind: IdKind, text: string): boolean => /^[0-9a-hjkmnp-tv-z]{1,10}$/.test(toBody(kind, text));

/** The outcome of looking up what a user typed among existing ids. */
export type IdMatch<Kind extends IdKind> =
	| {readonly kind: 'one'; readonly id: Id<Kind>}
	| {readonly kind: 'none'}
	| {readonly kind: 'many'; readonly ids: ReadonlyArray<Id<Kind>>};

/** Finds the ids that begin with what a user typed; the kind's prefix may be left out. */
export const matchId = <Kind extends IdKind>(kind: Kind, text: string, ids: ReadonlyArray<Id<Kind>>): IdMatch<Kind> => {
	if (!isIdPrefix(kind, text)) return {kind: 'none'};
	const wanted = `${kind}_${toBody(kind, text)}`;
	const found = ids.filter(id => id.startsWith(wanted));
	const [first] = found;
	if (first === undefined) return {kind: 'none'};
	return found.length === 1 ? {kind: 'one', id: first} : {kind: 'many', ids: found};
};

const toBody = (kind: IdKind, text: string): string => (text.startsWith(`${kind}_`) ? text.slice(kind.length + 1) : text);

const toDigits = (value: number): string => {
	let rest = value;
	let digits = '';
	for (let place = 0; place < LENGTH; place += 1) {
		digits = `${ID_DIGITS[rest % 32]}${digits}`;
		rest = Math.floor(rest / 32);
	}
	return digits;
};
