/** How rad's hook stands in one kind of settings file. Texts are whole files. */
export type HookText = {
	/** Adds the hook; one of a rad elsewhere is replaced. Null: there is no file. @throws {RadError} `SETTINGS_UNUSABLE`. */
	readonly add: (text: string | null) => string;
	/** Takes the hook out; null when a file without it has no purpose. @throws {RadError} `SETTINGS_UNUSABLE`. */
	readonly remove: (text: string) => string | null;
	/** Whether the hook is in it as `add` would write it, or one of a rad elsewhere. @throws {RadError} `SETTINGS_UNUSABLE`. */
	readonly find: (text: string) => 'ours' | 'other' | 'none';
};
