import type {Statement} from 'better-sqlite3';
import type {Connection} from './sqlite-open.ts';

export type Preparation = ReturnType<typeof createPreparation>;

/** Prepares each statement once, when it is first run: most programs run few of them. There are as many as there are kinds of filters in use, which are few. */
export const createPreparation = (connection: Connection) => {
	const known = new Map<string, Statement<unknown[]>>();
	return (sql: string): Statement<unknown[]> => {
		const statement = known.get(sql) ?? connection.prepare<unknown[]>(sql);
		known.set(sql, statement);
		return statement;
	};
};
