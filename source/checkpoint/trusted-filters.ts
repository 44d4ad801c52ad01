import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Setting} from './git-environment.ts';
import type {Place} from './place.ts';
import {replaceFile} from './tree-state.ts';

/**
 * The filters (programs that convert files, such as git-lfs) that may run: those which were configured when rad first saw the
 * repository. A filter that appears or changes later may have been planted by an agent and never runs.
 */
export const loadTrustedFilters = async ({home}: Place, present: readonly Setting[]): Promise<readonly Setting[]> => {
	const path = join(home, 'filters.json');
	try {
		return JSON.parse(await readFile(path, 'utf8')) as readonly Setting[];
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		await replaceFile(path, JSON.stringify(present));
		return present;
	}
};
