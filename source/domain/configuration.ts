import type {WorkflowProblem} from './workflow-problem.ts';

/** How the dashboard calls a person who looks elsewhere: not at all, by the bell of the terminal, or by OSC 9, of which terminals make a notification of the desktop. */
export const BELLS = ['off', 'bell', 'osc9'] as const;
export type Bell = (typeof BELLS)[number];

/** How the dashboard looks. `dark` is for any terminal that is not white; `mono` has no colours. */
export const THEMES = ['dark', 'light', 'high-contrast', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Where something stands in a file of settings. */
export type Place = Omit<WorkflowProblem, 'message'>;

/** The keys that somebody wants an action of the dashboard to have instead of the usual ones, as written: neither name was judged. */
export type KeyWish = {
	readonly action: string;
	readonly place: Place;
	/** None switches the action off. */
	readonly keys: ReadonlyArray<{readonly name: string; readonly place: Place}>;
	/** True in the user's own file; the other may come from anybody. */
	readonly isOwn: boolean;
	/** Absolute path of that file. */
	readonly file: string;
};

/** A command of the user's shell, and the absolute path of the file that names it. */
export type NotifyCommand = {readonly command: string; readonly file: string};

/** What the user's and the workspace's file of settings say. */
export type Settings = {
	/** What is run when a run waits for a person, failed or completed; null for nothing. */
	readonly notify: NotifyCommand | null;
	readonly bell: Bell;
	readonly theme: ThemeName;
	/** At most one for an action. */
	readonly keys: readonly KeyWish[];
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
