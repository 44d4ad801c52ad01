import {randomUUID} from 'node:crypto';
import {lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';
import {EXAMPLE_WORKFLOW} from './example-workflow.ts';
import {findWorkspace} from './find-workspace.ts';
import {type Layout, toLayout} from './layout.ts';

const GITIGNORE = `# Written by rad init: what rad remembers stays on this machine, the workflows may be shared.
/monitoring.db*
/import.*
/logs/
/runs/
`;

export type Made = {readonly layout: Layout; readonly created: readonly string[]};

/** What other rooms make for it: the database, and the text of the schema that editors read. */
export type Contents = {readonly createStore: (file: string) => void; readonly workflowSchema: string};

/**
 * Makes `.radium/` in a folder, for the owner alone; leaves alone what is there, but for a schema of another version of rad.
 *
 * @throws {RadError} `PATH_UNSAFE`; `WORKSPACE_UNUSABLE` when the folder cannot be written.
 */
export const initWorkspace = (root: string, userId: number | undefined, {createStore, workflowSchema}: Contents): Made => {
	const layout = toLayout(root);
	const created: string[] = [];
	const put = (target: string, write: () => void): void => {
		write();
		created.push(path.relative(root, target).split(path.sep).join('/'));
	};
	const make = (target: string, write: () => void): void => {
		if (!isThere(target)) put(target, write);
	};
	const makeFile = (target: string, text: string): void => make(target, () => writeFileSync(target, text, {mode: 0o600, flag: 'wx'}));
	try {
		make(layout.radium, () => mkdirSync(layout.radium, {mode: 0o700}));
		findWorkspace(root, userId);
		const hasWorkflows = isThere(layout.workflows);
		for (const folder of [layout.logs, layout.runs, layout.workflows]) make(folder, () => mkdirSync(folder, {mode: 0o700}));
		makeFile(layout.gitignore, GITIGNORE);
		if (isOutdated(layout.schema, workflowSchema)) put(layout.schema, () => replaceFile(layout.schema, workflowSchema));
		makeFile(layout.schema, workflowSchema);
		// A folder of workflows without the example is a choice of its owner.
		if (!hasWorkflows) makeFile(path.join(layout.workflows, 'example.yaml'), EXAMPLE_WORKFLOW);
		make(layout.database, () => createStore(layout.database));
	} catch (error) {
		throw translate(error, layout);
	}
	return {layout, created};
};

/** A link too, wherever it leads: nothing is written through one. */
const isThere = (target: string): boolean => lstatSync(target, {throwIfNoEntry: false}) !== undefined;

/** The schema is ours, so one of another version gives way. */
const isOutdated = (file: string, text: string): boolean =>
	lstatSync(file, {throwIfNoEntry: false})?.isFile() === true && readFileSync(file, 'utf8') !== text;

const replaceFile = (file: string, text: string): void => {
	const temporary = `${file}.${randomUUID()}.tmp`;
	writeFileSync(temporary, text, {mode: 0o600, flag: 'wx'});
	renameSync(temporary, file);
};

const translate = (error: unknown, {radium}: Layout): unknown => {
	if (error instanceof RadError || !(error instanceof Error) || !('code' in error)) return error;
	const reasons: Readonly<Record<string, string>> = {
		EACCES: 'no permission to write there',
		EPERM: 'no permission to write there',
		EROFS: 'the file system is read-only',
		ENOSPC: 'no space left on the disk',
	};
	const reason = reasons[String(error.code)];
	return reason === undefined ? error : new RadError('WORKSPACE_UNUSABLE', `Cannot make ${radium}: ${reason}.`, {cause: error});
};
