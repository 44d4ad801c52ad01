/** How the dashboard calls a person who looks elsewhere: not at all, by the bell of the terminal, or by OSC 9, of which terminals make a notification of the desktop. */
export const BELLS = ['off', 'bell', 'osc9'] as const;
export type Bell = (typeof BELLS)[number];

/** A command of the user's shell, and the absolute path of the file that names it. */
export type NotifyCommand = {readonly command: string; readonly file: string};

/** What the user's and the workspace's file of settings say. */
export type Settings = {
	/** What is run when a run waits for a person, failed or completed; null for nothing. */
	readonly notify: NotifyCommand | null;
	readonly bell: Bell;
	/** Absolute paths of the files that are there. */
	readonly files: readonly string[];
};

export type Configuration = {
	/**
	 * Reads the files at the first call and once: what a process does is settled when it begins.
	 *
	 * @throws {RadError} `CONFIGURATION_UNUSABLE` with every problem in `details.problems`, mostly as `file:line:col: message`.
	 */
	readonly load: () => Promise<Settings>;
};
