import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createWorkflowLibrary} from '../../../source/workflow/workflow-library.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'rad-library-'));
	mkdirSync(path.join(root, 'w'));
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

const aLibrary = () =>
	createWorkflowLibrary({
		workspaceRoot: root,
		workflowsDirectory: path.join(root, 'w'),
		engines: {names: ['shell'], defaultEngine: 'shell', canResume: () => false, findProblem: () => null},
	});

describe('the workflows of a workspace', () => {
	it('are the plain files of its folder that end like one, whatever else lies there', async () => {
		mkdirSync(path.join(root, 'w/folder.yaml'));
		writeFileSync(path.join(root, 'w/notes.md'), 'x');
		writeFileSync(path.join(root, 'w/good.yaml'), 'version: 1\nsteps:\n  - id: a\n    run: "true"\n');

		expect((await aLibrary().list()).map(({name, problems}) => [name, problems])).toEqual([['good', []]]);
	});

	it.skipIf(process.getuid?.() === 0)('name a file that cannot be read (skipped for root, who reads everything)', async () => {
		writeFileSync(path.join(root, 'w/secret.yaml'), 'version: 1\n', {mode: 0o000});

		expect((await aLibrary().list())[0]?.problems).toEqual([{file: 'w/secret.yaml', line: 1, column: 1, message: 'cannot be read (EACCES)'}]);
	});

	it('tell of two files for one name, whichever is asked for', async () => {
		for (const ending of ['yaml', 'yml']) writeFileSync(path.join(root, `w/same.${ending}`), 'version: 1\nsteps:\n  - id: a\n    run: "true"\n');

		expect((await aLibrary().list()).map(({problems}) => problems.map(({message}) => message))).toEqual([
			['there is same.yml too, and both are called "same"; rename one of them'],
			['there is same.yaml too, and both are called "same"; rename one of them'],
		]);
		await expect(aLibrary().load('same')).rejects.toMatchObject({code: 'WORKFLOW_INVALID'});
	});

	it('may run each other, but not one for which there are two files', async () => {
		const step = (what: string): string => `version: 1\nsteps:\n  - { id: a, ${what} }\n`;
		for (const ending of ['yaml', 'yml']) writeFileSync(path.join(root, `w/same.${ending}`), step('run: x'));
		writeFileSync(path.join(root, 'w/good.yaml'), step('workflow: sound'));
		writeFileSync(path.join(root, 'w/sound.yml'), step('run: x'));
		writeFileSync(path.join(root, 'w/bad.yaml'), step('workflow: same'));

		expect(await aLibrary().load('good')).toMatchObject({steps: [{id: 'a', steps: [{id: 'a', text: 'x'}]}]});
		expect((await aLibrary().find('bad')).problems).toEqual([
			{file: 'w/same.yaml', line: 1, column: 1, message: 'there is same.yml too, and both are called "same"; rename one of them'},
		]);
	});

	it('cannot be read where their folder is none', async () => {
		rmSync(path.join(root, 'w'), {recursive: true});
		writeFileSync(path.join(root, 'w'), 'x');

		await expect(aLibrary().find('same')).rejects.toMatchObject({code: 'WORKSPACE_UNUSABLE', message: expect.stringContaining('it is no folder')});
	});

	it('are none where there is no folder', async () => {
		rmSync(path.join(root, 'w'), {recursive: true});

		expect(await aLibrary().list()).toEqual([]);
	});
});
