import type {SettingChange, SettingReport, SettingsDesk, SettingsTarget} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {adviseOnName} from '../domain/misspelt-names.ts';
import {
	describeKind,
	isSettingName,
	readSetting,
	refuseForWorkspace,
	SETTING_NAMES,
	SETTINGS,
	type SettingRow,
	toSettingPath,
} from '../domain/settings.ts';
import {type ChangeOptions, changeSettingsFile, toWrongValue} from './change-settings-file.ts';
import {readConfiguration} from './configuration.ts';
import {describeAction, type Resolved} from './resolve-settings.ts';
import {type SettingsFile, toUserFile, toWorkspaceFile} from './settings-files.ts';
import {readYamlList, removeFromYaml, setInYaml, type YamlValue} from './yaml-edit.ts';

export type SettingsDeskOptions = ChangeOptions & {
	/** What is thrown where a workspace is asked for and there is none. */
	readonly missing: RadError | undefined;
};

/** Looks into the settings, and changes their files. Each call reads them anew. */
export const createSettingsDesk = (options: SettingsDeskOptions): SettingsDesk => {
	const read = async (): Promise<Resolved> => {
		const resolved = await readConfiguration(options);
		if (resolved.failure !== null) throw resolved.failure;
		return resolved;
	};
	const find = (target: SettingsTarget): SettingsFile => findFile(target, options);
	const change = async (target: SettingsTarget, {key, usual}: Subject, edit: (text: string) => string | undefined): Promise<SettingChange> => {
		const {reports, ...changed} = await changeSettingsFile({file: find(target), key, edit, target}, options);
		return {...changed, now: reportOf({key, usual}, reports)};
	};
	return {
		list: async () => (await read()).reports,
		get: async key => {
			const subject = await findSubject(key, options.loadKeys);
			return reportOf(subject, (await read()).reports);
		},
		set: async (key, text, target) => {
			const subject = await findSubject(key, options.loadKeys);
			const value = toYamlValue(subject, text, target);
			return change(target, subject, old => setInYaml(old, subject.path, value));
		},
		unset: async (key, target) => {
			const subject = await findSubject(key, options.loadKeys);
			return change(target, subject, old => removeFromYaml(old, subject.path));
		},
		file: async target => find(target).file,
		schema: async () => {
			// Loaded only where it is asked for: the schema library is the largest part of the program.
			const {toSettingsSchema} = await import('./zod-settings.ts');
			return toSettingsSchema();
		},
	};
};

/** What a key names. */
type Subject = {readonly key: string; readonly path: readonly string[]; readonly usual: SettingReport};

const OF_KEYS = 'keys.';

/** @throws {RadError} `SETTING_UNKNOWN`. */
const findSubject = async (key: string, loadKeys: SettingsDeskOptions['loadKeys']): Promise<Subject> => {
	if (isSettingName(key)) {
		const {usual, description, kind}: SettingRow = SETTINGS[key];
		const value = kind.type === 'count' ? Number(usual) : usual;
		return {key, path: toSettingPath(key), usual: {key, value, origin: {kind: 'default'}, description}};
	}
	if (!key.startsWith(OF_KEYS)) throw toUnknown(key, adviseOnName(key, [...SETTING_NAMES, `${OF_KEYS}<action>`]));
	const action = key.slice(OF_KEYS.length);
	const {usual} = await loadKeys();
	const value = usual.get(action);
	if (value === undefined)
		throw toUnknown(
			key,
			adviseOnName(
				key,
				[...usual.keys()].map(each => `${OF_KEYS}${each}`),
			),
		);
	return {key, path: ['keys', action], usual: {key, value, origin: {kind: 'default'}, description: describeAction(action)}};
};

const toUnknown = (key: string, advice: string): RadError => new RadError('SETTING_UNKNOWN', `There is no setting "${key.slice(0, 80)}"; ${advice}`);

const reportOf = ({key, usual}: Pick<Subject, 'key' | 'usual'>, reports: readonly SettingReport[]): SettingReport =>
	reports.find(report => report.key === key) ?? usual;

/** @throws {RadError} `USAGE`, `SETTING_REFUSED`. */
const toYamlValue = ({key}: Subject, text: string, target: SettingsTarget): YamlValue => {
	if (!isSettingName(key)) {
		const list = readYamlList(text);
		if (list === undefined) throw toWrongValue(`${key} cannot be "${text}"; write a key, or several in brackets: [U, ctrl+k].`);
		return list;
	}
	const value = readSetting(key, text);
	if (value === undefined) throw toWrongValue(`${key} cannot be "${text}"; ${describeKind(key)}.`);
	const fault = target === 'workspace' ? refuseForWorkspace(key, value) : null;
	if (fault !== null)
		throw new RadError('SETTING_REFUSED', `${key} was not written: ${fault}.`, {hint: 'leave out --in-workspace to write it to your own file'});
	return SETTINGS[key].kind.type === 'count' ? Number(value) : text;
};

/** @throws {RadError} `WORKSPACE_MISSING`, `NO_STATE_DIRECTORY`. */
const findFile = (target: SettingsTarget, options: SettingsDeskOptions): SettingsFile => {
	const file = target === 'workspace' ? toWorkspaceFile(options) : toUserFile(options);
	if (file !== undefined) return file;
	if (target === 'workspace' && options.missing !== undefined) throw options.missing;
	throw new RadError('NO_STATE_DIRECTORY', 'There is no place for your settings: neither XDG_CONFIG_HOME nor HOME is an absolute path.', {
		hint: 'set HOME',
	});
};
