import {chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createEngines} from '../../../source/agents/engines/create-engines.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {DEMO_WORKFLOW} from '../../../source/workspace/demo/demo-files.ts';
import {EXAMPLE_WORKFLOW} from '../../../source/workspace/example-workflow.ts';
import {findWorkspace} from '../../../source/workspace/find-workspace.ts';
import {initWorkspace} from '../../../source/workspace/init-workspace.ts';
import {findStateDirectory} from '../../../source/workspace/state-directory.ts';
import {anEngineCall} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const newFolder = createScratch();
const userId = process.getuid?.();
const init = (root: string, workflowSchema = '{}\n') =>
	initWorkspace(root, userId, {createStore: file => openSqliteStore(file, {create: true}).close(), workflowSchema});
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('initWorkspace', () => {
	it('makes everything for the owner alone, and tells what it made', () => {
		const root = newFolder();

		const {layout, created} = init(root);

		expect(created).toEqual([
			'.radium',
			'.radium/logs',
			'.radium/runs',
			'.radium/workflows',
			'.radium/.gitignore',
			'.radium/workflow.schema.json',
			'.radium/workflows/example.yaml',
			'.radium/monitoring.db',
		]);
		for (const folder of [layout.radium, layout.logs, layout.runs, layout.workflows]) expect(modeOf(folder)).toBe('700');
		for (const file of [layout.database, layout.gitignore]) expect(modeOf(file)).toBe('600');
		expect(readFileSync(layout.gitignore, 'utf8')).toContain('/monitoring.db*\n');
		expect(readFileSync(layout.gitignore, 'utf8')).not.toContain('/workflows');
	});

	it('changes nothing when it is called again, also when the example was removed on purpose', () => {
		const root = newFolder();
		const {layout} = init(root);
		writeFileSync(path.join(layout.workflows, 'example.yaml'), 'mine');

		expect(init(root).created).toEqual([]);
		expect(readFileSync(path.join(layout.workflows, 'example.yaml'), 'utf8')).toBe('mine');
	});

	it('replaces a schema of another version, and never writes through a link', () => {
		const root = newFolder();
		const {layout} = init(root);

		expect(init(root, '{"new": 1}\n').created).toEqual(['.radium/workflow.schema.json']);
		expect(readFileSync(layout.schema, 'utf8')).toBe('{"new": 1}\n');

		const outside = path.join(newFolder(), 'outside');
		writeFileSync(outside, 'mine');
		rmSync(layout.schema);
		symlinkSync(outside, layout.schema);

		expect(init(root).created).toEqual([]);
		expect(readFileSync(outside, 'utf8')).toBe('mine');

		rmSync(outside);
		expect(init(root).created, 'a link to nowhere is somebody’s too').toEqual([]);
	});

	it('makes a store with our mark and schema', () => {
		const {layout} = init(newFolder());

		const header = readFileSync(layout.database);

		expect(header.readUInt32BE(68)).toBe(0x52414431);
		expect(header.readUInt32BE(60)).toBeGreaterThan(0);
		expect(header[18]).toBe(2);
	});
});

describe('findWorkspace', () => {
	it('finds the workspace from any folder below it', () => {
		const root = newFolder();
		init(root);
		mkdirSync(path.join(root, 'a/b'), {recursive: true});

		expect(findWorkspace(path.join(root, 'a/b'), userId).root).toBe(root);
	});

	it.each([
		['a link', (root: string) => symlinkSync('/tmp', path.join(root, '.radium')), 'PATH_UNSAFE'],
		['a file', (root: string) => writeFileSync(path.join(root, '.radium'), ''), 'PATH_UNSAFE'],
		[
			'a folder that others may write',
			(root: string) => {
				mkdirSync(path.join(root, '.radium'));
				chmodSync(path.join(root, '.radium'), 0o777);
			},
			'PATH_UNSAFE',
		],
		['nothing', () => {}, 'WORKSPACE_MISSING'],
	] as const)('refuses %s in its place', (_, make, code) => {
		const root = newFolder();
		make(root);

		expect(() => findWorkspace(root, userId)).toThrow(expect.objectContaining({code}));
	});

	it('refuses the folder of another user', () => {
		const root = newFolder();
		init(root);

		expect(() => findWorkspace(root, 12_345)).toThrow(expect.objectContaining({code: 'PATH_UNSAFE'}));
	});

	it('names a folder that is not there', () => {
		expect(() => findWorkspace('/nonexistent/x', userId)).toThrow(expect.objectContaining({code: 'PATH_MISSING'}));
	});
});

describe('the workflows that rad writes', () => {
	it.each([
		['example', EXAMPLE_WORKFLOW],
		['demo', DEMO_WORKFLOW],
	])('have no mistake: %s', (name, text) => {
		const engines = createEngines({
			nodePath: 'node',
			playerFile: 'player.js',
			recordingsDirectory: path.resolve('source/agents/engines/recorded/recordings'),
			hookFile: 'hook.js',
			agentFile: 'api-agent.js',
			geminiHookSettings: '/nowhere/settings.json',
			findProgram: () => undefined,
		});

		const rules: EngineRules = {
			names: engines.names,
			defaultEngine: 'recorded',
			canResume: name => name === 'claude',
			findProblem: ({engine, kind, text: words, recording, speed}) => {
				const [prompt, command] = kind === 'prompt' ? [words, null] : [null, words];
				return engines.find(engine)?.findProblem(anEngineCall({prompt, command, recording, speed})) ?? null;
			},
		};

		const {problems} = loadWorkflow(name, `${name}.yaml`, text, rules, aWorkspace());

		expect(problems).toEqual([]);
	});
});

describe('findStateDirectory', () => {
	it('takes the first of the variables that holds an absolute path', () => {
		expect(findStateDirectory({RAD_STATE_DIR: '/s', XDG_STATE_HOME: '/x', HOME: '/h'})).toBe('/s');
		expect(findStateDirectory({RAD_STATE_DIR: 'relative', XDG_STATE_HOME: '/x', HOME: '/h'})).toBe('/x/rad');
		expect(findStateDirectory({HOME: '/h'})).toBe('/h/.local/state/rad');
	});

	it('says what to set when there is none', () => {
		expect(() => findStateDirectory({HOME: ''})).toThrow(expect.objectContaining({code: 'NO_STATE_DIRECTORY'}));
	});
});
