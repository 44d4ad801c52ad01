import {parseDuration} from './duration.ts';
import {parseSize} from './size.ts';

/** How the dashboard calls a person who looks elsewhere: not at all, by the bell of the terminal, or by OSC 9, of which terminals make a notification of the desktop. */
export const BELLS = ['off', 'bell', 'osc9'] as const;
export type Bell = (typeof BELLS)[number];

/** How the dashboard looks. `dark` is for any terminal that is not white; `mono` has no colours. */
export const THEMES = ['dark', 'light', 'high-contrast', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof THEMES)[number];

/** What becomes of a write of somebody's own agent for which no checkpoint could be stored. */
export const HOOK_POLICIES = ['allow', 'block'] as const;
export type HookPolicy = (typeof HOOK_POLICIES)[number];

/** What a setting takes. A duration is in milliseconds, bounds included; a size in bytes. */
export type SettingKind =
	| {readonly type: 'choice'; readonly choices: readonly string[]}
	| {readonly type: 'count' | 'size' | 'command'}
	| {readonly type: 'duration'; readonly leastMs: number; readonly mostMs: number};

/**
 * What the file of a workspace may say, which may come from anybody: anything; nothing; or only what is as safe as the usual value:
 * at least as much, at most as much, or one of the choices.
 */
export type WorkspaceSay = 'anything' | 'nothing' | 'more' | 'less' | {readonly only: string};

export type SettingRow = {
	readonly kind: SettingKind;
	/** As it would be written; null for none. */
	readonly usual: string | null;
	/** The variable of the environment that counts before any file. */
	readonly variable: string | null;
	/** What the variable means whatever it holds; null where its text is the value. */
	readonly meaning: string | null;
	readonly ofWorkspace: WorkspaceSay;
	/** A sentence or two for people. */
	readonly description: string;
};

/** A timer of Node.js takes no more; a longer wait would be over at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const ANY_TIME = {type: 'duration', leastMs: 0, mostMs: Number.POSITIVE_INFINITY} as const;

const row = (kind: SettingKind, change: Pick<SettingRow, 'description'> & Partial<SettingRow>): SettingRow => ({
	kind,
	usual: null,
	variable: null,
	meaning: null,
	ofWorkspace: 'anything',
	...change,
});

/** Every setting but the keys of the dashboard, by its name: a point parts the keys of nested mappings. In the order in which they are listed. */
export const SETTINGS = {
	notify: row(
		{type: 'command'},
		{ofWorkspace: 'nothing', description: 'A command of the shell that is run when a run waits for you, failed or completed.'},
	),
	bell: row(
		{type: 'choice', choices: BELLS},
		{
			usual: 'off',
			description:
				'How rad top calls you: off, bell (that of the terminal), or osc9 (a notification of the desktop, where the terminal makes one of OSC 9; in tmux and screen it is the bell).',
		},
	),
	theme: row(
		{type: 'choice', choices: THEMES},
		{
			usual: 'dark',
			variable: 'NO_COLOR',
			meaning: 'mono',
			description: 'How rad top looks: dark, light, high-contrast, colour-blind (blue for good and yellow for bad) or mono.',
		},
	),
	'checkpoints.keep': row(
		{type: 'count'},
		{usual: '500', variable: 'RAD_CHECKPOINT_KEEP', ofWorkspace: 'more', description: 'How many checkpoints are kept.'},
	),
	'checkpoints.max_age': row(
		ANY_TIME,
		// Less than the two weeks for which git itself keeps what nothing refers to.
		{usual: '7d', variable: 'RAD_CHECKPOINT_MAX_AGE', ofWorkspace: 'more', description: 'How long checkpoints are kept.'},
	),
	'checkpoints.max_size': row(
		{type: 'size'},
		{usual: '1GB', variable: 'RAD_CHECKPOINT_MAX_SIZE', ofWorkspace: 'more', description: 'What checkpoints may take on the disk.'},
	),
	'checkpoints.timeout': row(
		{type: 'duration', leastMs: 1, mostMs: LONGEST_WAIT_MS},
		// The first look at a very large tree reads every file that no commit has.
		{usual: '2m', variable: 'RAD_CHECKPOINT_TIMEOUT', ofWorkspace: 'more', description: 'How long a look at the work tree may take.'},
	),
	unattended_limit: row(ANY_TIME, {
		usual: '10m',
		variable: 'RAD_UNATTENDED_LIMIT',
		ofWorkspace: 'less',
		description: 'How long an agent may work on when its rad is gone; 0 for not at all.',
	}),
	hook_policy: row(
		{type: 'choice', choices: HOOK_POLICIES},
		{
			usual: 'allow',
			variable: 'RAD_HOOK_POLICY',
			ofWorkspace: {only: 'block'},
			description: 'With block, the hook of rad hook install refuses a write for which no checkpoint could be stored.',
		},
	),
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
export const isSettingName = (text: string): text is SettingName => Object.hasOwn(SETTINGS, text);

/** The keys below which a setting stands in a file: `['checkpoints', 'keep']`. */
export const toSettingPath = (name: string): readonly string[] => name.split('.');

/** Reads a value as it is written in a file, a variable or on a command line; undefined for what the setting does not take. */
export const readSetting = (name: SettingName, text: string): string | number | undefined => {
	const kind: SettingKind = SETTINGS[name].kind;
	switch (kind.type) {
		case 'choice':
			return kind.choices.includes(text) ? text : undefined;
		case 'command':
			return text.trim() === '' || text.includes('\0') ? undefined : text.trim();
		case 'count':
			return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
		case 'size':
			return parseSize(text);
		case 'duration': {
			const ms = text === '0' ? 0 : parseDuration(text);
			return ms !== undefined && ms >= kind.leastMs && ms <= kind.mostMs ? ms : undefined;
		}
	}
};

/** What to write, for who wrote something else. */
export const describeKind = (name: SettingName): string => {
	const kind: SettingKind = SETTINGS[name].kind;
	switch (kind.type) {
		case 'choice':
			return `write one of: ${kind.choices.join(', ')}`;
		case 'command':
			return 'write a command of the shell';
		case 'count':
			return 'write a whole number, such as 500';
		case 'size':
			return 'write a size, such as 500MB or 1GB';
		case 'duration':
			return `write a duration${kind.mostMs === LONGEST_WAIT_MS ? ' of at most 24 days' : ''}, such as 30s, 10m or 7d`;
	}
};

/** Why the file of a workspace may not say this; null when it may. */
export const refuseForWorkspace = (name: SettingName, value: string | number): string | null => {
	const {ofWorkspace, usual}: SettingRow = SETTINGS[name];
	if (ofWorkspace === 'anything') return null;
	if (ofWorkspace === 'nothing') return 'a command is taken from your own file only, since a repository could bring it';
	if (typeof ofWorkspace === 'object') return value === ofWorkspace.only ? null : `a workspace may only say "${ofWorkspace.only}" here`;
	const bound = Number(readSetting(name, usual ?? ''));
	if (ofWorkspace === 'more') return Number(value) >= bound ? null : `a workspace may not take away from the usual ${usual}`;
	return Number(value) <= bound ? null : `a workspace may not add to the usual ${usual}`;
};
