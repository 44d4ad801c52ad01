import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {createWorkspaceFiles} from '../../../source/workflow/read-workspace-files.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const makeWorkspace = () => {
	const folder = newFolder();
	const root = path.join(folder, 'root');
	mkdirSync(path.join(root, 'prompts'), {recursive: true});
	writeFileSync(path.join(folder, 'secret.md'), 'secret');
	return {root, folder, files: createWorkspaceFiles(root), put: (name: string, text: string | Buffer) => writeFileSync(path.join(root, name), text)};
};

describe('the files of a workspace that a workflow names', () => {
	it('are read as text, without a byte order mark', () => {
		const {files, put} = makeWorkspace();
		put('prompts/a.md', '\uFEFFGrün\r\n');

		expect(files.readText('prompts/a.md')).toEqual({text: 'Grün\r\n'});
		expect(files.listNames('prompts')).toEqual(['a.md']);
	});

	it('are read once: whoever names one has the same text', () => {
		const {root, files, put} = makeWorkspace();
		put('a.md', 'before');
		expect(files.readText('a.md')).toEqual({text: 'before'});
		put('a.md', 'after');

		expect(files.readText('a.md')).toEqual({text: 'before'});
		expect(createWorkspaceFiles(root).readText('a.md')).toEqual({text: 'after'});
	});

	it('are none where nothing lies', () => {
		const {files, put} = makeWorkspace();
		put('a.md', 'x');

		expect([files.readText('b.md'), files.readText('a.md/b.md'), files.listNames('nowhere')]).toEqual([null, null, []]);
	});

	it('may be linked from within the workspace, and from nowhere else', () => {
		const {root, folder, files, put} = makeWorkspace();
		put('a.md', 'x');
		symlinkSync('../a.md', path.join(root, 'prompts/in.md'));
		symlinkSync(path.join(folder, 'secret.md'), path.join(root, 'prompts/out.md'));
		symlinkSync(folder, path.join(root, 'linked'));

		expect(files.readText('prompts/in.md')).toEqual({text: 'x'});
		expect(files.readText('prompts/out.md')).toEqual({problem: 'is a link that leads out of the workspace'});
		expect(files.readText('linked/secret.md')).toEqual({problem: 'is a link that leads out of the workspace'});
	});

	it('are plain files of text of reasonable size', () => {
		const {root, files, put} = makeWorkspace();
		put('most.md', 'x'.repeat(256 * 1024));
		put('more.md', 'x'.repeat(256 * 1024 + 1));
		put('latin.md', Buffer.from([0x67, 0xfc]));
		put('nul.md', 'a\0b');
		execFileSync('mkfifo', [path.join(root, 'pipe')]);

		expect(files.readText('most.md')?.text).toHaveLength(256 * 1024);
		expect(files.readText('more.md')).toEqual({problem: 'is larger than 256 KiB'});
		expect(files.readText('latin.md')).toEqual({problem: 'is not text in UTF-8'});
		expect(files.readText('nul.md')).toEqual({problem: 'is not text in UTF-8'});
		expect(files.readText('prompts')).toEqual({problem: 'is not a file'});
		expect(files.readText('pipe')).toEqual({problem: 'is not a file'});
	});
});
