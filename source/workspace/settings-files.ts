import {closeSync, constants, fstatSync, openSync, readFileSync, type Stats} from 'node:fs';
import path from 'node:path';
import {RADIUM} from '../domain/radium.ts';
import {formatProblem} from '../domain/workflow-problem.ts';
import type {FileSettings} from './zod-settings.ts';

const FILE = 'config.yaml';

export type ConfigurationPlaces = {
	/** Absolute path of the workspace's `.radium/`; undefined outside of one. */
	readonly radium: string | undefined;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Undefined where there are no user ids. */
	readonly userId: number | undefined;
};

/** What a file says. */
export type FileReading = {
	/** Absolute path; null when there is no such file. */
	readonly file: string | null;
	readonly settings: FileSettings;
	/** As they are shown, mostly `file:line:col: message`. */
	readonly problems: readonly string[];
};

/** Without a file nothing is said and nothing is wrong. */
export const NOTHING: FileReading = {file: null, settings: {said: new Map(), keys: []}, problems: []};

/** A file of settings, which need not be there. */
export type SettingsFile = {
	/** Absolute path. */
	readonly file: string;
	/** How it is called in messages. */
	readonly shown: string;
	/** As `parseSettings` takes it. */
	readonly userFile: string | null;
	/** Why what it says may not be trusted; null when it may. */
	readonly findFault: (stat: Stats) => string | null;
};

/** `$XDG_CONFIG_HOME/rad/config.yaml`, else the same below `~/.config`; undefined where neither variable is an absolute path. */
export const toUserFile = ({environment, userId}: ConfigurationPlaces): SettingsFile | undefined => {
	const {XDG_CONFIG_HOME: folder, HOME: home} = environment;
	const base = isAbsolute(folder) ? folder : isAbsolute(home) ? path.join(home, '.config') : undefined;
	if (base === undefined) return undefined;
	const file = path.join(base, 'rad', FILE);
	return {file, shown: file, userFile: null, findFault: stat => findStranger(stat, userId)};
};

const isAbsolute = (value: string | undefined): value is string => value !== undefined && path.isAbsolute(value);

export const toWorkspaceFile = (places: ConfigurationPlaces): SettingsFile | undefined =>
	places.radium === undefined
		? undefined
		: {
				file: path.join(places.radium, FILE),
				shown: `${RADIUM}/${FILE}`,
				userFile: toUserFile(places)?.file ?? '~/.config/rad/config.yaml',
				findFault: () => null,
			};

export const readSettingsFile = async (source: SettingsFile | undefined): Promise<FileReading> => {
	const text = source === undefined ? undefined : readSettingsText(source);
	if (source === undefined || text === undefined) return NOTHING;
	return typeof text === 'string' ? parseFile(source, text) : {...NOTHING, file: source.file, problems: [`${source.shown}: ${text.reason}`]};
};

/** Reads a text as what stands in the file, or is to stand there. */
export const parseFile = async ({file, shown, userFile}: SettingsFile, text: string): Promise<FileReading> => {
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

/** The text, why it cannot be had, or undefined when there is no such file. Size is judged by who reads the text, too; a file that is no text has none. */
export const readSettingsText = ({file, findFault}: SettingsFile): string | {readonly reason: string} | undefined => {
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
