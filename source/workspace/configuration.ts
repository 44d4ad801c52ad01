import {closeSync, constants, fstatSync, openSync, readFileSync, type Stats} from 'node:fs';
import path from 'node:path';
import type {Configuration, KeyWish, Settings} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {formatProblem} from '../domain/workflow-problem.ts';
import {RADIUM} from './layout.ts';
import type {FileSettings} from './zod-settings.ts';

const FILE = 'config.yaml';

export type ConfigurationPlaces = {
	/** Absolute path of the workspace's `.radium/`. */
	readonly radium: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Undefined where there are no user ids. */
	readonly userId: number | undefined;
};

/** The settings of a workspace and of its user; neither file need be there. Of a setting in both, the user's counts: the other may come from anybody. */
export const createConfiguration = (places: ConfigurationPlaces): Configuration => {
	let reading: Promise<Settings> | undefined;
	return {
		load: () => {
			reading ??= readSettings(places);
			return reading;
		},
	};
};

/** `$XDG_CONFIG_HOME/rad/config.yaml`, else the same below `~/.config`; undefined where neither variable is an absolute path. */
const findUserFile = (environment: ConfigurationPlaces['environment']): string | undefined => {
	const {XDG_CONFIG_HOME: folder, HOME: home} = environment;
	if (folder !== undefined && path.isAbsolute(folder)) return path.join(folder, 'rad', FILE);
	return home !== undefined && path.isAbsolute(home) ? path.join(home, '.config', 'rad', FILE) : undefined;
};

const readSettings = async ({radium, environment, userId}: ConfigurationPlaces): Promise<Settings> => {
	const userFile = findUserFile(environment);
	const workspaceFile = path.join(radium, FILE);
	const [user, workspace] = await Promise.all([
		userFile === undefined ? NOTHING : readFile({file: userFile, shown: userFile, userFile: null, findFault: stat => findStranger(stat, userId)}),
		readFile({file: workspaceFile, shown: `${RADIUM}/${FILE}`, userFile: userFile ?? '~/.config/rad/config.yaml', findFault: () => null}),
	]);
	const readings = [user, workspace].filter(({file}) => file !== null);
	const broken = readings.filter(({problems}) => problems.length > 0);
	if (broken.length > 0) throw toFailure(broken);
	const {notify} = user.settings;
	return {
		notify: notify === undefined || userFile === undefined ? null : {command: notify, file: userFile},
		bell: user.settings.bell ?? workspace.settings.bell ?? 'off',
		theme: user.settings.theme ?? workspace.settings.theme ?? 'dark',
		keys: joinKeys(user, workspace),
		files: readings.flatMap(({file}) => file ?? []),
	};
};

/** The user's keys, and for the other actions the workspace's. */
const joinKeys = (user: FileReading, workspace: FileReading): readonly KeyWish[] => {
	const read = ({file, settings}: FileReading, isOwn: boolean): readonly KeyWish[] =>
		(settings.keys ?? []).map(wish => ({...wish, isOwn, file: file ?? ''}));
	const own = read(user, true);
	return [...own, ...read(workspace, false).filter(({action}) => !own.some(wish => wish.action === action))];
};

/** What a file says; without one, nothing is said and nothing is wrong. */
type FileReading = {readonly file: string | null; readonly settings: FileSettings; readonly problems: readonly string[]};

const NOTHING: FileReading = {file: null, settings: {}, problems: []};

type Source = {
	readonly file: string;
	/** How it is called in messages. */
	readonly shown: string;
	/** As `parseSettings` takes it. */
	readonly userFile: string | null;
	/** Why what it says may not be trusted; null when it may. */
	readonly findFault: (stat: Stats) => string | null;
};

const readFile = async ({file, shown, userFile, findFault}: Source): Promise<FileReading> => {
	const text = readText(file, findFault);
	if (text === undefined) return NOTHING;
	if (typeof text !== 'string') return {file, settings: {}, problems: [`${shown}: ${text.reason}`]};
	// Loaded only where there is a file: the schema library is the largest part of the program.
	const {parseSettings} = await import('./zod-settings.ts');
	const {settings, problems} = parseSettings(shown, text, userFile);
	return {file, settings, problems: problems.map(formatProblem)};
};

/** Commands stand in it: whoever may write it may run what he likes as this user. */
const findStranger = ({uid, mode}: Stats, userId: number | undefined): string | null => {
	if (userId !== undefined && uid !== userId && uid !== 0) return 'it belongs to another user';
	return (mode & 0o002) === 0 ? null : 'everybody may write it: chmod o-w';
};

/** The text, why it cannot be had, or undefined when there is no such file. Size is judged by who reads the text; a file that is no text has none. */
const readText = (file: string, findFault: Source['findFault']): string | {readonly reason: string} | undefined => {
	let handle: number | undefined;
	try {
		// Without O_NONBLOCK, opening a named pipe that somebody put there would wait for ever.
		handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		const stat = fstatSync(handle);
		if (!stat.isFile()) return {reason: 'it is not a regular file'};
		if (stat.size > MAX_BYTES) return {reason: 'it is larger than 64 KiB'};
		const fault = findFault(stat);
		return fault === null ? readFileSync(handle, 'utf8') : {reason: fault};
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
		return {reason: error.code === 'EACCES' ? 'no permission to read it' : error.message};
	} finally {
		if (handle !== undefined) closeSync(handle);
	}
};

const MAX_BYTES = 64 * 1024;

const toFailure = (broken: readonly FileReading[]): RadError => {
	const problems = broken.flatMap(reading => reading.problems);
	return new RadError('CONFIGURATION_UNUSABLE', `The configuration cannot be used: it has ${formatPlural(problems.length)}.`, {
		details: {problems},
		hint: `mend or remove ${broken.map(({file}) => file).join(' and ')}`,
	});
};

const formatPlural = (mistakes: number): string => (mistakes === 1 ? 'a mistake' : `${mistakes} mistakes`);
