import {spawnSync} from 'node:child_process';
import {RadError} from '../../domain/failures.ts';

/** Makes a repository of a folder and commits all that is in it. The user's own git configuration plays no part. @throws {RadError} `GIT_MISSING`, `GIT_UNUSABLE`. */
export const makeRepository = (root: string, environment: Readonly<Record<string, string | undefined>>): void => {
	const own = {
		...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'))),
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_AUTHOR_NAME: 'rad demo',
		GIT_AUTHOR_EMAIL: 'demo@rad.invalid',
		GIT_COMMITTER_NAME: 'rad demo',
		GIT_COMMITTER_EMAIL: 'demo@rad.invalid',
	};
	for (const args of [
		['init', '--quiet', '--initial-branch=main', '--template='],
		['add', '--all'],
		['commit', '--quiet', '--message=A start'],
	]) {
		const {error, status, stderr} = spawnSync('git', args, {cwd: root, env: own, encoding: 'utf8'});
		if (error !== undefined) throw new RadError('GIT_MISSING', 'Git cannot be started.', {cause: error});
		if (status !== 0) throw new RadError('GIT_UNUSABLE', `The repository of the demo could not be made: ${stderr.trim()}`);
	}
};
