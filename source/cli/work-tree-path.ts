import {RadError} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';

type Place = {
	/** Absolute path of the folder in which the path was typed. */
	readonly directory: string;
	/** Absolute path of the top of the work tree. */
	readonly top: string;
};

/**
 * Turns a path as it was typed into the form of `FileChange.path`: below the top of the work tree, with `/`. Empty for the top itself.
 * Works on the text alone: `..` takes back a name, and symbolic links are not followed.
 *
 * @throws {RadError} `PATH_UNSAFE` for a path that is not in the work tree.
 */
export const toWorkTreePath = (typed: string, {directory, top}: Place): string => {
	const path = toNames(typed.startsWith('/') ? typed : `${directory}/${typed}`);
	const root = toNames(top);
	if (root.some((name, index) => path[index] !== name)) throw new RadError('PATH_UNSAFE', `${typed} is not in the work tree, which is ${top}`);
	return path.slice(root.length).join('/');
};

/** The same for several paths. None is left where one of them is the top of the work tree: that is everything. */
export const toWorkTreePaths = async (typed: readonly string[], {checkpoints, workspace}: Rad): Promise<readonly string[]> => {
	if (typed.length === 0) return [];
	const place = {directory: workspace.directory, top: await checkpoints.top()};
	const paths = typed.map(each => toWorkTreePath(each, place));
	return paths.includes('') ? [] : paths;
};

const toNames = (path: string): readonly string[] => {
	const names: string[] = [];
	for (const name of path.split('/')) {
		if (name === '..') names.pop();
		else if (name !== '' && name !== '.') names.push(name);
	}
	return names;
};
