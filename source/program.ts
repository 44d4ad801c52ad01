import {readFileSync} from 'node:fs';
import path from 'node:path';

/** How this program was called, for commands that users copy: by its name where it is installed, otherwise by its file. */
export const toProgramName = (file: string): string => (path.basename(file) === 'rad' ? 'rad' : `node ${file}`);

/** The version of rad. @param programs Absolute path of the folder of the built programs. */
export const readVersion = (programs: string): string => {
	const {version} = JSON.parse(readFileSync(path.join(programs, '../package.json'), 'utf8')) as {readonly version: string};
	return version;
};
