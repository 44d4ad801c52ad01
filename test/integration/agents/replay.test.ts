import {
	chmodSync,
	existsSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {applyReplay, type Replay} from '../../../source/agents/replay.ts';
import {isFailure} from '../../../source/domain/failures.ts';

let folder: string;
let root: string;
const at = (name: string): string => path.join(root, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const write = (file: string, content: string): Replay => ({kind: 'write', path: file, content});
const edit = (file: string, oldText: string, newText: string): Replay => ({
	kind: 'edit',
	path: file,
	edits: [{oldText, newText, isEverywhere: false}],
});
const codeOf = (replay: Replay): string => {
	try {
		applyReplay(root, replay);
		return 'done';
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error.code;
	}
};

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-replay-'));
	root = path.join(folder, 'work');
	mkdirSync(root);
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('applyReplay', () => {
	it('writes a new file and makes its folders', () => {
		applyReplay(root, write(at('src/deep/a.js'), 'new'));

		expect(read('src/deep/a.js')).toBe('new');
		expect(readdirSync(at('src/deep'))).toEqual(['a.js']);
	});

	it('takes a path that is relative to the workspace', () => {
		applyReplay(root, write('a.txt', 'new'));

		expect(read('a.txt')).toBe('new');
	});

	it('replaces a file and keeps its permissions', () => {
		writeFileSync(at('run.sh'), 'old');
		chmodSync(at('run.sh'), 0o776);

		applyReplay(root, write(at('run.sh'), 'new'));

		expect(read('run.sh')).toBe('new');
		expect(statSync(at('run.sh')).mode & 0o777).toBe(0o776);
	});

	it('edits a file', () => {
		writeFileSync(at('a.txt'), 'one two\r\nthree\n');

		applyReplay(root, edit(at('a.txt'), 'two', '2'));

		expect(read('a.txt')).toBe('one 2\r\nthree\n');
	});

	it('creates a file by an edit of nothing', () => {
		applyReplay(root, edit(at('new/a.txt'), '', 'x'));

		expect(read('new/a.txt')).toBe('x');
	});

	it('leaves a file alone when only some of the edits fit', () => {
		writeFileSync(at('a.txt'), 'one');

		expect(codeOf({kind: 'edit', path: at('a.txt'), edits: ['one', 'missing'].map(oldText => ({oldText, newText: 'x', isEverywhere: false}))})).toBe(
			'RESTORE_CONFLICT',
		);
		expect(read('a.txt')).toBe('one');
	});

	it('edits no file that is not there, and makes no folder for it', () => {
		expect(codeOf(edit(at('gone/a.txt'), 'one', 'x'))).toBe('RESTORE_CONFLICT');
		expect(existsSync(at('gone'))).toBe(false);
	});

	it('edits no file that is no text', () => {
		writeFileSync(at('a.bin'), Buffer.from([0x61, 0xff, 0x62]));

		expect(codeOf(edit(at('a.bin'), 'a', 'x'))).toBe('PATH_UNSAFE');
		expect(readFileSync(at('a.bin'))).toEqual(Buffer.from([0x61, 0xff, 0x62]));
	});

	it.each([
		['above the workspace', () => path.join(folder, 'x')],
		['above it, by dots', () => at('src/../../x')],
		['beside it, with the same beginning', () => `${root}-other/x`],
		['the workspace itself', () => root],
		['nowhere', () => ''],
		['a path with a zero byte', () => at('a\0b')],
		['git', () => at('.git/hooks/pre-commit')],
		['git, in capitals', () => at('.GIT/config')],
		['git of a repository within', () => at('lib/.git/config')],
		['rad', () => at('.radium/workflows/x.yaml')],
	])('refuses %s', (_, target) => {
		expect(codeOf(write(target(), 'x'))).toBe('PATH_UNSAFE');
		expect(readdirSync(folder)).toEqual(['work']);
		expect(readdirSync(root)).toEqual([]);
	});

	it('writes through no symbolic link: not a file, not a folder, not one that leads nowhere', () => {
		const outside = path.join(folder, 'outside');
		mkdirSync(outside);
		writeFileSync(path.join(outside, 'victim'), 'safe');
		symlinkSync(path.join(outside, 'victim'), at('file'));
		symlinkSync(outside, at('folder'));
		symlinkSync(path.join(outside, 'not-there'), at('dangling'));

		expect(['file', 'folder/new', 'folder/victim', 'dangling'].map(name => codeOf(write(at(name), 'x')))).toEqual(Array(4).fill('PATH_UNSAFE'));
		expect(codeOf(edit(at('file'), 'safe', 'x'))).toBe('PATH_UNSAFE');
		expect(readdirSync(outside)).toEqual(['victim']);
		expect(readFileSync(path.join(outside, 'victim'), 'utf8')).toBe('safe');
	});

	it('changes no other name of the same file', () => {
		writeFileSync(path.join(folder, 'other-name'), 'safe');
		linkSync(path.join(folder, 'other-name'), at('a.txt'));

		applyReplay(root, write(at('a.txt'), 'new'));

		expect(readFileSync(path.join(folder, 'other-name'), 'utf8')).toBe('safe');
	});

	it('works in a workspace that is itself reached by a symbolic link', () => {
		symlinkSync(root, path.join(folder, 'link'));

		applyReplay(path.join(folder, 'link'), write(path.join(folder, 'link', 'a.txt'), 'new'));

		expect(read('a.txt')).toBe('new');
	});

	it('writes onto no folder and below no file', () => {
		mkdirSync(at('folder'));
		writeFileSync(at('file'), '');

		expect([codeOf(write(at('folder'), 'x')), codeOf(write(at('file/x'), 'x'))]).toEqual(['PATH_UNSAFE', 'PATH_UNSAFE']);
	});

	it('names what the disk refuses', () => {
		expect(codeOf(write(at('x'.repeat(300)), 'x'))).toBe('WORKSPACE_UNUSABLE');
		expect(readdirSync(root)).toEqual([]);
	});

	it('does nothing for a call that cannot be repeated', () => {
		expect(codeOf({kind: 'none', reason: 'A shell command is never run again.'})).toBe('RESTORE_REFUSED');
	});
});
