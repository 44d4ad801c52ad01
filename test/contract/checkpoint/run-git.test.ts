import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import type {RunGit} from '../../../source/checkpoint/git-port.ts';
import {createGitProcess} from '../../../source/checkpoint/git-process.ts';
import {createSimpleGit} from '../../../source/checkpoint/simple-git.ts';
import {createScratchRepo, type Scratch} from '../../support/scratch-repo.ts';

const ADAPTERS: ReadonlyArray<{readonly name: string; readonly create: () => RunGit}> = [
	{name: 'a plain process', create: createGitProcess},
	{name: 'simple-git', create: createSimpleGit},
];

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

const aRepo = (): Scratch => {
	const repo = createScratchRepo();
	scratches.push(repo);
	return repo;
};

describe.each(ADAPTERS)('git run by $name', ({create}) => {
	it('hands over bytes as they are', async () => {
		const repo = aRepo();
		repo.write(Buffer.from('caf\xe9', 'latin1'), 'x');

		const output = await create()({args: ['ls-files', '-o', '-z'], cwd: repo.root, env: repo.environment});

		expect(output).toEqual({exitCode: 0, stdout: Buffer.from('caf\xe9\0', 'latin1'), stderr: ''});
	});

	it('takes bytes on its standard input', async () => {
		const repo = aRepo();
		const bytes = Buffer.from(Array.from({length: 300_000}, (_, index) => index % 256));
		repo.write('file', bytes);

		const output = await create()({args: ['hash-object', '--stdin'], cwd: repo.root, env: repo.environment, stdin: bytes});

		expect(output.stdout.toString()).toBe(repo.git('hash-object', 'file'));
	});

	it('answers with the exit code and the message of a failed command', async () => {
		const repo = aRepo();

		const silent = await create()({args: ['rev-parse', '--verify', '--quiet', 'HEAD'], cwd: repo.root, env: repo.environment});
		const loud = await create()({args: ['cat-file', '-p', 'nothing'], cwd: repo.root, env: repo.environment});

		expect(silent).toMatchObject({exitCode: 1, stderr: ''});
		expect(loud).toMatchObject({exitCode: 128, stderr: expect.stringContaining('nothing')});
	});

	it('hands over what it complains about, besides the answer', async () => {
		const repo = aRepo();
		const heard: Buffer[] = [];

		const {stderr} = await create()({
			args: ['cat-file', '-p', 'nothing'],
			cwd: repo.root,
			env: repo.environment,
			onStderr: bytes => void heard.push(Buffer.from(bytes)),
		});

		expect(stderr).toContain('nothing');
		expect(Buffer.concat(heard).toString()).toBe(stderr);
	});

	it('passes exactly the environment that it was given', async () => {
		const repo = aRepo();
		const env = {...repo.environment, GIT_AUTHOR_NAME: 'Someone', GIT_CONFIG_GLOBAL: '/dev/null'};

		const output = await create()({args: ['var', 'GIT_AUTHOR_IDENT'], cwd: repo.root, env});

		expect(output.stdout.toString()).toMatch(/^Someone </);
	});

	it('hands over what is printed instead of keeping it, when somebody takes it', async () => {
		const repo = aRepo();
		const taken: Buffer[] = [];

		const output = await create()({args: ['version'], cwd: repo.root, env: repo.environment, onStdout: bytes => taken.push(Buffer.from(bytes))});

		expect(output).toMatchObject({exitCode: 0, stdout: Buffer.alloc(0)});
		expect(Buffer.concat(taken).toString()).toMatch(/^git version /);
	});

	it('names a missing git and a missing folder', async () => {
		const repo = aRepo();
		mkdirSync(join(repo.base, 'empty'));

		await expect(create()({args: ['version'], cwd: repo.root, env: {PATH: join(repo.base, 'empty')}})).rejects.toMatchObject({code: 'GIT_MISSING'});
		await expect(create()({args: ['version'], cwd: join(repo.base, 'none'), env: repo.environment})).rejects.toMatchObject({
			code: 'WORKSPACE_UNUSABLE',
		});
	});
});

describe('a plain process', () => {
	it('is stopped by the signal', async () => {
		const repo = aRepo();
		const controller = new AbortController();

		const running = createGitProcess()({
			args: ['-c', 'alias.wait=!exec sleep 60', 'wait'],
			cwd: repo.root,
			env: repo.environment,
			signal: controller.signal,
		});
		controller.abort();

		expect((await running).exitCode).toBe(-1);
	});
});
