import {lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Every byte of the user's git directory that is not rad's, by path. Objects, whose names tell their content, are there by name alone. */
export const pictureOfGit = (root: string): Record<string, string> => {
	const directory = join(root, '.git');
	const entries = readdirSync(directory, {recursive: true, encoding: 'utf8'})
		.filter(path => path !== 'rad' && !path.startsWith('rad/') && lstatSync(join(directory, path)).isFile())
		.map(path => [path, path.startsWith('objects/') ? '' : readFileSync(join(directory, path), 'latin1')] as const);
	return Object.fromEntries(entries);
};

/** The same without the index, which a restore may change. */
export const withoutIndex = ({index: _, ...rest}: Record<string, string>): Record<string, string> => rest;
