import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad, radJson, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

/** `left` and `right` end only when the other is at work; each changes the same file, at another place. */
const SIDE_BY_SIDE = `version: 1
defaults: { workspace: worktree }
steps:
  - { id: left, needs: [], run: 'sed -i s/one/LEFT/ text; touch "$MARKS/left"; until test -e "$MARKS/right"; do sleep 0.05; done' }
  - { id: right, needs: [], run: 'sed -i s/nine/RIGHT/ text; touch "$MARKS/right"; until test -e "$MARKS/left"; do sleep 0.05; done' }
  - { id: join, needs: [left, right], run: 'cat text > "$MARKS/joined"; mkdir -p sub; cd sub; rad_id=$("$NODE" "$PROGRAM" runs | cut -f1); test "$rad_id" = "$RAD_RUN_ID"' }
  - { id: look, workspace: readonly, run: 'pwd > "$MARKS/place"; cat text > "$MARKS/seen"' }
  - id: land
    workspace: shared
    run: 'git merge --quiet --squash "$RAD_RUN_BRANCH" && echo "$BASE $CHANGED" > "$MARKS/base"'
    env: { BASE: "\${{ run.base_branch }}", CHANGED: "\${{ steps.join.outputs.changed }}" }
`;

/** `left` ends only when `right` has its work tree, which would hold the work of `left` otherwise, and be in conflict with nothing. */
const CONFLICT = `version: 1
defaults: { workspace: { mode: worktree, on_conflict: ask } }
steps:
  - { id: left, needs: [], run: 'sed -i s/five/LEFT/ text; until test -e "$MARKS/begun"; do sleep 0.05; done' }
  - { id: right, needs: [], run: 'sed -i s/five/RIGHT/ text; touch "$MARKS/begun"; until test -e "$MARKS/go"; do sleep 0.05; done' }
  - { id: after, needs: [left, right], run: cp text "$MARKS/after" }
`;

const TEXT = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map(line => `${line}\n`).join('');

const make = async (workflows: Readonly<Record<string, string>>): Promise<{readonly scratch: Scratch; readonly marks: string}> => {
	const [marks, made] = [newFolder(), await makeScratch(newFolder(), workflows)];
	writeFileSync(path.join(made.cwd, 'text'), TEXT);
	made.git('add', 'text');
	made.git('commit', '--quiet', '--message=text');
	return {scratch: {...made, env: {MARKS: marks}}, marks};
};

const worktreesOf = ({git}: Scratch): readonly string[] => git('worktree', 'list').trim().split('\n');

describe('steps with work trees of their own', () => {
	it('are at work at once, and what they did comes together in the branch of the run', async () => {
		const {scratch, marks} = await make({side: SIDE_BY_SIDE});
		writeFileSync(path.join(scratch.cwd, 'mine'), 'not committed');
		const read = (name: string): string => readFileSync(path.join(marks, name), 'utf8');
		const both = TEXT.replace('one', 'LEFT').replace('nine', 'RIGHT');

		const env = {...scratch.env, NODE: process.execPath, PROGRAM: path.resolve('bin/rad.cjs')};
		const {code, stderr} = await rad(['run', 'side'], {...scratch, env});

		expect(code, stderr).toBe(0);
		expect(stderr).toContain('1 file with changes that are not committed is not in them');
		expect([read('joined'), read('seen'), readFileSync(path.join(scratch.cwd, 'text'), 'utf8')]).toEqual([both, both, both]);
		expect(read('place')).toMatch(/\/\.radium\/worktrees\/run_\w+\/1\n$/);
		expect(read('base')).toBe('main false\n');
		const {id} = await runOf(scratch);
		expect(await radJson(['show'], scratch)).toMatchObject({branch: `rad/${id}`, checkpoints: [{label: 'before land'}, {kind: 'end'}]});
		expect(scratch.git('log', '--format=%s', `main..rad/${id}`).trim().split('\n').sort()).toEqual(['left', 'right']);
		expect(worktreesOf(scratch)).toHaveLength(1);
		expect(readdirSync(path.join(scratch.cwd, '.radium/worktrees'))).toEqual(['.gitignore']);
	});

	it('wait for a person where they did not fit, and go on when they do', async () => {
		const {scratch, marks} = await make({conflict: CONFLICT});
		const running = startRad(['run', 'conflict'], scratch);
		await until(() => existsSync(path.join(marks, 'begun')));
		await until(async () => (await stepsOf(scratch)).includes('left completed'));
		writeFileSync(path.join(marks, 'go'), '');
		await until(async () => (await stepsOf(scratch)).includes('right waiting'));
		const {id} = await runOf(scratch);
		const {stdout} = await rad(['show'], scratch);
		const [, folder = ''] = /Make it fit in (\S+): git merge (\S+),/.exec(stdout) ?? [];
		expect(stdout).toContain(`in conflict with the branch of the run in text, and is kept as refs/rad/runs/${id}/right/1`);

		expect(() => scratch.git('-C', folder, 'merge', `rad/${id}`)).toThrow();
		writeFileSync(path.join(folder, 'text'), TEXT.replace('five', 'BOTH'));
		scratch.git('-C', folder, 'commit', '--quiet', '--all', '--message=both');
		expect((await rad(['approve', id, 'right'], scratch)).code).toBe(0);

		expect(await running.ended).toMatchObject({code: 0});
		expect(readFileSync(path.join(marks, 'after'), 'utf8')).toBe(TEXT.replace('five', 'BOTH'));
		expect(readFileSync(path.join(scratch.cwd, 'text'), 'utf8')).toBe(TEXT);
		expect(worktreesOf(scratch)).toHaveLength(1);
	});

	it('are not begun without git, and those of a run that died are found again', async () => {
		const {scratch, marks} = await make({conflict: CONFLICT});
		const bare = await makeScratch(newFolder(), {conflict: CONFLICT});
		execFileSync('rm', ['-rf', path.join(bare.cwd, '.git')]);
		expect(await rad(['run', 'conflict'], bare)).toMatchObject({code: 6, stderr: expect.stringContaining('need a git repository')});

		const {child, ended} = startRad(['run', 'conflict'], scratch);
		await until(() => existsSync(path.join(marks, 'begun')));
		await until(async () => (await stepsOf(scratch)).includes('left completed'));
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);
		expect((await rad(['cancel', id, '--now'], scratch)).code).toBe(0);

		expect(worktreesOf(scratch)).toHaveLength(1);
		expect(scratch.git('show', `refs/rad/runs/${id}/right/1:text`)).toContain('RIGHT');
		mkdirSync(path.join(scratch.cwd, '.radium/worktrees/run_0000000000/1'), {recursive: true});
		expect((await rad(['doctor'], scratch)).stdout).toContain('the work trees of run_0000000000 are left: there is no such run');
		expect(existsSync(path.join(scratch.cwd, '.radium/worktrees/run_0000000000/1'))).toBe(true);
	});
});
