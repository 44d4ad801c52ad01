import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the user's own programs are started with: without what rad was told for its own start, and without folders on the PATH that depend on where
 * the user stands.
 */
export const toUsersEnvironment = (environment: Environment): Environment => ({
	...Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:NODE_ENV|RAD_.*)$/.test(name))),
	PATH: (environment['PATH'] ?? '')
		.split(path.delimiter)
		.filter(folder => path.isAbsolute(folder))
		.join(path.delimiter),
});
