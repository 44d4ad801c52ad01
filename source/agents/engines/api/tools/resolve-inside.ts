import {realpathSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../../../../domain/failures.ts';
import {sanitizeLine} from '../../../../domain/sanitize.ts';
import {toWorkspacePath} from '../../../workspace-path.ts';

/** Git's own data and ours: no tool looks into them. */
export const HIDDEN: ReadonlySet<string> = new Set(['.git', '.radium']);

/**
 * The real path of a file or folder that is there, in the workspace or the workspace itself, with all links followed.
 *
 * @throws {RadError} `PATH_UNSAFE` when it is outside of the workspace, or in `.git` or `.radium`. Errors of the system as they are.
 */
export const resolveInside = (root: string, file: string): string => {
	const base = realpathSync(root);
	const real = realpathSync(path.resolve(base, file));
	const relative = real === base ? '' : toWorkspacePath(base, real);
	const isHidden = relative?.split('/').some(part => HIDDEN.has(part.toLowerCase())) === true;
	if (relative === undefined || isHidden) {
		const reason = isHidden ? 'it belongs to git or rad' : 'it lies outside of the workspace';
		throw new RadError('PATH_UNSAFE', `${sanitizeLine(file)} is not touched: ${reason}.`);
	}
	return real;
};
