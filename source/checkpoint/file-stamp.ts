import {stat} from 'node:fs/promises';

/** A text that changes whenever a file may have changed; `none` when it is not there. */
export const stampOf = async (path: string): Promise<string> => {
	const found = await stat(path, {bigint: true}).catch(() => undefined);
	return found === undefined ? 'none' : `${found.ino}:${found.size}:${found.mtimeNs}`;
};
