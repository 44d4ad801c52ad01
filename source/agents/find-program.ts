import {accessSync, constants, statSync} from 'node:fs';
import path from 'node:path';

/** Finds a program on the PATH of an environment: its absolute path, or undefined when there is none. */
export type FindProgram = (command: string, environment: Readonly<Record<string, string | undefined>>) => string | undefined;

export const findProgram: FindProgram = (command, environment) => {
	for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
		// A folder that depends on where somebody stands would let a workspace choose what is run.
		if (!path.isAbsolute(folder)) continue;
		const file = path.join(folder, command);
		// As it is called there: managers of versions tell by the name of the link which program is meant.
		if (isProgram(file)) return file;
	}
	return undefined;
};

const isProgram = (file: string): boolean => {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch (error) {
		if (error instanceof Error && 'code' in error) return false;
		throw error;
	}
};
