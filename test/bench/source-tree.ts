import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Writable} from 'node:stream';
import type {Place} from './measure.ts';
import {createRandom, createText, nextSize} from './source-text.ts';

const FILES_PER_FOLDER = 15;
const FOLDERS_PER_FOLDER = 12;
const POOL_BYTES = 4 * 2 ** 20;

// The number of a file, written with few digits, is the path to its folder: nested folders of a dozen folders and fifteen files each.
const toPath = (index: number): string => {
	const folders: string[] = [];
	for (let rest = Math.floor(index / FILES_PER_FOLDER); rest > 0; rest = Math.floor(rest / FOLDERS_PER_FOLDER))
		folders.unshift(`part${rest % FOLDERS_PER_FOLDER}`);
	return ['src', ...folders, `file${index}.c`].join('/');
};

const COMMITTER = 'committer Bench <bench@example.org> 1767225600 +0000';

const toHeader = (message: string): string => `commit refs/heads/main\n${COMMITTER}\ndata ${message.length}\n${message}\n`;

const toFile = (mode: string, path: string, content: Buffer): Buffer =>
	Buffer.concat([Buffer.from(`M ${mode} inline ${path}\ndata ${content.length}\n`), content, Buffer.from('\n')]);

// What nearly every repository has, and what makes git and rad look closer.
const USUAL: ReadonlyArray<readonly [path: string, content: string]> = [
	['.gitattributes', '*.png binary\n*.c diff=cpp\n'],
	['.gitignore', '*.o\n*.log\nnode_modules/\nbuild/\n'],
];

/**
 * Commits a tree of `count` generated files to the empty repository in `place` and checks it out.
 *
 * The same each time. Everything goes into one pack, as in a cloned repository.
 */
export const generateTree = async (place: Place, count: number): Promise<void> => {
	// Packing well would take a minute and change nothing that is measured.
	const git = spawn('git', ['-c', 'pack.compression=1', 'fast-import', '--quiet'], {
		cwd: place.cwd,
		env: {...place.env},
		stdio: ['pipe', 'inherit', 'inherit'],
	});
	const ended = once(git, 'close') as Promise<[code: number | null]>;
	await write(git.stdin, Buffer.from(toHeader('Start')));
	for (const [path, content] of USUAL) await write(git.stdin, toFile('100644', path, Buffer.from(content)));
	for (const content of generateFiles(count - USUAL.length)) await write(git.stdin, content);
	git.stdin.end();
	const [code] = await ended;
	if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
};

const write = async (stream: Writable, content: Buffer): Promise<void> => {
	if (!stream.write(content)) await once(stream, 'drain');
};

function* generateFiles(count: number): Generator<Buffer> {
	const random = createRandom(7);
	const pool = createText(POOL_BYTES, random);
	for (let index = 0; index < count; index += 1) {
		const first = Buffer.from(`/* File ${index}. */\n`);
		const size = nextSize(random);
		const start = Math.floor(random() * (pool.length - size));
		yield toFile(index % 50 === 0 ? '100755' : '100644', toPath(index), Buffer.concat([first, pool.subarray(start, start + size)]));
	}
}
