import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {parseObject, toText} from '../../foreign.ts';

/** A recording of a real coding agent that is shipped with rad: a folder with `stream.ndjson` and `about.json`. */
export type Recording = {
	readonly name: string;
	/** What was recorded, one line. */
	readonly description: string;
	/** The program that was recorded, with its version. */
	readonly program: string;
	readonly exitCode: number;
	/** Absolute path of the lines that it printed. */
	readonly streamFile: string;
};

/** The recordings in a folder, by name. A folder without a readable `about.json` is none. */
export const listRecordings = (directory: string): readonly Recording[] =>
	readdirSync(directory, {withFileTypes: true})
		.filter(entry => entry.isDirectory())
		.flatMap(entry => loadRecording(path.join(directory, entry.name)) ?? [])
		.sort((a, b) => (a.name < b.name ? -1 : 1));

/** Undefined when the folder holds no recording. */
export const loadRecording = (directory: string): Recording | undefined => {
	const about = parseObject(readIfThere(path.join(directory, 'about.json')));
	if (about === undefined) return undefined;
	const {exitCode} = about;
	return {
		name: path.basename(directory),
		description: toText(about['description']),
		program: toText(about['program']),
		exitCode: typeof exitCode === 'number' ? exitCode : 0,
		streamFile: path.join(directory, 'stream.ndjson'),
	};
};

const readIfThere = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return '';
		throw error;
	}
};
