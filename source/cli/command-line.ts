/** A rad command that can be copied: it carries `--workspace` where the user gave it, so that it means the same workspace. */
export const toCommandLine = (words: string, {workspaceFlag}: {readonly workspaceFlag: string | undefined}): string =>
	workspaceFlag === undefined ? `rad ${words}` : `rad ${words} --workspace ${quote(workspaceFlag)}`;

/** Quotes a word for a POSIX shell when it needs it. */
export const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
