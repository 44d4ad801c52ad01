/** What expressions can read without a block. */
export const CONTEXTS: readonly string[] = ['inputs', 'steps', 'run'];
