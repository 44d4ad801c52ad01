import {existsSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {isFailure} from '../domain/failures.ts';
import {toRefs} from './store.ts';
import {pathOf} from './store-files.ts';
import type {Workbench} from './workbench.ts';

// A list of checkpoints reads the commit of each: so many files take about as long as Node.js itself to start.
const MANY = 250;

/**
 * Packs the commits of the checkpoints, and their refs, once many of them are files of their own: listing a thousand takes a fifth of the
 * time then. Must run under the lock. A commit is removed only when it is in the pack; where packing fails all stays as it is.
 */
export const packCommits = async ({place, git}: Pick<Workbench, 'place' | 'git'>): Promise<void> => {
	// Packing takes these files away.
	if (readdirSync(join(place.store, toRefs(place))).length < MANY) return;
	const toFile = (commit: string): string => pathOf(place, {folder: commit.slice(0, 2), name: commit.slice(2)});
	try {
		const listed = await git.text(['for-each-ref', '--format=%(objectname)', toRefs(place)]);
		const commits = listed.split('\n').filter(commit => commit !== '' && existsSync(toFile(commit)));
		if (commits.length > 0)
			await git.text(['pack-objects', '-q', join(place.store, 'objects/pack/pack')], {stdin: Buffer.from(`${commits.join('\n')}\n`)});
		for (const commit of commits) rmSync(toFile(commit), {force: true});
		await git.text(['pack-refs', '--all']);
	} catch (error) {
		// The checkpoint is made; such as a full disk is told when something is lost by it.
		if (!isFailure(error)) throw error;
	}
};
