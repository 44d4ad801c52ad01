/** The coding agents whose hooks rad can be, outside of workflows. */
export const HOOK_ENGINES = ['claude', 'gemini', 'codex', 'opencode'] as const;

export type HookEngine = (typeof HOOK_ENGINES)[number];

/** The tools that may change files, by the names that each agent tells its hooks: a regular expression in the form that both it and rad read. */
export const WRITING_TOOLS: Readonly<Record<HookEngine, string>> = {
	claude: 'Write|Edit|MultiEdit|NotebookEdit|Bash',
	gemini: '^(write_file|replace|run_shell_command)$',
	codex: '^(apply_patch|Bash)$',
	opencode: '^(write|edit|multiedit|patch|apply_patch|bash)$',
};

export const isHookEngine = (name: string | undefined): name is HookEngine => HOOK_ENGINES.some(engine => engine === name);

/** Claude Code means the whole name by a list of names. */
export const isWritingTool = (engine: HookEngine, tool: string): boolean => new RegExp(`^(?:${WRITING_TOOLS[engine]})$`).test(tool);
