import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

// Workflows of more than a list of steps: they ask people, repeat themselves, tidy up, and go on after a crash.

const newFolder = createScratch();
const read = (scratch: Scratch, name: string): string => readFileSync(path.join(scratch.cwd, name), 'utf8');
const isWaiting = (scratch: Scratch) => async (): Promise<boolean> => (await runOf(scratch)).status === 'waiting';

const GATED = `version: 1
steps:
  - { id: draft, run: 'echo plan > plan.txt; echo "title=Tidy up" >> "$RAD_OUTPUT"' }
  - id: gate
    approve: { message: "Go on with \${{ steps.draft.outputs.title }}?", show: [diff, outputs, cost] }
  - id: after
    run: echo "$SAID" > said.txt
    env: { SAID: "\${{ steps.gate.outputs.comment }}" }
`;

describe('a step that asks', () => {
	it('shows what is to be decided, waits, and hands on what was said', async () => {
		const scratch = await makeScratch(newFolder(), {gated: GATED});
		const {ended} = startRad(['run', 'gated'], scratch);
		await until(
			async () => existsSync(path.join(scratch.cwd, '.radium/monitoring.db')) && (await radJson<readonly Run[]>(['runs'], scratch)).length > 0,
		);
		await until(isWaiting(scratch));

		const {stdout} = await rad(['show'], scratch);
		expect(stdout).toContain('question\tgate\t\tGo on with Tidy up?');
		expect(await radJson(['show'], scratch)).toMatchObject({
			status: 'waiting',
			error: 'step "gate" needs your decision',
			questions: [{stepId: 'gate', changes: [{path: 'plan.txt', change: 'added'}]}],
		});
		expect(await rad(['approve', (await runOf(scratch)).id, '--comment', 'keep $(it) small'], scratch)).toMatchObject({code: 0});

		expect((await ended).code).toBe(0);
		expect(read(scratch, 'said.txt')).toBe('keep $(it) small\n');
		expect(await runOf(scratch)).toMatchObject({status: 'completed', error: null});
		expect(await rad(['reject', (await runOf(scratch)).id, 'gate'], scratch)).toMatchObject({code: 4});
	});

	it('fails the run after a No', async () => {
		const scratch = await makeScratch(newFolder(), {gated: GATED});
		await radJson(['run', 'gated', '--detach'], scratch);
		await until(isWaiting(scratch));

		await rad(['reject', (await runOf(scratch)).id, 'gate', '--comment', 'no'], scratch);
		await until(async () => (await runOf(scratch)).status === 'failed');

		expect(await stepsOf(scratch)).toEqual(['draft completed', 'gate failed', 'after skipped']);
	});

	it('outlives its rad: what is decided meanwhile holds when the run is gone on with', async () => {
		const scratch = await makeScratch(newFolder(), {gated: GATED});
		const {child, ended} = startRad(['run', 'gated'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'plan.txt')));
		await until(isWaiting(scratch));
		child.kill('SIGKILL');
		await ended;
		const {id, status} = await runOf(scratch);
		expect(status).toBe('interrupted');

		const answer = await rad(['approve', id, '--comment', 'yes'], scratch);
		expect(answer.stderr).toContain(`resume ${id}`);
		expect(existsSync(path.join(scratch.cwd, 'said.txt'))).toBe(false);
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'said.txt')).toBe('yes\n');
	});

	it('counts the time for an answer also while no rad runs', async () => {
		const timed = GATED.replace('show: [diff, outputs, cost]', 'timeout: 2s, on_timeout: approve');
		const scratch = await makeScratch(newFolder(), {gated: timed});
		const {child, ended} = startRad(['run', 'gated'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'plan.txt')));
		await until(isWaiting(scratch));
		child.kill('SIGKILL');
		await ended;

		expect(await rad(['resume', (await runOf(scratch)).id], scratch)).toMatchObject({code: 0});

		expect(await radJson(['show'], scratch)).toMatchObject({steps: [{}, {decision: {isApproved: true, by: 'timeout'}}, {}]});
	});

	it('is cancelled with the run', async () => {
		const scratch = await makeScratch(newFolder(), {gated: GATED});
		const {child, ended} = startRad(['run', 'gated'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'plan.txt')));
		await until(isWaiting(scratch));

		child.kill('SIGINT');

		expect((await ended).code).toBe(130);
		expect(await stepsOf(scratch)).toEqual(['draft completed', 'gate cancelled', 'after cancelled']);
	});
});

describe('an expression that fails in the run', () => {
	it('fails its step and nothing else', async () => {
		const broken = `version: 1
steps:
  - { id: env, run: 'true', env: { X: "\${{ fromJSON('nope') }}" }, continue_on_error: true }
  - { id: ask, approve: { message: "\${{ fromJSON('nope') }}" }, continue_on_error: true }
  - { id: after, run: touch after }
`;
		const scratch = await makeScratch(newFolder(), {broken});

		const {code, stderr} = await rad(['run', 'broken'], scratch);

		expect(code, stderr).toBe(0);
		expect(stderr).toMatch(/env failed in .*: its variable X cannot be filled in: /);
		expect(stderr).toContain('ask failed: its message cannot be filled in: ');
		expect(await stepsOf(scratch)).toEqual(['env failed', 'ask failed', 'after completed']);
	});
});

describe('a budget that asks', () => {
	const SLOW_ONCE = `version: 1
budget: { wall: 1s, on_exceeded: ask }
steps:
  - { id: slow, run: 'echo try >> tries.txt; test -e slow || { touch slow; sleep 60; }' }
  - { id: after, run: touch after }
`;

	it.each([
		['approve', 'completed', ['slow completed', 'after completed'], 'try\ntry\n'],
		['reject', 'failed', ['slow failed', 'after skipped'], 'try\n'],
	] as const)('stops the agent, waits, and after rad %s has the run %s', async (answer, status, steps, tries) => {
		const scratch = await makeScratch(newFolder(), {slow: SLOW_ONCE});
		await radJson(['run', 'slow', '--detach'], scratch);
		await until(isWaiting(scratch));
		const {id} = await runOf(scratch);

		const {stdout} = await rad(['show'], scratch);
		expect(stdout).toMatch(/question\tslow\t\tthe run's budget is spent: .* of 1\.0s\. May the run spend as much again\?/);
		// Waiting for the answer costs nothing of it.
		expect(await rad([answer, id, 'slow'], scratch)).toMatchObject({code: 0});
		await until(async () => {
			if (await isWaiting(scratch)()) await rad([answer, id], scratch);
			return (await runOf(scratch)).status === status;
		});

		expect(await stepsOf(scratch)).toEqual(steps);
		expect(read(scratch, 'tries.txt')).toBe(tries);
	});

	it('goes on after kill -9 with what was decided meanwhile', async () => {
		const scratch = await makeScratch(newFolder(), {slow: SLOW_ONCE});
		const {child, ended} = startRad(['run', 'slow'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'slow')));
		await until(isWaiting(scratch));
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);
		await rad(['approve', id], scratch);

		const resumed = startRad(['resume', id], scratch);
		await until(async () => {
			const {status} = await runOf(scratch);
			if (status === 'waiting') await rad(['approve', id], scratch);
			return status === 'completed';
		});

		expect((await resumed.ended).code).toBe(0);
		expect(read(scratch, 'tries.txt')).toBe('try\ntry\n');
	});
});

describe('blocks', () => {
	const REPEATED = `version: 1
steps:
  - { id: survey, run: 'echo ''parts=["a","b c","d"]'' >> "$RAD_OUTPUT"' }
  - id: change
    foreach: { in: steps.survey.outputs.parts, as: part }
    run: 'echo "$N $PART" >> parts.txt; echo "size=$N" >> "$RAD_OUTPUT"'
    env: { PART: "\${{ part }}", N: "\${{ loop.index }}" }
  - id: polish
    loop: { until: steps.test.outputs.exit_code == 0, max: 4 }
    steps:
      - { id: test, run: test -f done2, continue_on_error: true }
      - id: fix
        when: steps.test.outputs.exit_code != 0
        run: 'touch "done$N"; echo "mine=$N" >> "$RAD_OUTPUT"; echo "before: $BEFORE" >> rounds.txt'
        env: { N: "\${{ loop.index }}", BEFORE: "\${{ loop.previous.fix.mine }}" }
    publish: { rounds: loop.index }
  - id: judge
    matrix: { lens: [security, simplicity], depth: [1, 2] }
    run: echo "$LENS" >> lenses.txt
    env: { LENS: "\${{ matrix.lens }} \${{ matrix.depth }}" }
  - id: tell
    run: echo "$SIZES $ROUNDS" > told.txt
    env: { SIZES: "\${{ join(steps.change.items.*.size) }}", ROUNDS: "\${{ steps.polish.outputs.rounds }}" }
finally:
  - { id: report, run: echo "$HOW" > how.txt, env: { HOW: "\${{ run.status }}" } }
`;

	it('repeat their steps for items, until a condition holds, and for combinations', async () => {
		const scratch = await makeScratch(newFolder(), {repeated: REPEATED});

		expect(await rad(['run', 'repeated'], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'parts.txt')).toBe('1 a\n2 b c\n3 d\n');
		expect(read(scratch, 'rounds.txt')).toBe('before: \nbefore: 1\n');
		expect(read(scratch, 'lenses.txt')).toBe('security 1\nsecurity 2\nsimplicity 1\nsimplicity 2\n');
		expect(read(scratch, 'told.txt')).toBe('1,2,3 3\n');
		expect(read(scratch, 'how.txt')).toBe('completed\n');
		expect(await stepsOf(scratch)).toEqual([
			'survey completed',
			...['change completed', 'change.1 completed', 'change.2 completed', 'change.3 completed'],
			...['polish completed', 'polish.1.test failed', 'polish.1.fix completed', 'polish.2.test failed', 'polish.2.fix completed'],
			...['polish.3.test completed', 'polish.3.fix skipped'],
			...['judge completed', 'judge.1 completed', 'judge.2 completed', 'judge.3 completed', 'judge.4 completed'],
			'tell completed',
			'finally.report completed',
		]);
	});

	it('go on in the middle of a round after kill -9, and repeat nothing', async () => {
		const waiting = REPEATED.replace(
			'echo "$N $PART" >> parts.txt;',
			'echo "$N $PART" >> parts.txt; until test "$N" != 2 -o -e go; do sleep 0.05; done;',
		);
		const scratch = await makeScratch(newFolder(), {repeated: waiting});
		const {child, ended} = startRad(['run', 'repeated'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'parts.txt')) && read(scratch, 'parts.txt').includes('2 b c'));
		child.kill('SIGKILL');
		await ended;
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect(await rad(['resume', (await runOf(scratch)).id], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'parts.txt')).toBe('1 a\n2 b c\n3 d\n');
		expect(read(scratch, 'told.txt')).toBe('1,2,3 3\n');
	});

	it('take back what failed, item by item, and keep the rest', async () => {
		const undoing = `version: 1
steps:
  - id: update
    foreach: { in: [good, bad, fine], as: pkg, fail_fast: false }
    on_failure: { rollback: true }
    continue_on_error: true
    steps:
      - { id: bump, run: 'echo "$PKG" >> versions.txt; touch "$PKG"', env: { PKG: "\${{ pkg }}" } }
      - { id: check, run: 'test ! -e bad' }
  - { id: spoil, run: 'rm README.md; exit 1', on_failure: { rollback: true }, continue_on_error: true }
`;
		const scratch = await makeScratch(newFolder(), {undoing});

		expect(await rad(['run', 'undoing'], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'versions.txt')).toBe('good\nfine\n');
		expect(['good', 'bad', 'fine', 'README.md'].map(name => existsSync(path.join(scratch.cwd, name)))).toEqual([true, false, true, true]);
	});

	it('run what is for a failure, and what is to be run last, when a step fails', async () => {
		const failing = `version: 1
steps: [{ id: break, run: exit 3 }]
on_failure: [{ id: tell, run: 'echo told >> log.txt' }]
finally: [{ id: report, run: 'echo "$HOW" >> log.txt', env: { HOW: "\${{ run.status }} \${{ steps.break.outputs.exit_code }}" } }]
`;
		const scratch = await makeScratch(newFolder(), {failing});

		expect(await rad(['run', 'failing'], scratch)).toMatchObject({code: 1});

		expect(read(scratch, 'log.txt')).toBe('told\nfailed 3\n');
		expect(await runOf(scratch)).toMatchObject({status: 'failed', error: 'step "break" failed'});
	});
});
