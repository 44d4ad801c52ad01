import {named} from './sqlite-failures.ts';
import {openConnection} from './sqlite-open.ts';

/** What SQLite itself finds; `problems` is empty for a sound store. */
export type StoreExamination = {readonly sqliteVersion: string; readonly problems: readonly string[]};

const MAX_PROBLEMS = 5;

/** Reads every page of a store and changes nothing. @throws {RadError} as opening the store does. */
export const examineSqliteStore = (file: string): StoreExamination => {
	const connection = openConnection(file, {create: false});
	try {
		return named(file, () => {
			const version = connection.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? 'unknown';
			const found = connection.prepare<[], string>(`PRAGMA quick_check(${MAX_PROBLEMS})`).pluck().all();
			return {sqliteVersion: version, problems: found.filter(line => line !== 'ok')};
		});
	} finally {
		connection.close();
	}
};
