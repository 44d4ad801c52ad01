import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ToolResult} from '../../../source/agents/engines/api/agent-loop.ts';
import {MAX_OUTPUT_BYTES} from '../../../source/agents/engines/api/tools/cap-text.ts';
import {findTools, runTool} from '../../../source/agents/engines/api/tools/run-tool.ts';
import type {ToolContext} from '../../../source/agents/engines/api/tools/tool.ts';
import type {Foreign} from '../../../source/agents/foreign.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {createScratch, until} from '../../support/scratch.ts';

const newFolder = createScratch();

/** A workspace below a folder of its own, with files by name. */
const open = (files: Readonly<Record<string, string>> = {}, change: Partial<ToolContext> = {}) => {
	const root = path.join(newFolder(), 'work');
	mkdirSync(root);
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
		writeFileSync(path.join(root, name), content);
	}
	const asked: string[] = [];
	const context: ToolContext = {
		root,
		environment: {PATH: process.env['PATH']},
		clock: createSystemClock(),
		signal: new AbortController().signal,
		askFirst: async file => {
			asked.push(file);
			return null;
		},
		...change,
	};
	const run = (tool: string, input: Foreign | undefined): Promise<ToolResult> => runTool(findTools('full'), {tool, input}, context);
	return {root, asked, run, read: (name: string): string => readFileSync(path.join(root, name), 'utf8')};
};

describe('the tools', () => {
	it('are those that the permissions allow', () => {
		const namesOf = (permissions: Parameters<typeof findTools>[0]) => findTools(permissions).map(({name}) => name);

		expect(namesOf('plan')).toEqual(['read', 'list', 'search']);
		expect(namesOf('edit')).toEqual(['read', 'list', 'search', 'write', 'edit']);
		expect(namesOf('full')).toEqual(['read', 'list', 'search', 'write', 'edit', 'shell']);
	});

	it.each<[string, Foreign | undefined, string]>([
		['delete', {}, 'There is no tool delete. These are: read, list, search, write, edit, shell.'],
		['constructor', {}, 'There is no tool constructor. These are: read, list, search, write, edit, shell.'],
		['read', undefined, 'The arguments were no JSON object.'],
		['write', {path: 'a'}, 'The argument content is missing.'],
		['write', {path: 'a', content: 1}, 'The argument content must be a text.'],
		['read', {path: 'a', limit: 'all'}, 'The argument limit must be a whole number.'],
		['read', {path: 'nothing'}, 'There is no file nothing'],
	])('tell what is wrong with %s %j', async (tool, input, text) => {
		expect(await open().run(tool, input)).toEqual({isError: true, text});
	});

	it.each(['../out', '/etc/hostname', 'link/out', '.git/config', '.radium/state', 'sub/../../out'])('touch nothing at %s', async file => {
		const {root, asked, run} = open({'.git/config': 'secret'});
		mkdirSync(path.join(root, '../outside'));
		writeFileSync(path.join(root, '../outside/out'), 'secret');
		symlinkSync('../outside', path.join(root, 'link'));

		for (const call of [
			run('read', {path: file}),
			run('list', {path: path.dirname(file)}),
			run('search', {pattern: 'secret', path: file}),
			run('write', {path: file, content: 'x'}),
			run('edit', {path: file, old_text: 'secret', new_text: 'x'}),
		]) {
			const {text} = await call;
			expect(text).not.toContain('secret');
		}
		expect((await run('write', {path: file, content: 'x'})).isError).toBe(true);
		expect(readFileSync(path.join(root, '../outside/out'), 'utf8')).toBe('secret');
		expect(readFileSync(path.join(root, '.git/config'), 'utf8')).toBe('secret');
		expect(existsSync(path.join(root, '../out'))).toBe(false);
		expect(asked.filter(name => name.startsWith('..') || path.isAbsolute(name))).toEqual([]);
	});
});

describe('read and list', () => {
	it('reads a file, or lines of it', async () => {
		const {run} = open({'a.txt': 'one\ntwo\nthree\n'});

		expect(await run('read', {path: 'a.txt'})).toEqual({isError: false, text: 'one\ntwo\nthree\n'});
		expect(await run('read', {path: 'a.txt', offset: 2, limit: 1})).toEqual({isError: false, text: 'two'});
	});

	it('cuts what is too long, never within a character, and says so', async () => {
		const {run} = open({'a.txt': `x${'ä'.repeat(40_000)}`});

		const {text} = await run('read', {path: 'a.txt'});

		expect(text).toMatch(/^xä+\n\[cut: the first 65536 of 80001 bytes are shown; read the rest by offset and limit]$/);
		expect(Buffer.byteLength(text)).toBeLessThan(MAX_OUTPUT_BYTES + 100);
	});

	it('lists a folder without what belongs to git and rad', async () => {
		const {root, run} = open({'b/c': '', a: '', '.git/HEAD': '', '.radium/x': ''});
		symlinkSync('a', path.join(root, 'd'));

		expect(await run('list', {path: '.'})).toEqual({isError: false, text: 'a\nb/\nd@'});
		expect((await run('list', {path: 'none'})).isError).toBe(true);
	});
});

describe('search', () => {
	it('finds lines by an expression, and by a plain text where it is none', async () => {
		const files = {'a.js': 'let x = 1;\ncall(x\n', 'b/c.js': 'let y = 2;\n', 'node_modules/n.js': 'let z', '.git/x': 'let z', bin: 'let\0z'};
		const {run} = open(files);

		expect((await run('search', {pattern: '^let \\w'})).text).toBe('a.js:1:let x = 1;\nb/c.js:1:let y = 2;');
		expect((await run('search', {pattern: '^let', path: 'b'})).text).toBe('b/c.js:1:let y = 2;');
		expect((await run('search', {pattern: 'call('})).text).toBe('a.js:2:call(x');
		expect(await run('search', {pattern: 'nothing'})).toEqual({isError: false, text: 'Nothing was found.'});
	});

	it('tells no more than can be read', async () => {
		const {run} = open({a: 'x\n'.repeat(500)});

		expect((await run('search', {pattern: 'x'})).text).toMatch(/a:200:x\n\[cut: the first 200 lines are shown]$/);
	});

	it('gives up on an expression that would never end', async () => {
		const {run} = open({a: `${'a'.repeat(60)}!\n`});
		const start = performance.now();

		const {text} = await run('search', {pattern: '^(a+)+$'});

		expect(text).toBe('[cut: it took too long; search a smaller folder, or for something simpler]');
		expect(performance.now() - start).toBeLessThan(8000);
	});
});

describe('write and edit', () => {
	it('write a file as a whole and replace a text in it, asking first each time', async () => {
		const {asked, run, read} = open();

		expect(await run('write', {path: 'new/a.txt', content: 'one two\n'})).toEqual({isError: false, text: 'new/a.txt was written.'});
		expect(await run('edit', {path: 'new/a.txt', old_text: 'two', new_text: '$& three'})).toEqual({isError: false, text: 'new/a.txt was written.'});
		expect(read('new/a.txt')).toBe('one $& three\n');
		expect(asked).toEqual(['new/a.txt', 'new/a.txt']);
	});

	it.each([
		['x', 2],
		['y', 0],
		['', 0],
	])('do not edit where %j is not exactly once, and ask nobody', async (oldText, places) => {
		const {asked, run, read} = open({a: 'x x'});

		expect(await run('edit', {path: 'a', old_text: oldText, new_text: 'z'})).toEqual({
			isError: true,
			text: `a was not edited: old_text is in it ${places} times, and must be exactly once.`,
		});
		expect(read('a')).toBe('x x');
		expect(asked).toEqual([]);
	});

	it('write nothing and run nothing when no checkpoint could be made', async () => {
		const {run, read} = open({a: 'old'}, {askFirst: async () => 'since the disk is full'});

		expect(await run('write', {path: 'a', content: 'new'})).toEqual({isError: true, text: 'a was not written, since the disk is full'});
		expect(await run('edit', {path: 'a', old_text: 'old', new_text: 'new'})).toMatchObject({isError: true});
		expect(await run('shell', {command: 'echo new >a'})).toEqual({isError: true, text: 'The command was not run, since the disk is full'});
		expect(read('a')).toBe('old');
	});
});

describe('shell', () => {
	it('runs a command in the workspace without input, and tells its output and its end', async () => {
		const {run, read, asked} = open();

		expect(await run('shell', {command: 'cat; echo out; echo err >&2; echo x >a; exit 3'})).toEqual({
			isError: true,
			text: 'out\nerr\n[It ended with exit code 3.]',
		});
		expect(await run('shell', {command: 'kill -9 $$'})).toMatchObject({isError: true, text: '[It was ended by SIGKILL.]'});
		expect(read('a')).toBe('x\n');
		expect(asked).toEqual(['', '']);
	});

	it('keeps the beginning and the end of a long output', async () => {
		const {run} = open();

		const {text} = await run('shell', {command: 'echo first; yes 0123456789 | head -n 100000; echo last'});

		expect(text).toMatch(/^first\n[\s\S]*\n\[cut: \d+ of 1100011 bytes in the middle]\n[\s\S]*last\n\[It ended with exit code 0.]$/);
		expect(text.length).toBeLessThan(MAX_OUTPUT_BYTES + 200);
	});

	it('stops what takes too long, with all that it started', async () => {
		const {run, read} = open();

		const {isError, text} = await run('shell', {command: 'sleep 60 & echo $! >pid; wait', timeout_seconds: 1});

		expect([isError, text]).toEqual([true, '[It was stopped after 1 seconds.]']);
		await until(() => !existsSync(`/proc/${read('pid').trim()}`));
	});

	it('does not wait for what a command left running, and ends it', async () => {
		const {run, read} = open();

		expect(await run('shell', {command: 'sleep 60 & echo $! >pid'})).toMatchObject({isError: false});
		await until(() => !existsSync(`/proc/${read('pid').trim()}`));
	});

	it('is killed when it does not mind being asked', async () => {
		const controller = new AbortController();
		const {root, run} = open({}, {signal: controller.signal});
		const running = run('shell', {command: "trap '' TERM; echo x >started; while :; do sleep 0.1; done"});
		await until(() => existsSync(path.join(root, 'started')));

		controller.abort();

		expect(await running).toEqual({isError: true, text: '[It was stopped.]'});
	});
});
