import {closeSync, constants, existsSync, lstatSync, openSync, readSync} from 'node:fs';
import Database from 'better-sqlite3';
import {RadError} from '../domain/failures.ts';
import {readBytes} from './sqlite-bytes.ts';
import {damaged, named} from './sqlite-failures.ts';
import {APPLICATION_ID, MIGRATIONS} from './sqlite-schema.ts';

export type Connection = Database.Database;

/** Runs one member of the store's port as one transaction. */
export type Transact = <Result>(run: () => Result) => Promise<Result>;

const BUSY_TIMEOUT_MS = 2000;
const HEADER_TEXT = 'SQLite format 3\0';

/**
 * Opens a store, making it when `create` is set and nothing is there, and brings it to the newest schema.
 *
 * What is no store of ours is named and left alone: `STORE_MISSING`, `STORE_DAMAGED`, `STORE_NEWER`, `STORE_READ_ONLY`,
 * `STORE_FULL`, `STORE_FAILED`, `STORE_BUSY`, `PATH_UNSAFE`, `NATIVE_MODULE`.
 */
export const openConnection = (file: string, {create}: {readonly create: boolean}): Connection => {
	return named(file, () => {
		const isNew = prepareFile(file, create);
		const connection = loadDatabase(file);
		try {
			configure(connection, file, isNew);
			return connection;
		} catch (error) {
			connection.close();
			throw error;
		}
	});
};

/**
 * Opens a copy in memory of what a store holds now, in the newest schema. The store and its log stay byte for byte, and no file is made or
 * removed, whatever is done to the copy.
 *
 * @throws {RadError} as `openConnection`.
 */
export const openCopy = (file: string, temporaryDirectory: string): Connection =>
	named(file, () => {
		prepareFile(file, false);
		const connection = new Database(readBytes(file, temporaryDirectory));
		try {
			checkIdentity(connection, file);
			harden(connection);
			migrate(connection, file);
			return connection;
		} catch (error) {
			connection.close();
			throw error;
		}
	});

const prepareFile = (file: string, create: boolean): boolean => {
	if (file === ':memory:') return true;
	if (!existsSync(file)) {
		if (!create) throw new RadError('STORE_MISSING', `The store is missing: ${file}`, {details: {path: file}});
		// Made before SQLite opens it, so that the file and its -wal and -shm, which inherit the mode, are for the owner alone.
		closeSync(openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | constants.O_NOFOLLOW, 0o600));
		return true;
	}
	const stat = lstatSync(file);
	if (!stat.isFile() || stat.nlink !== 1)
		throw new RadError('PATH_UNSAFE', `Refusing to open the store, since it is not a plain file of its own: ${file}`);
	if (stat.size === 0) throw damaged(file, 'it is empty');
	if (readHeader(file) !== HEADER_TEXT) throw damaged(file, 'it is no SQLite file');
	return false;
};

const readHeader = (file: string): string => {
	const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const header = Buffer.alloc(HEADER_TEXT.length);
		readSync(handle, header, 0, header.length, 0);
		return header.toString('latin1');
	} finally {
		closeSync(handle);
	}
};

const loadDatabase = (file: string): Connection => new Database(file, {timeout: BUSY_TIMEOUT_MS});

const configure = (connection: Connection, file: string, isNew: boolean): void => {
	if (!isNew) checkIdentity(connection, file);
	connection.pragma('journal_mode = WAL');
	// better-sqlite3 reopens WAL files with NORMAL, which loses acknowledged rows in a power cut.
	connection.pragma('synchronous = FULL');
	connection.pragma('mmap_size = 0');
	harden(connection);
	migrate(connection, file);
};

const harden = (connection: Connection): void => {
	connection.pragma('trusted_schema = OFF');
	connection.pragma('cell_size_check = ON');
	connection.pragma('foreign_keys = ON');
};

const checkIdentity = (connection: Connection, file: string): void => {
	const application = connection.pragma('application_id', {simple: true});
	const version = Number(connection.pragma('user_version', {simple: true}));
	const tables = Number(connection.prepare('SELECT count(*) AS n FROM sqlite_master').pluck().get());
	if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables > 0)) throw damaged(file, 'it belongs to another program');
	if (version > MIGRATIONS.length) {
		throw new RadError(
			'STORE_NEWER',
			`The store ${file} was written by a newer rad: it has schema ${version}, and this rad knows ${MIGRATIONS.length}.`,
		);
	}
};

const migrate = (connection: Connection, file: string): void => {
	const readVersion = (): number => Number(connection.pragma('user_version', {simple: true}));
	if (readVersion() === MIGRATIONS.length) return;
	connection
		.transaction(() => {
			const version = readVersion();
			if (version > MIGRATIONS.length) throw new RadError('STORE_NEWER', `The store was written by a newer rad: ${file}`);
			for (const migration of MIGRATIONS.slice(version)) connection.exec(migration);
			connection.pragma(`application_id = ${APPLICATION_ID}`);
			connection.pragma(`user_version = ${MIGRATIONS.length}`);
		})
		.immediate();
};
