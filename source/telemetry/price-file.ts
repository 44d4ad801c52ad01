import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs';
import {RadError} from '../domain/failures.ts';
import {PRICES_EXAMPLE, parseOwnPrices} from './own-prices.ts';
import type {OwnPrice} from './price-index.ts';
import {createPricing, type PriceBook, type Pricing} from './pricing.ts';

/** The file of the user's own prices, in `.radium/`. */
export const PRICE_FILE = 'prices.json';

/** A workspace's prices. The file is read at the first question and once: a run has the same prices from its start to its end. */
export type WorkspacePrices = {
	/** Never throws: while the file has mistakes nothing has a price, rather than a wrong one. */
	readonly pricing: Pricing;
	/** @throws {RadError} `WORKSPACE_UNUSABLE` when the file cannot be read or has mistakes: the message names the place and what to write. */
	readonly load: () => PriceBook;
};

const MAX_BYTES = 1024 * 1024;

/** Prices by rad's table and the user's file, which need not be there. */
export const createWorkspacePrices = (file: string): WorkspacePrices => {
	let reading: {readonly book: PriceBook} | {readonly failure: RadError} | undefined;
	const read = () => {
		reading ??= readBook(file);
		return reading;
	};
	return {
		pricing: {
			price: usage => {
				const found = read();
				return 'book' in found ? found.book.price(usage) : undefined;
			},
		},
		load: () => {
			const found = read();
			if ('failure' in found) throw found.failure;
			return found.book;
		},
	};
};

const readBook = (file: string): {readonly book: PriceBook} | {readonly failure: RadError} => {
	try {
		return {book: createPricing(readOwnPrices(file))};
	} catch (error) {
		if (error instanceof RadError) return {failure: error};
		throw error;
	}
};

/** The user's prices; none when there is no such file. @throws {RadError} as `WorkspacePrices.load`. */
const readOwnPrices = (file: string): readonly OwnPrice[] => {
	const text = readText(file);
	if (text === undefined) return [];
	const {prices, problems} = parseOwnPrices(text);
	if (problems.length === 0) return prices;
	throw new RadError('WORKSPACE_UNUSABLE', `The prices of .radium/${PRICE_FILE} cannot be used.`, {
		details: {problems: problems.map(problem => `.radium/${PRICE_FILE}: ${problem}`)},
		hint: `mend or remove it: ${file}`,
	});
};

const readText = (file: string): string | undefined => {
	let handle: number | undefined;
	try {
		// Without O_NONBLOCK, opening a named pipe that somebody put there would wait for ever.
		handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		const stat = fstatSync(handle);
		if (!stat.isFile()) throw toFailure(file, 'it is not a regular file');
		if (stat.size > MAX_BYTES) throw toFailure(file, 'it is larger than 1 MB');
		return readFileSync(handle, 'utf8');
	} catch (error) {
		if (error instanceof RadError || !(error instanceof Error && 'code' in error)) throw error;
		if (error.code === 'ENOENT') return undefined;
		throw toFailure(file, error.code === 'EACCES' ? 'no permission to read it' : error.message, error);
	} finally {
		if (handle !== undefined) closeSync(handle);
	}
};

const toFailure = (file: string, reason: string, cause?: unknown): RadError =>
	new RadError('WORKSPACE_UNUSABLE', `.radium/${PRICE_FILE} cannot be read: ${reason}.`, {cause, hint: `write ${PRICES_EXAMPLE} to ${file}`});
