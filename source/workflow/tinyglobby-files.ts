import {glob} from 'tinyglobby';

/** What is nobody's work: it is found only by a pattern that names it. */
const QUIET = ['.git', '.radium', 'node_modules'];

/**
 * The files of a folder that match a pattern, as paths below it with `/`, in order. A folder stands for all that is in it; links are not
 * followed.
 */
export const findMatches = async (root: string, pattern: string): Promise<readonly string[]> => {
	const found = await glob(pattern, {
		cwd: root,
		dot: true,
		followSymbolicLinks: false,
		ignore: QUIET.filter(name => name !== 'node_modules' || !pattern.includes(name)).map(name => `**/${name}/**`),
	});
	return found.toSorted();
};
