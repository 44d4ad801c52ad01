import {createHash} from 'node:crypto';
import {rmSync} from 'node:fs';
import path from 'node:path';
import {readBytes, replaceBytes} from '../../workspace/settings-file.ts';
import {parseObject, toText} from '../foreign.ts';

/** What a settings file was before rad's hook went into it. */
export type SavedSettings = {
	/** Null: there was no file. */
	readonly before: Buffer | null;
	/** SHA-256 in hex of what rad wrote. */
	readonly written: string;
};

export type SettingsMemory = {
	readonly load: (file: string) => SavedSettings | undefined;
	readonly save: (file: string, saved: SavedSettings) => void;
	readonly forget: (file: string) => void;
};

export const toDigest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Remembers settings in rad's own state directory, for the owner alone: they may hold secrets. */
export const createSettingsMemory = (stateDirectory: string): SettingsMemory => {
	const placeOf = (file: string): string => path.join(stateDirectory, 'hooks', `${toDigest(Buffer.from(file)).slice(0, 16)}.json`);
	return {
		load: file => {
			const value = parseObject(readBytes(placeOf(file))?.toString('utf8') ?? '');
			if (value === undefined) return undefined;
			const before = value['before'];
			return {before: typeof before === 'string' ? Buffer.from(before, 'base64') : null, written: toText(value['written'])};
		},
		save: (file, {before, written}) =>
			replaceBytes(placeOf(file), Buffer.from(`${JSON.stringify({file, before: before?.toString('base64') ?? null, written})}\n`)),
		forget: file => rmSync(placeOf(file), {force: true}),
	};
};
