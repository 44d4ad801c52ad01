import type {Setting} from './git-environment.ts';

// Where the user's files and their names are judged: which are ignored, which modes and cases count. None of them can name a program.
const CARRIED = new Set([
	'core.excludesfile',
	'core.attributesfile',
	'core.ignorecase',
	'core.precomposeunicode',
	'core.symlinks',
	'core.filemode',
	'core.trustctime',
	'core.checkstat',
	'core.longpaths',
	'core.protecthfs',
	'core.protectntfs',
	'core.sparsecheckout',
	'core.sparsecheckoutcone',
	'core.bigfilethreshold',
]);

/** Configuration of the user, of which only what is on a list is ever used. */
export type UserSettings = {
	/** Passed on to git when it works on our store. */
	readonly carried: readonly Setting[];
	/** Programs that convert files (`filter.<name>.clean` and so on), as they are configured now. */
	readonly filters: readonly Setting[];
	/** True when objects of the user's repository may be missing here and be fetched when wanted. */
	readonly isPartialClone: boolean;
};

/** Reads the output of `git config --list -z`. */
export const parseUserSettings = (output: string): UserSettings => {
	const settings = output.split('\0').filter(Boolean).map(toSetting);
	return {
		carried: settings.filter(([key]) => CARRIED.has(key)),
		filters: settings.filter(([key]) => /^filter\..+\.(?:clean|smudge|process)$/s.test(key)),
		isPartialClone: settings.some(([key, value]) => /^remote\..+\.promisor$/s.test(key) && value !== 'false'),
	};
};

// A key without a value stands alone and means true.
const toSetting = (line: string): Setting => {
	const end = line.indexOf('\n');
	return end === -1 ? [line, 'true'] : [line.slice(0, end), line.slice(end + 1)];
};

/** Names of the filters that some settings configure. */
export const toFilterNames = (filters: readonly Setting[]): ReadonlySet<string> =>
	new Set(filters.map(([key]) => key.slice('filter.'.length, key.lastIndexOf('.'))));

/**
 * Settings that run trusted filters. A filter whose program fails or is missing lets the file's own bytes through instead of stopping
 * the checkpoint, so `required` is always off.
 */
export const toFilterSettings = (trusted: readonly Setting[]): Setting[] => [
	...trusted,
	...[...toFilterNames(trusted)].map((name): Setting => [`filter.${name}.required`, 'false']),
];
