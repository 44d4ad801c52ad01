import {execFileSync} from 'node:child_process';
import {existsSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const SECRET = 'a-passphrase-of-nobody-4711';

/** Waits, so that others can look at it; prints its secret in two pieces with a pause between them. */
const FLOW = `version: 1
steps:
  - id: work
    run: touch started; until test -e go; do sleep 0.05; done; printf %s "\${PASS%4711}"; sleep 0.3; printf '%s\\n' "\${PASS#*nobody-}"
    secrets: [PASS]
`;

/** Runs a line of the shell in which \`rad\` is the built program. */
const inShell = (line: string, {cwd, home}: Scratch): string =>
	execFileSync('bash', ['-c', `set -e; rad() { "$NODE" "$RAD" "$@"; }; ${line}`], {
		cwd,
		env: {...toTestEnvironment(home), NODE: process.execPath, RAD: BIN},
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});

const listPaths = (...args: readonly string[]): readonly string[] => execFileSync('find', args, {encoding: 'utf8'}).split('\n').filter(Boolean);

describe('what rad writes', () => {
	it('is for its user alone, whatever the umask lets others do', async () => {
		const scratch = await makeScratch(newFolder(), {});
		rmSync(path.join(scratch.cwd, '.radium'), {recursive: true});

		inShell('umask 000; rad init; rad run example; echo changed > README.md; rad checkpoint create', scratch);

		const [radium, checkpoints] = [path.join(scratch.cwd, '.radium'), path.join(scratch.cwd, '.git/rad')];
		expect(listPaths(radium, '-type', 'f').length).toBeGreaterThan(5);
		expect(listPaths(radium, '!', '-type', 'l', '-perm', '/077')).toEqual([]);
		// What git makes in it has the permissions of the umask; nobody else gets that far.
		expect(statSync(checkpoints).mode & 0o777).toBe(0o700);
	});

	it('is not taken by git when everything is staged, but for workflows and what belongs to them', async () => {
		const scratch = await makeScratch(newFolder(), {});
		inShell('rad run example', scratch);

		scratch.git('add', '--all');

		const staged = scratch.git('diff', '--cached', '--name-only').trim().split('\n');
		expect(staged.filter(file => file.startsWith('.radium/')).sort()).toEqual([
			'.radium/.gitignore',
			'.radium/workflow.schema.json',
			'.radium/workflows/example.yaml',
		]);
	});
});

it('a secret is in no argument of any process, and in no log when it is printed in two pieces', async () => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	const run = startRad(['run', 'flow'], {...scratch, env: {PASS: SECRET}});
	await until(() => existsSync(path.join(scratch.cwd, 'started')));

	const processes = execFileSync('ps', ['-eo', 'args='], {encoding: 'utf8'});
	writeFileSync(path.join(scratch.cwd, 'go'), '');

	expect(await run.ended).toMatchObject({code: 0});
	expect(processes).toContain('run flow');
	expect(processes).not.toContain(SECRET);
	expect((await rad(['logs'], scratch)).stdout).toContain('[redacted:PASS]');
	expect(listPaths(path.join(scratch.cwd, '.radium/logs'), '-type', 'f', '-exec', 'grep', '-l', '--', SECRET, '{}', ';')).toEqual([]);
});
