import {type KeyWish, type Origin, type SettingReport, type Settings, toSettings} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {describeKind, readSetting, SETTING_NAMES, SETTINGS, type SettingName, type SettingRow} from '../domain/settings.ts';
import type {ConfigurationPlaces, FileReading} from './settings-files.ts';

export type Resolved = {
	readonly settings: Settings;
	/** Of every setting but keys, and of each action whose keys are not the usual ones. */
	readonly reports: readonly SettingReport[];
	/** What is wrong; what is wrong counts as not said. */
	readonly failure: RadError | null;
};

type Sources = {readonly environment: ConfigurationPlaces['environment']; readonly user: FileReading; readonly workspace: FileReading};

/** Puts together what is said: a variable counts before the user's file, that before the workspace's, and that before what is usual. */
export const resolveSettings = (sources: Sources): Resolved => {
	const {user, workspace} = sources;
	const found = SETTING_NAMES.map(name => ({name, ...findSaid(name, sources)}));
	const said = found.flatMap(({name, value}) => (value === null ? [] : [[name, value] as const]));
	const keys = joinKeys(user, workspace);
	const wrong = found.flatMap(({fault}) => fault ?? [])[0] ?? null;
	return {
		settings: toSettings(new Map(said), {
			notifyFile: user.file,
			keys,
			files: [user, workspace].flatMap(({file}) => file ?? []),
		}),
		reports: [...found.map(({report}) => report), ...keys.map(reportKeys)],
		failure: wrong ?? toFailure([user, workspace].filter(({problems}) => problems.length > 0)),
	};
};

type Found = {
	/** As `readSetting` reads it; null where only what is usual counts. */
	readonly value: string | number | null;
	readonly report: SettingReport;
	readonly fault: RadError | null;
};

const findSaid = (name: SettingName, {environment, user, workspace}: Sources): Found => {
	const {variable, meaning, usual, kind, description}: SettingRow = SETTINGS[name];
	const report = (value: SettingReport['value'], origin: Origin): SettingReport => ({key: name, value, origin, description});
	const written = variable === null ? '' : (environment[variable] ?? '');
	const text = written === '' ? '' : (meaning ?? written);
	const value = text === '' ? undefined : readSetting(name, text);
	if (variable !== null && value !== undefined)
		return {value, report: report(kind.type === 'count' ? value : text, {kind: 'environment', variable}), fault: null};
	const fault = text === '' || variable === null ? null : toVariableFailure(name, variable, text);
	for (const [from, {settings}] of [['user', user] as const, ['workspace', workspace] as const]) {
		const said = settings.said.get(name);
		if (said !== undefined) return {value: said.value, report: report(said.shown, {kind: from, place: said.place}), fault};
	}
	return {value: null, report: report(kind.type === 'count' ? Number(usual) : usual, {kind: 'default'}), fault};
};

const toVariableFailure = (name: SettingName, variable: string, text: string): RadError =>
	new RadError('USAGE', `${variable} is "${text}", which cannot be; ${describeKind(name)}.`, {details: {topic: 'environment'}});

/** The user's keys, and for the other actions the workspace's. */
const joinKeys = (user: FileReading, workspace: FileReading): readonly KeyWish[] => {
	const read = ({file, settings}: FileReading, isOwn: boolean): readonly KeyWish[] => settings.keys.map(wish => ({...wish, isOwn, file: file ?? ''}));
	const own = read(user, true);
	return [...own, ...read(workspace, false).filter(({action}) => !own.some(wish => wish.action === action))];
};

const reportKeys = ({action, keys, isOwn, place}: KeyWish): SettingReport => ({
	key: `keys.${action}`,
	value: keys.map(({name}) => name),
	origin: {kind: isOwn ? 'user' : 'workspace', place},
	description: describeAction(action),
});

/** What is said of the keys of an action. */
export const describeAction = (action: string): string => `Keys of rad top for the action ${action}.`;

const toFailure = (broken: readonly FileReading[]): RadError | null => {
	if (broken.length === 0) return null;
	const problems = broken.flatMap(reading => reading.problems);
	return new RadError('CONFIGURATION_UNUSABLE', `The configuration cannot be used: it has ${formatPlural(problems.length)}.`, {
		details: {problems},
		hint: `mend or remove ${broken.map(({file}) => file).join(' and ')}`,
	});
};

const formatPlural = (mistakes: number): string => (mistakes === 1 ? 'a mistake' : `${mistakes} mistakes`);
