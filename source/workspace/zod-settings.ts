import {z} from 'zod';
import type {KeyWish, Place} from '../domain/configuration.ts';
import {
	BELLS,
	describeKind,
	HOOK_POLICIES,
	readSetting,
	refuseForWorkspace,
	SETTING_NAMES,
	SETTINGS,
	type SettingName,
	THEMES,
	toSettingPath,
} from '../domain/settings.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import {readYaml, type YamlDocument} from './yaml-document.ts';
import {choice, judgeBy, text, toProblems, wanted} from './zod-judge.ts';

const EXAMPLE = 'a configuration has settings, such as "bell: bell"';

const notMapping = {error: () => `the file is not a mapping; ${EXAMPLE}`};

/** What `readSetting` takes. A number need not be in quotes. */
const figure = (name: SettingName) =>
	z
		.union([z.number(), z.string()], wanted('known', describeKind(name)))
		.refine(value => readSetting(name, String(value)) !== undefined, `is not known; ${describeKind(name)}`);

const count = (name: SettingName) =>
	z
		.number(wanted('a number', describeKind(name)))
		.refine(value => readSetting(name, String(value)) !== undefined, `is no whole number; ${describeKind(name)}`);

const notify = text(describeKind('notify'))
	.trim()
	.min(1, `is empty; ${describeKind('notify')}`)
	.refine(command => !command.includes('\0'), `holds a NUL character; ${describeKind('notify')}`);

const checkpoints = z
	.strictObject(
		{
			keep: count('checkpoints.keep').optional(),
			max_age: figure('checkpoints.max_age').optional(),
			max_size: figure('checkpoints.max_size').optional(),
			timeout: figure('checkpoints.timeout').optional(),
		},
		wanted('a mapping', 'write settings below it, such as "keep: 500"'),
	)
	.optional();

const keys = z.record(
	z.string(),
	z.array(text('write a key, such as "ctrl+k"'), wanted('a list', 'write keys in brackets, such as [ctrl+k]')),
	wanted('a mapping', 'write an action of rad top and its keys, such as "stop-run: [ctrl+k]"'),
);

const OF_WORKSPACE = z.strictObject(
	{
		bell: choice(BELLS).optional(),
		theme: choice(THEMES).optional(),
		checkpoints,
		unattended_limit: figure('unattended_limit').optional(),
		hook_policy: choice(HOOK_POLICIES).optional(),
		keys: keys.optional(),
	},
	notMapping,
);

/** The user's own file. */
export const OF_USER = OF_WORKSPACE.extend({notify: notify.optional()});

/** What a file says a setting is, as `readSetting` reads it, and where. */
export type Said = {readonly value: string | number; readonly shown: string | number; readonly place: Place};

/** Settings as one file gives them. */
export type FileSettings = {
	readonly said: ReadonlyMap<SettingName, Said>;
	readonly keys: ReadonlyArray<Pick<KeyWish, 'action' | 'place' | 'keys'>>;
};

/** What breaks no rule is told, whatever else does. */
export type SettingsReading = {readonly settings: FileSettings; readonly problems: readonly WorkflowProblem[]};

/**
 * Reads a file of settings; every mistake is told. A workspace's file, which a cloned repository may bring along, must neither name a command
 * nor take away from the user's safety.
 *
 * @param userFile How the user's file is shown: where to write what is refused here; null while this is that file.
 */
export const parseSettings = (file: string, content: string, userFile: string | null): SettingsReading => {
	const {document, problems} = readYaml(file, content);
	// A file of which every line is a comment holds null.
	if (document === null || document.value === null) return {settings: {said: new Map(), keys: []}, problems};
	const explain = (path: readonly unknown[], key: string): string | undefined =>
		key === 'notify' && path.length === 0 && userFile !== null ? `${refuseForWorkspace('notify', '')}: ${userFile}` : undefined;
	const {sound, issues} = judgeBy<typeof OF_USER | typeof OF_WORKSPACE>(userFile === null ? OF_USER : OF_WORKSPACE, document.value, explain);
	const {said, refused} = readSaid(document, sound, userFile);
	const found = [...problems, ...toProblems(document, [], issues), ...refused];
	return {
		settings: {said, keys: sound.keys === undefined ? [] : readKeys(document, sound.keys)},
		problems: found.sort((a, b) => a.line - b.line || a.column - b.column),
	};
};

const readSaid = (
	document: YamlDocument,
	sound: object,
	userFile: string | null,
): {readonly said: FileSettings['said']; readonly refused: readonly WorkflowProblem[]} => {
	const said = new Map<SettingName, Said>();
	const refused: WorkflowProblem[] = [];
	for (const name of SETTING_NAMES) {
		const path = toSettingPath(name);
		const shown = path.reduce<unknown>((above, key) => (Object(above) as Record<string, unknown>)[key], sound);
		if (typeof shown !== 'string' && typeof shown !== 'number') continue;
		const value = readSetting(name, String(shown));
		if (value === undefined) continue;
		const fault = userFile === null ? null : refuseForWorkspace(name, value);
		if (fault === null) said.set(name, {value, shown, place: toPlace(document.problemAt(path, ''))});
		else refused.push(document.problemAt(path, `${name}: ${fault}; write it to your own file: ${userFile}`));
	}
	return {said, refused};
};

/** The keys of actions with their places, since only the dashboard can judge them. */
const readKeys = (document: YamlDocument, wishes: z.infer<typeof keys>): FileSettings['keys'] =>
	Object.entries(wishes).map(([action, names]) => ({
		action,
		place: toPlace(document.problemAtKey(['keys'], action, '')),
		keys: names.map((name, index) => ({name, place: toPlace(document.problemAt(['keys', action, index], ''))})),
	}));

const toPlace = ({file, line, column}: Place): Place => ({file, line, column});

/** The format of the user's file as a JSON Schema, for editors; draft 7, as language servers for YAML read it. What it refuses, rad refuses too. */
export const toSettingsSchema = (): Readonly<Record<string, unknown>> => {
	const {properties, ...schema} = z.toJSONSchema(OF_USER, {io: 'input', target: 'draft-7'});
	return {title: 'Settings of rad', ...schema, properties: explainKeys(properties ?? {}, '')};
};

const KEYS_MEANING = 'Actions of rad top and the keys that each has instead of the usual ones; an empty list switches the action off.';

const explainKeys = (properties: Readonly<Record<string, unknown>>, above: string): Readonly<Record<string, unknown>> =>
	Object.fromEntries(
		Object.entries(properties).map(([key, schema]) => {
			const name = `${above}${key}`;
			const {properties: below, ...rest} = Object(schema) as {readonly properties?: Readonly<Record<string, unknown>>};
			const {usual = null, description = name === 'keys' ? KEYS_MEANING : undefined} = Object.hasOwn(SETTINGS, name)
				? SETTINGS[name as SettingName]
				: {};
			return [
				key,
				{
					...(description === undefined ? {} : {description: usual === null ? description : `${description} Usual: ${usual}.`}),
					...rest,
					...(below === undefined ? {} : {properties: explainKeys(below, `${name}.`)}),
				},
			];
		}),
	);
