import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {type Cost, measure} from './measure.ts';
import type {Repository} from './repository.ts';

/** How other agents keep checkpoints: a second repository with the same work tree, to which everything is committed. */
export type Shadow = {
	/** Begins anew. */
	readonly clear: () => void;
	readonly save: () => Cost;
};

export const createShadow = ({base, cwd, env}: Repository): Shadow => {
	const directory = join(base, 'shadow.git');
	const place = {cwd, env: {...env, GIT_DIR: directory, GIT_WORK_TREE: cwd}};
	return {
		clear: () => {
			rmSync(directory, {recursive: true, force: true});
			execFileSync('git', ['init', '--quiet'], place);
			// A collection in the background would disturb what is measured next.
			execFileSync('git', ['config', 'gc.auto', '0'], place);
		},
		save: () => measure(['bash', '-c', 'git add --all && git commit --quiet --allow-empty --message=checkpoint'], place),
	};
};
