const SUBJECTS = ['telemetry', 'logs', 'monitoring', 'checkpoint', 'workspace'] as const;
const BELOW_WORKFLOW = ['domain', ...SUBJECTS, 'worktrees', 'agents'];

/** Which room may import which; a room is a folder of source/, or a file beside them. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
	domain: [],
	views: ['domain'],
	...Object.fromEntries(SUBJECTS.map(subject => [subject, ['domain']])),
	// Works on the user's repository with the same git as the checkpoints: what it may run there is said once.
	worktrees: ['checkpoint', 'domain'],
	agents: ['domain', ...SUBJECTS],
	workflow: BELOW_WORKFLOW,
	cli: ['domain', 'views'],
	tui: ['domain', 'views'],
	'system-clock': ['domain'],
	compose: [...BELOW_WORKFLOW, 'workflow'],
	machine: ['agents', 'compose', 'logs', 'system-clock'],
	'users-environment': [],
	'edit-text': ['users-environment'],
	pager: ['agents', 'domain', 'users-environment'],
	main: ['cli', 'compose', 'domain', 'edit-text', 'machine', 'pager', 'program', 'tui'],
	'rad-main': ['compiled-program', 'program', 'workspace'],
	program: [],
	quick: ['agents', 'checkpoint', 'cli', 'domain', 'logs', 'monitoring', 'program', 'system-clock', 'workflow', 'workspace'],
	'runner-main': ['compose', 'domain', 'machine', 'workflow', 'workspace'],
	'shim-main': ['agents', 'system-clock'],
	'tool-hook-main': ['agents', 'compiled-program', 'tool-hook'],
	'compiled-program': [],
	'tool-hook': ['agents', 'checkpoint', 'domain', 'logs', 'monitoring', 'system-clock', 'workspace'],
};
