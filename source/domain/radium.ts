/** The folder of a workspace. */
export const RADIUM = '.radium';
/** The folder below it with the work trees of steps. */
export const WORKTREES = 'worktrees';

/** What rad itself writes below `.radium` while it works. All else there is written by people, or by `rad init` for them. */
export const RECORDS: readonly string[] = [
	...['', '-wal', '-shm', '-journal'].map(suffix => `monitoring.db${suffix}`),
	...['import.lock', 'import.lock-journal', 'import.json'],
	...['logs', 'runs', WORKTREES],
];
