import type {Connection} from './sqlite-open.ts';

/** Prepares each statement once. There are as many as there are kinds of filters in use, which are few. */
export const createPreparation = (connection: Connection) => {
	const known = new Map<string, ReturnType<Connection['prepare']>>();
	return (sql: string): ReturnType<Connection['prepare']> => {
		const statement = known.get(sql) ?? connection.prepare(sql);
		known.set(sql, statement);
		return statement;
	};
};
