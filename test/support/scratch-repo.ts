import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** A folder of its own with a HOME of its own; `git` in it reads no configuration from outside and makes the same commits each time. */
export type Scratch = {
	/** Holds everything below; removed by `remove`. */
	readonly base: string;
	/** The work tree. */
	readonly root: string;
	readonly home: string;
	readonly stateDirectory: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Paths are below the work tree, or absolute. */
	readonly write: (path: string | Buffer, content: string | Buffer, mode?: number) => void;
	readonly read: (path: string | Buffer) => string;
	readonly link: (path: string, target: string) => void;
	readonly delete: (path: string) => void;
	readonly has: (path: string) => boolean;
	/** Runs git in the work tree; returns what it printed, byte by byte as Latin-1. */
	readonly git: (...args: readonly string[]) => string;
	readonly remove: () => void;
};

const toPath = (root: string, path: string | Buffer): Buffer =>
	path.toString().startsWith('/') ? Buffer.from(path) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]);

/** A folder without git. */
export const createScratchFolder = (name = 'work'): Scratch => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-scratch-')));
	const home = join(base, 'home');
	const root = join(base, name);
	mkdirSync(home);
	mkdirSync(root);
	const environment = {
		PATH: process.env['PATH'] ?? '',
		HOME: home,
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_AUTHOR_NAME: 'Ann',
		GIT_AUTHOR_EMAIL: 'ann@example.org',
		GIT_AUTHOR_DATE: '1767225600 +0000',
		GIT_COMMITTER_NAME: 'Ann',
		GIT_COMMITTER_EMAIL: 'ann@example.org',
		GIT_COMMITTER_DATE: '1767225600 +0000',
	};
	return {
		base,
		root,
		home,
		stateDirectory: join(base, 'state'),
		environment,
		git: (...args) => execFileSync('git', args, {cwd: root, env: environment, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe']}),
		write: (path, content, mode) => {
			const full = toPath(root, path);
			mkdirSync(Buffer.from(dirname(full.toString('latin1')), 'latin1'), {recursive: true});
			writeFileSync(full, content);
			if (mode !== undefined) chmodSync(full, mode);
		},
		read: path => readFileSync(toPath(root, path), 'latin1'),
		link: (path, target) => symlinkSync(target, join(root, path)),
		delete: path => rmSync(join(root, path), {recursive: true}),
		has: path => existsSync(join(root, path)),
		remove: () => rmSync(base, {recursive: true, force: true}),
	};
};

/** A git repository without commits. */
export const createScratchRepo = (name?: string): Scratch => {
	const scratch = createScratchFolder(name);
	scratch.git('init', '-q', '-b', 'main');
	return scratch;
};

/** Everything in the work tree but git's own folder: kind, permissions and content of each path, sorted. */
export const pictureOf = (root: string): string[] => listBelow(root, Buffer.alloc(0)).sort();

const listBelow = (root: string, folder: Buffer): string[] =>
	readdirSync(toPath(root, folder), {encoding: 'buffer'}).flatMap(name => {
		const path = folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name]);
		return name.toString() === '.git' && folder.length === 0 ? [] : describe(root, path);
	});

const describe = (root: string, path: Buffer): string[] => {
	const full = toPath(root, path);
	const stats = lstatSync(full);
	const name = path.toString('latin1');
	if (stats.isSymbolicLink()) return [`${name} -> ${readlinkSync(full, 'latin1')}`];
	if (stats.isDirectory()) return listBelow(root, path);
	if (!stats.isFile()) return [`${name} special`];
	return [`${name} ${(stats.mode & 0o777).toString(8)} ${readFileSync(full, 'latin1')}`];
};
