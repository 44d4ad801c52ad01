import {isFailure, type RadError} from '../domain/failures.ts';
import {createArtifactReads, createArtifactWrites} from './sqlite-artifacts.ts';
import {named} from './sqlite-failures.ts';
import {createFiguresReads} from './sqlite-figures.ts';
import {type Connection, openConnection, openCopy} from './sqlite-open.ts';
import {createPlaceCheck, rescue, toLost} from './sqlite-place.ts';
import {createReads} from './sqlite-reads.ts';
import {createUsageReads} from './sqlite-usage.ts';
import {createWrites} from './sqlite-writes.ts';
import type {Store} from './store-port.ts';

/** What of a store is only read. */
export type StoreReads = ReturnType<typeof createReads> &
	ReturnType<typeof createUsageReads> &
	ReturnType<typeof createFiguresReads> &
	ReturnType<typeof createArtifactReads> &
	Pick<Store, 'close'>;

/**
 * Opens the SQLite adapter of the store; the owner closes it. `:memory:` makes one that lives as long as it is open.
 *
 * @throws {RadError} see `openConnection`.
 */
export const openSqliteStore = (file: string, options: {readonly create: boolean}): Store =>
	watchPlace(openConnection(file, options), file, undefined);

/** Opens a copy in memory of a store; the owner closes it. @throws {RadError} see `openCopy`. */
export const openSqliteCopy = (file: string, temporaryDirectory: string): Store => toStore(openCopy(file, temporaryDirectory), file, () => {});

export type AnywayOptions = {
	/** Where a store that cannot be read where it lies is copied to for a moment. */
	readonly temporaryDirectory: string;
	/** Where what is left of a store that is lost is saved to; undefined where there is no such place. */
	readonly rescueDirectory: string | undefined;
};

/**
 * Opens a store that is there; where it cannot be written, a copy in memory of what it holds now, of which each write fails as opening the store
 * did. The owner closes it.
 *
 * @throws {RadError} see `openConnection`.
 */
export const openSqliteStoreAnyway = (file: string, {temporaryDirectory, rescueDirectory}: AnywayOptions): Store => {
	try {
		return watchPlace(openConnection(file, {create: false}), file, rescueDirectory);
	} catch (error) {
		if (!isFailure(error, 'STORE_READ_ONLY', 'STORE_FULL')) throw error;
		return toStore(openCopy(file, temporaryDirectory), file, () => {
			throw error;
		});
	}
};

/** SQLite goes on in files without a name, and acknowledges what nobody will find. */
const watchPlace = (connection: Connection, file: string, rescueDirectory: string | undefined): Store => {
	const isInPlace = createPlaceCheck(file);
	let lost: RadError | undefined;
	return toStore(connection, file, () => {
		if (lost === undefined && isInPlace()) return;
		lost ??= toLost(file, rescueDirectory === undefined ? undefined : rescue(connection, rescueDirectory));
		throw lost;
	});
};

/** Opens a store only to read it; the owner closes it. It is brought to the newest schema all the same. @throws {RadError} see `openConnection`. */
export const openSqliteReads = (file: string): StoreReads => {
	const connection = openConnection(file, {create: false});
	return {...toReads(connection, file), close: () => connection.close()};
};

const toReads = (connection: Connection, file: string): Omit<StoreReads, 'close'> =>
	guardReads(file, {
		...createReads(connection),
		...createUsageReads(connection),
		...createFiguresReads(connection),
		...createArtifactReads(connection),
	});

const toStore = (connection: Connection, file: string, checkPlace: () => void): Store => {
	let ownCommits = 0;
	// BEGIN IMMEDIATE: a deferred transaction that reads before it writes gets SQLITE_BUSY at once, whatever the timeout.
	const transact = async <Result>(run: () => Result): Promise<Result> =>
		named(file, () => {
			checkPlace();
			const result = connection.transaction(run).immediate();
			ownCommits += 1;
			return result;
		});
	const dataVersion = connection.prepare('PRAGMA data_version').pluck();
	return {
		...toReads(connection, file),
		...createWrites(connection, transact),
		...createArtifactWrites(connection, transact),
		version: () => named(file, () => Number(dataVersion.get()) * 2 ** 26 + ownCommits),
		close: () => connection.close(),
	};
};

const guardReads = <Reads extends Record<string, (...parameters: never[]) => Promise<unknown>>>(file: string, reads: Reads): Reads =>
	Object.fromEntries(
		Object.entries(reads).map(([name, read]) => [
			name,
			async (...parameters: never[]) => {
				try {
					return await read(...parameters);
				} catch (error) {
					return named(file, () => {
						throw error;
					});
				}
			},
		]),
	) as Reads;
