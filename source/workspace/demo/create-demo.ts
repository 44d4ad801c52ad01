import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {InitResult} from '../../domain/rad.ts';
import {DEMO_FILES, DEMO_WORKFLOW} from './demo-files.ts';
import {makeRepository} from './git-repository.ts';

export type DemoOptions = {
	readonly temporaryDirectory: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly init: (directory: string) => Promise<InitResult>;
};

/** Makes a scratch repository with one commit and an uncommitted note, a workspace in it, and the demo workflow. */
export const createDemo = async ({
	temporaryDirectory,
	environment,
	init,
}: DemoOptions): Promise<{readonly root: string; readonly workflow: string}> => {
	const root = mkdtempSync(path.join(temporaryDirectory, 'rad-demo-'));
	for (const [file, text] of Object.entries(DEMO_FILES)) {
		mkdirSync(path.dirname(path.join(root, file)), {recursive: true});
		writeFileSync(path.join(root, file), text);
	}
	makeRepository(root, environment);
	writeFileSync(path.join(root, 'NOTES.md'), 'A note that is in no commit: checkpoints keep it too.\n');
	const {workspace} = await init(root);
	const workflows = path.join(workspace.root, '.radium', 'workflows');
	rmSync(path.join(workflows, 'example.yaml'), {force: true});
	writeFileSync(path.join(workflows, 'demo.yaml'), DEMO_WORKFLOW, {mode: 0o600});
	return {root: workspace.root, workflow: 'demo'};
};
