/** A file of tests and what in it proves something: each name stands there as a whole, as the name of a test or of a row of a test. */
export type Proof = {readonly file: string; readonly names: readonly string[]};

export type PromiseId = `R${number}`;

/** What users may rely on. `open` tells what of it no test proves yet. */
export type Promised = {
	readonly id: PromiseId;
	readonly text: string;
	readonly tests: readonly Proof[];
	readonly open?: string;
};

/**
 * A fault or a bad input, and what shows that rad survives it.
 *
 * Exactly one of these holds: it has tests and nothing is open; something of it is open (`tests` prove the rest); or it does not apply (`not`
 * tells why: the design avoids it, or decided otherwise).
 */
export type Row = {
	readonly id: string;
	/** The promises that it would break. */
	readonly of: readonly PromiseId[];
	readonly fault: string;
	readonly tests?: readonly Proof[];
	readonly open?: string;
	readonly not?: string;
};

/** Names tests; the file is told from the folder `test` on. */
export const at = (file: string, ...names: readonly string[]): Proof => ({file: `test/${file}`, names});
