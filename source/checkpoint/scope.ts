import type {RestoreScope} from '../domain/records.ts';
import {type FileName, isBelow, parseShownName} from './file-name.ts';
import type {TreeChange} from './tree-diff.ts';

/** Which changes a restore is to make. */
export type Scope = {
	/** Null for the whole tree. */
	readonly paths: readonly FileName[] | null;
	readonly keepsNew: boolean;
	readonly index: NonNullable<RestoreScope['index']>;
};

/** All of a checkpoint. */
export const WHOLE: Scope = {paths: null, keepsNew: false, index: 'auto'};

export const toScope = ({paths, keepNew, index}: RestoreScope): Scope => ({
	paths: paths === undefined || paths.length === 0 ? null : paths.map(parseShownName),
	keepsNew: keepNew === true,
	index: index ?? 'auto',
});

/** True when a restore decides about every file. */
export const isWhole = ({paths, keepsNew}: Scope): boolean => paths === null && !keepsNew;

/** True at and below the paths, and for a file that stands where a path wants a folder: it has to give way. */
export const isInScope = ({paths}: Pick<Scope, 'paths'>, name: FileName): boolean =>
	paths === null || paths.some(path => isBelow(name, path) || isBelow(path, name));

export const outOfScope = (scope: Scope, changes: readonly TreeChange[]): TreeChange[] => changes.filter(({name}) => !isInScope(scope, name));
