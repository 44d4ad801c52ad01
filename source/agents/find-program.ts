import {accessSync, constants, realpathSync, statSync} from 'node:fs';
import path from 'node:path';

/** Finds a program on the PATH of an environment: its absolute path with links resolved, or undefined when there is none. */
export type FindProgram = (command: string, environment: Readonly<Record<string, string | undefined>>) => string | undefined;

export const findProgram: FindProgram = (command, environment) => {
	for (const folder of (environment['PATH'] ?? '').split(path.delimiter)) {
		// A folder that depends on where somebody stands would let a workspace choose what is run.
		if (!path.isAbsolute(folder)) continue;
		const file = path.join(folder, command);
		if (isProgram(file)) return realpathSync(file);
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
