/** A word as a POSIX shell reads it, whatever it holds. */
export const quoteForShell = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
