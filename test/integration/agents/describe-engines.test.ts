import {chmodSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {describeEngines} from '../../../source/agents/describe-engines.ts';
import {createEngines} from '../../../source/agents/engines/create-engines.ts';
import {findProgram} from '../../../source/agents/find-program.ts';
import {createScratch} from '../../support/scratch.ts';

const makeDirectory = createScratch();
const engines = createEngines({
	nodePath: 'node',
	playerFile: 'player.js',
	recordingsDirectory: '/nowhere',
	hookFile: 'hook.js',
	agentFile: 'api-agent.js',
	geminiHookSettings: '/nowhere/settings.json',
	findProgram,
});
const describeHere = (environment: Record<string, string>) =>
	describeEngines({engines, findProgram, environment, signal: new AbortController().signal});

const aProgram = (folder: string, name: string, script: string): string => {
	const file = path.join(folder, name);
	writeFileSync(file, `#!/bin/sh\n${script}\n`);
	chmodSync(file, 0o755);
	return file;
};

describe('describeEngines', () => {
	it('tells version, place and login of what is installed, and how to install the rest', async () => {
		const folder = makeDirectory();
		const file = aProgram(folder, 'claude', 'printf "2.1.330 (Claude\\033[31m Code)\\nmore\\n"');
		mkdirSync(path.join(folder, '.codex'));
		writeFileSync(path.join(folder, '.codex/auth.json'), '{}');

		const found = await describeHere({PATH: `${folder}:/usr/bin:/bin`, HOME: folder, ANTHROPIC_API_KEY: 'secret'});

		const of = (name: string) => found.find(engine => engine.name === name);
		expect(of('claude')).toMatchObject({isInstalled: true, path: file, version: '2.1.330 (Claude Code)', login: 'ANTHROPIC_API_KEY'});
		expect(of('codex')).toMatchObject({isInstalled: false, version: null, login: '~/.codex/auth.json', install: 'npm install -g @openai/codex'});
		expect(of('shell')).toMatchObject({isInstalled: true, needsLogin: false, install: null});
		expect(of('api')).toMatchObject({isInstalled: true, needsLogin: true, login: 'ANTHROPIC_API_KEY', install: null});
		expect(JSON.stringify(found)).not.toContain('secret');
	});

	it('knows no version of a program that fails to tell it', async () => {
		const folder = makeDirectory();
		aProgram(folder, 'claude', 'exit 3');

		const found = await describeHere({PATH: folder, HOME: folder});

		expect(found.find(({name}) => name === 'claude')).toMatchObject({isInstalled: true, version: null, login: null});
	});
});

describe('findProgram', () => {
	it('calls a program by the name of its link, and finds nothing that cannot be run or lies in a folder relative to where one stands', () => {
		const folder = makeDirectory();
		symlinkSync(aProgram(folder, 'real', 'true'), path.join(folder, 'linked'));
		writeFileSync(path.join(folder, 'plain'), 'text');
		mkdirSync(path.join(folder, 'folder'));

		expect(findProgram('linked', {PATH: `/nowhere:${folder}`})).toBe(path.join(folder, 'linked'));
		for (const name of ['plain', 'folder', 'missing']) expect(findProgram(name, {PATH: folder})).toBeUndefined();
		expect(findProgram('real', {PATH: `.:${path.relative(process.cwd(), folder)}`})).toBeUndefined();
		expect(findProgram('real', {})).toBeUndefined();
	});
});
