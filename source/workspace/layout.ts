import path from 'node:path';
import {RADIUM, WORKTREES} from '../domain/radium.ts';

/** Where the things of a workspace lie. All paths are absolute. */
export type Layout = {
	readonly root: string;
	readonly radium: string;
	readonly database: string;
	readonly logs: string;
	readonly runs: string;
	/** The work trees of steps. */
	readonly worktrees: string;
	readonly workflows: string;
	readonly gitignore: string;
	/** The JSON Schema of workflow files. */
	readonly schema: string;
};

export const toLayout = (root: string): Layout => {
	const radium = path.join(root, RADIUM);
	return {
		root,
		radium,
		database: path.join(radium, 'monitoring.db'),
		logs: path.join(radium, 'logs'),
		runs: path.join(radium, 'runs'),
		worktrees: path.join(radium, WORKTREES),
		workflows: path.join(radium, 'workflows'),
		gitignore: path.join(radium, '.gitignore'),
		schema: path.join(radium, 'workflow.schema.json'),
	};
};
