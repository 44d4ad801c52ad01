import type {RadError} from './failures.ts';
import type {PruneLimits} from './records.ts';
import {type Bell, type HookPolicy, readSetting, SETTING_NAMES, SETTINGS, type SettingName, type ThemeName} from './settings.ts';
import type {WorkflowProblem} from './workflow-problem.ts';

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

/** Which checkpoints are kept when nobody says otherwise, and how long a look at the work tree may take, in milliseconds. */
export type CheckpointSettings = {readonly retention: Required<PruneLimits>; readonly timeoutMs: number};

/** What the environment, the user's and the workspace's file of settings say, and what is usual where they say nothing. */
export type Settings = {
	/** What is run when a run waits for a person, failed or completed; null for nothing. */
	readonly notify: NotifyCommand | null;
	readonly bell: Bell;
	readonly theme: ThemeName;
	readonly checkpoints: CheckpointSettings;
	/** How long agents go on without a rad, in milliseconds. */
	readonly unattendedMs: number;
	readonly hookPolicy: HookPolicy;
	/** At most one for an action. */
	readonly keys: readonly KeyWish[];
	/** Absolute paths of the files that are there. */
	readonly files: readonly string[];
};

export type Configuration = {
	/**
	 * Reads the files at the first call and once: what a process does is settled when it begins.
	 *
	 * @throws {RadError} `CONFIGURATION_UNUSABLE` with every problem in `details.problems`, mostly as `file:line:col: message`; `USAGE` for a
	 * variable that holds what cannot be.
	 */
	readonly load: () => Promise<Settings>;
	/** The same for what must go on: what is wrong counts as not said, and is told in `failure`, which is what `load` would throw. */
	readonly loadAnyway: () => Promise<{readonly settings: Settings; readonly failure: RadError | null}>;
};

/** Who said what a setting is. */
export type Origin =
	| {readonly kind: 'default'}
	| {readonly kind: 'environment'; readonly variable: string}
	| {readonly kind: 'user' | 'workspace'; readonly place: Place};

/** A setting as it counts now. */
export type SettingReport = {
	/** `checkpoints.keep`, `keys.undo`. */
	readonly key: string;
	/** As a file holds it: a count is a number, keys are a list; null where nothing is said. */
	readonly value: string | number | readonly string[] | null;
	readonly origin: Origin;
	readonly description: string;
};

/** What the dashboard knows of its keys. */
export type DashboardKeys = {
	/** Every mistake in what is wished, in the order of the files. */
	readonly findProblems: (wishes: readonly KeyWish[]) => readonly WorkflowProblem[];
	/** The usual keys of each action. */
	readonly usual: ReadonlyMap<string, readonly string[]>;
};

/** The user's own file, or that of the workspace. */
export type SettingsTarget = 'user' | 'workspace';

export type SettingChange = {
	/** Absolute path. */
	readonly file: string;
	readonly isChanged: boolean;
	/** How the setting counts now: what was said elsewhere may count before the file. */
	readonly now: SettingReport;
};

/** Looks into the settings of a person and a workspace, and changes their files. Outside of a workspace there is the person's file alone. */
export type SettingsDesk = {
	/** Every setting; of the dashboard's keys those that are not as usual. @throws {RadError} as `Configuration.load`. */
	readonly list: () => Promise<readonly SettingReport[]>;
	/** @throws {RadError} `SETTING_UNKNOWN`, and as `Configuration.load`. */
	readonly get: (key: string) => Promise<SettingReport>;
	/**
	 * Writes a value, given as a file would hold it, into a file, whose comments and order stay. The file is replaced as a whole, or left as
	 * it was.
	 *
	 * @throws {RadError} `SETTING_UNKNOWN`; `USAGE` for a value that cannot be; `SETTING_REFUSED` for what a workspace may not say;
	 * `CONFIGURATION_UNUSABLE` for a file with other mistakes or that is not to be trusted; `OUTPUT_FAILED`; `WORKSPACE_MISSING`.
	 */
	readonly set: (key: string, text: string, target: SettingsTarget) => Promise<SettingChange>;
	/** Takes a setting out of a file. @throws {RadError} as `set`. */
	readonly unset: (key: string, target: SettingsTarget) => Promise<SettingChange>;
	/** Absolute path of a file, which need not be there. @throws {RadError} `WORKSPACE_MISSING`; `NO_STATE_DIRECTORY` without a home. */
	readonly file: (target: SettingsTarget) => Promise<string>;
	/** The JSON Schema of the user's file. */
	readonly schema: () => Promise<unknown>;
};

/** Makes settings of what is said of each, read by `readSetting`; the usual value counts where nothing is. */
export const toSettings = (
	said: ReadonlyMap<SettingName, string | number>,
	{notifyFile, keys, files}: {readonly notifyFile: string | null; readonly keys: readonly KeyWish[]; readonly files: readonly string[]},
): Settings => {
	const all = new Map([...usualValues(), ...said]);
	const number = (name: SettingName): number => Number(all.get(name));
	const command = all.get('notify');
	return {
		notify: typeof command !== 'string' || notifyFile === null ? null : {command, file: notifyFile},
		// Each was found among the choices of its row.
		bell: all.get('bell') as Bell,
		theme: all.get('theme') as ThemeName,
		checkpoints: {
			retention: {
				keep: number('checkpoints.keep'),
				olderThanMs: number('checkpoints.max_age'),
				maxSizeBytes: number('checkpoints.max_size'),
			},
			timeoutMs: number('checkpoints.timeout'),
		},
		unattendedMs: number('unattended_limit'),
		hookPolicy: all.get('hook_policy') as HookPolicy,
		keys,
		files,
	};
};

const usualValues = (): ReadonlyArray<readonly [SettingName, string | number]> =>
	SETTING_NAMES.flatMap(name => {
		const value = readSetting(name, SETTINGS[name].usual ?? '');
		return value === undefined ? [] : [[name, value]];
	});
