import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

// What git and a filter that the user configured (git-lfs) need to find themselves and the user's ignore file; nothing else of ours is passed on.
const KEPT = ['HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'USERPROFILE', 'SYSTEMROOT', 'PATHEXT', 'TEMP', 'TMP'];

const pick = (environment: Environment): Record<string, string> => ({
	...toOwnPath(environment['PATH'] ?? ''),
	...Object.fromEntries(KEPT.flatMap(name => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
});

/**
 * Git works in the work tree, whose files must not become programs: without folders that depend on where it stands, an empty one among them.
 * Without any there is no PATH, which is the system's own; an empty one would be the work tree again.
 */
const toOwnPath = (text: string): {readonly PATH?: string} => {
	const folders = text.split(path.delimiter).filter(folder => path.isAbsolute(folder));
	return folders.length === 0 ? {} : {PATH: folders.join(path.delimiter)};
};

/** For reading the user's repository the way the user's own git sees it. Every inherited `GIT_…` is dropped: rad may run inside a hook. */
export const toReadingEnvironment = (environment: Environment): Record<string, string> => ({
	...pick(environment),
	LC_ALL: 'C',
	GIT_TERMINAL_PROMPT: '0',
	GIT_OPTIONAL_LOCKS: '0',
});

/**
 * For working on our own store. No configuration but ours is read, so nothing that stands in a configuration file can run: what is
 * wanted of the user's is passed as `settings`.
 */
export const toStoreEnvironment = (
	environment: Environment,
	place: {readonly treeDirectory: string; readonly top: string},
): Record<string, string> => ({
	...pick(environment),
	LC_ALL: 'C',
	GIT_DIR: place.treeDirectory,
	GIT_WORK_TREE: place.top,
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_TERMINAL_PROMPT: '0',
	GIT_NO_REPLACE_OBJECTS: '1',
	GIT_LITERAL_PATHSPECS: '1',
	GIT_AUTHOR_NAME: 'rad',
	GIT_AUTHOR_EMAIL: 'rad@localhost',
	GIT_COMMITTER_NAME: 'rad',
	GIT_COMMITTER_EMAIL: 'rad@localhost',
});

/** One line of git's configuration. */
export type Setting = readonly [key: string, value: string];

/** Settings for one call. They rank above every file, and the list of processes does not show them. */
export const toSettingsEnvironment = (settings: readonly Setting[]): Record<string, string> => ({
	GIT_CONFIG_COUNT: String(settings.length),
	...Object.fromEntries(
		settings.flatMap(([key, value], index) => [
			[`GIT_CONFIG_KEY_${index}`, key],
			[`GIT_CONFIG_VALUE_${index}`, value],
		]),
	),
});
