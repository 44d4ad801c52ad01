import {lstatSync} from 'node:fs';

/** Where administrators have theirs, on Linux and macOS. */
const SYSTEM_SETTINGS = ['/etc/gemini-cli/settings.json', '/Library/Application Support/GeminiCli/settings.json'] as const;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The settings file by which Gemini CLI asks before it writes, or null where it would not be read: it believes only what belongs to root.
 * Where an administrator has settings of their own nothing takes their place.
 */
export const findHookSettings = (file: string): string | null => {
	if (SYSTEM_SETTINGS.some(own => lstatSync(own, {throwIfNoEntry: false}) !== undefined)) return null;
	const stats = lstatSync(file, {throwIfNoEntry: false});
	return stats?.isFile() === true && stats.uid === 0 && (stats.mode & WRITABLE_BY_OTHERS) === 0 ? file : null;
};
