/** True when a word stands on the command line where it may be a flag: before `--`. */
export const hasWord = (argv: readonly string[], word: string): boolean => {
	const end = argv.indexOf('--');
	return (end === -1 ? argv : argv.slice(0, end)).includes(word);
};

/** What `--workspace` means from a folder; the folder itself without it. */
export const toAbsolute = (path: string | undefined, directory: string): string => {
	if (path === undefined) return directory;
	return /^([/\\]|[A-Za-z]:[/\\])/.test(path) ? path : `${directory}/${path}`;
};
