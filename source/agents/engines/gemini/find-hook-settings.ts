import {lstatSync, realpathSync, type Stats} from 'node:fs';
import path from 'node:path';

/** Where administrators have theirs, on Linux and macOS. */
const SYSTEM_SETTINGS = ['/etc/gemini-cli/settings.json', '/Library/Application Support/GeminiCli/settings.json'] as const;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The settings file by which Gemini CLI asks before it writes, or null where it would not be read: it believes only what belongs to root
 * and nobody else may write, with every folder above. Where an administrator has settings of their own nothing takes their place.
 */
export const findHookSettings = (file: string): string | null => {
	if (SYSTEM_SETTINGS.some(own => look(own) !== undefined) || look(file)?.isFile() !== true) return null;
	const isBelieved = [path.resolve(file), realpathSync(file)].flatMap(withFoldersAbove).every(place => isOfRoot(look(place)));
	return isBelieved ? file : null;
};

const look = (place: string): Stats | undefined => lstatSync(place, {throwIfNoEntry: false});

const withFoldersAbove = (place: string): readonly string[] =>
	path.dirname(place) === place ? [place] : [place, ...withFoldersAbove(path.dirname(place))];

// The mode of a link means nothing; what it leads to is looked at for itself.
const isOfRoot = (stats: Stats | undefined): boolean =>
	stats !== undefined && stats.uid === 0 && (stats.isSymbolicLink() || (stats.mode & WRITABLE_BY_OTHERS) === 0);
