import {lstatSync} from 'node:fs';

const SYSTEM_SETTINGS = '/etc/gemini-cli/settings.json';
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The settings file by which Gemini CLI asks before it writes, or null where it would not be read: it believes only what belongs to root.
 * Where an administrator has settings of their own nothing takes their place.
 */
export const findHookSettings = (file: string): string | null => {
	if (lstatSync(SYSTEM_SETTINGS, {throwIfNoEntry: false}) !== undefined) return null;
	const stats = lstatSync(file, {throwIfNoEntry: false});
	return stats?.isFile() === true && stats.uid === 0 && (stats.mode & WRITABLE_BY_OTHERS) === 0 ? file : null;
};
