/** Whether rad's hook is in the settings of a coding agent. */
export type HookInfo = {
	readonly engine: string;
	/** The settings file in which it stands, or would. */
	readonly file: string;
	/** `outdated`: it calls a rad that is somewhere else, or was written otherwise. `unreadable`: the settings cannot be understood. */
	readonly state: 'installed' | 'outdated' | 'missing' | 'unreadable';
};

/** What became of a settings file. */
export type HookChange = {
	readonly engine: string;
	readonly file: string;
	/** `restored`: it is byte for byte what it was before; `removed`: it was changed since, so that only the hook was taken out. */
	readonly change: 'installed' | 'restored' | 'removed' | 'none';
	/** What the user should know, one sentence each. */
	readonly notes: readonly string[];
};

/** Rad's hook in the settings of coding agents that people use without rad: it takes a checkpoint before they write. */
export type HookSettings = {
	readonly list: () => Promise<readonly HookInfo[]>;
	/** Changes nothing when it is there. @throws {RadError} `USAGE` for an engine without hooks; `SETTINGS_UNUSABLE`: nothing was written then. */
	readonly install: (engine: string) => Promise<HookChange>;
	/** @throws {RadError} as `install`. */
	readonly uninstall: (engine: string) => Promise<HookChange>;
};
