/** True when a word stands on the command line where it may be a flag: before `--`. */
export const hasWord = (argv: readonly string[], word: string): boolean => {
	const end = argv.indexOf('--');
	return (end === -1 ? argv : argv.slice(0, end)).includes(word);
};

/** True when whoever called wants to know where in rad something went wrong. */
export const isDebugging = (argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): boolean =>
	environment['RAD_DEBUG'] === '1' || hasWord(argv, '--debug');

/** What `--workspace` means from a folder; the folder itself without it. */
export const toAbsolute = (path: string | undefined, directory: string): string => {
	if (path === undefined) return directory;
	return /^([/\\]|[A-Za-z]:[/\\])/.test(path) ? path : `${directory}/${path}`;
};
