import {describe, expect, test} from 'vitest';
import {aCheckpoint, anId, aPlannedChange, aRestorePlan, aRun} from '../../support/builders.ts';
import {createFakeRad, type FakeRad} from '../../support/fake-rad.ts';
import {aWorkspace} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const CP1 = anId('cp', 1);
const CP2 = anId('cp', 2);
const SAFETY = aCheckpoint({id: anId('cp', 3), kind: 'safety', label: `before restoring ${CP1}`, target: CP1});

/** What was changed, without the closing of the workspace. */
const changesOf = ({calls}: FakeRad) => calls.filter(({action}) => action !== 'close');

describe('rad checkpoint restore', () => {
	test('shows the plan and restores after a yes', async () => {
		const fake = aWorkspace();

		const {exitCode, out, err} = await runWords(['checkpoint', 'restore', CP1], {fake, isTerminal: true, answers: ['y']});

		expect(exitCode).toBe(0);
		expect(fake.calls[0]).toEqual({action: 'restore', checkpointId: CP1, stopRuns: false});
		for (const text of [
			'~ rewrite',
			'+ bring back',
			'- delete',
			'test/limiter.test.ts',
			'= leave alone          vendor/lib            it is a repository of its own',
			'Restore? [y/N] ',
		]) {
			expect(err).toContain(text);
		}
		expect(out.trimEnd().split('\n').at(-1)).toBe(`rad checkpoint restore ${anId('cp', 3)} --yes`);
	});

	test.each([['n'], [''], ['yess'], []])('changes nothing after "%s"', async (...answers) => {
		const fake = aWorkspace();

		const {exitCode, out, err} = await runWords(['checkpoint', 'restore', CP1], {fake, isTerminal: true, answers});

		expect({exitCode, out, calls: fake.calls}).toEqual({exitCode: 7, out: '', calls: [{action: 'close'}]});
		expect(err).toMatch(/Nothing was changed\.\n$/);
	});

	test.each([
		['in a script', {}],
		['when nobody can type', {isTerminal: true}],
		['for JSON', {isTerminal: true, answers: ['y'], json: true}],
	])(
		'needs --yes %s',
		async (_, {json, ...situation}: {readonly json?: boolean; readonly isTerminal?: boolean; readonly answers?: readonly string[]}) => {
			const fake = aWorkspace();

			const {exitCode, err} = await runWords(['checkpoint', 'restore', CP1, ...(json === true ? ['--json'] : [])], {fake, ...situation});

			expect(exitCode).toBe(7);
			expect(err).toContain('look first with --dry-run; add --yes');
			expect(fake.calls).toEqual([]);
		},
	);

	test.each([true, false])('lists with --yes what changed, up to a number that can be read, terminal %s', async isTerminal => {
		const changes = Array.from({length: 25}, (_, index) => aPlannedChange({path: `src/file-${index}.ts`, deletions: 2}));
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes})}});

		const {out} = await runWords(['checkpoint', 'restore', CP1, '--yes'], {fake, isTerminal});
		const json = await runWords(['checkpoint', 'restore', CP1, '--yes', '--json'], {fake});

		expect(out.match(/~ rewritten {2}-2 {2}src/g)).toHaveLength(20);
		expect(out).toContain('src/file-19.ts\nand 5 more\n');
		expect((JSON.parse(json.out) as {readonly changes: unknown}).changes).toHaveLength(25);
	});

	test('does not list again what was shown before the question', async () => {
		const {out} = await runWords(['checkpoint', 'restore', CP1], {fake: aWorkspace(), isTerminal: true, answers: ['y']});

		expect(out).not.toContain('src/limiter.ts');
	});

	test('does not ask when nothing differs', async () => {
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: []})}});

		const {exitCode, err} = await runWords(['checkpoint', 'restore', CP1], {fake, isTerminal: true, answers: []});

		expect({exitCode, err}).toEqual({exitCode: 0, err: 'The work tree is as it was then; there is nothing to restore.\n'});
	});

	test('is refused while an agent is at work', async () => {
		const fake = aWorkspace({runs: [aRun({status: 'running'})]});

		expect(await runWords(['checkpoint', 'restore', CP1, '--yes'], {fake})).toMatchObject({
			exitCode: 4,
			out: '',
			err: expect.stringContaining('try: rad cancel run_') as string,
		});
	});

	test.each([
		['--path here/x, below where the command works', ['--path', 'src/', '--path', '../lib/./a.ts'], {paths: ['here/src', 'lib/a.ts']}],
		['--path of an absolute file', ['--path', '/work/b.ts'], {paths: ['b.ts']}],
		['--path of the top, which is everything', ['--path', 'a.ts', '--path', '..'], {}],
		['--keep-new', ['--keep-new'], {keepNew: true}],
		['--index', ['--index'], {index: 'always'}],
		['--no-index', ['--no-index'], {index: 'never'}],
	])('hands over %s', async (_, flags, scope) => {
		const fake = aWorkspace();

		await runWords(['checkpoint', 'restore', CP1, '--yes', ...flags], {fake});

		expect(changesOf(fake)).toEqual([{action: 'restore', checkpointId: CP1, stopRuns: false, ...scope}]);
	});

	test('takes paths from the folder that --workspace names', async () => {
		const fake = aWorkspace();

		await runWords(['checkpoint', 'restore', CP1, '--yes', '--workspace', '../there', '--path', 'a.ts'], {fake});

		expect(changesOf(fake)).toMatchObject([{paths: ['there/a.ts']}]);
	});

	test('refuses a path outside of the work tree and changes nothing', async () => {
		const fake = aWorkspace();

		expect(await runWords(['checkpoint', 'restore', CP1, '--yes', '--path', '../../etc'], {fake})).toMatchObject({
			exitCode: 7,
			err: 'rad: ../../etc is not in the work tree, which is /work\n',
		});
		expect(changesOf(fake)).toEqual([]);
	});

	test('asks about the very scope that it restores', async () => {
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: [aPlannedChange({path: 'here/a.ts'}), aPlannedChange({path: 'b.ts'})]})}});

		const {err, exitCode} = await runWords(['checkpoint', 'restore', CP1, '--path', 'a.ts'], {fake, isTerminal: true, answers: ['y']});

		expect(exitCode).toBe(0);
		expect(err).toContain('here/a.ts');
		expect(err).not.toContain('b.ts');
		expect(changesOf(fake)).toMatchObject([{paths: ['here/a.ts']}]);
	});

	test('does not ask when nothing differs in the scope', async () => {
		const fake = aWorkspace();

		expect(await runWords(['checkpoint', 'restore', CP1, '--path', 'a.ts'], {fake, isTerminal: true, answers: []})).toMatchObject({
			exitCode: 0,
			err: 'What was named is as it was then; there is nothing to restore.\n',
		});
	});

	test('tells no way back where there was nothing to do', async () => {
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: []})}});

		const {exitCode, out} = await runWords(['checkpoint', 'restore', CP1, '--yes'], {fake});
		const json = await runWords(['checkpoint', 'restore', CP1, '--yes', '--json'], {fake});

		expect({exitCode, out}).toEqual({exitCode: 0, out: `Restored ${CP1}: nothing differed.\n`});
		expect(JSON.parse(json.out)).toMatchObject({safety: null, changes: [], undo: null});
	});

	test('asks for what is staged alone when that is wished', async () => {
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: []})}});

		const {out, err} = await runWords(['checkpoint', 'restore', CP1, '--index'], {fake, isTerminal: true, answers: ['y']});

		expect(err).toContain('What is staged becomes what was staged then.');
		expect(out).toContain(`Restored ${CP1}: no content of a file differed.\nTo undo:\n`);
		expect(changesOf(fake)).toMatchObject([{index: 'always'}]);
	});
});

describe('--dry-run', () => {
	test.each([
		['on a terminal', {isTerminal: true, answers: []}, []],
		['in a script, without --yes', {}, []],
		['for JSON, without --yes', {}, ['--json']],
	])('shows the plan and changes nothing %s', async (_, situation, flags) => {
		const fake = aWorkspace();

		const {exitCode, out} = await runWords(['checkpoint', 'restore', CP1, '--dry-run', ...flags], {fake, ...situation});

		expect(exitCode).toBe(0);
		expect(out).toContain('src/limiter.ts');
		expect(changesOf(fake)).toEqual([]);
	});

	test('wins over --yes', async () => {
		const fake = aWorkspace();

		await runWords(['checkpoint', 'restore', CP1, '--dry-run', '--yes'], {fake});

		expect(changesOf(fake)).toEqual([]);
	});

	test('says that nothing differs', async () => {
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: [], stagedSet: 'left'})}});

		const {out} = await runWords(['checkpoint', 'restore', CP1, '--dry-run'], {fake, isTerminal: true});

		expect(out).toBe(`The files are as they were at ${CP1} (before plan, 14:00:00).\nWhat is staged stays as it is now.\n`);
	});

	test("makes the user's own work stand out and counts it", async () => {
		const mine = {changedBy: [{kind: 'user'}]} as const;
		const fake = aWorkspace({plans: {[CP1]: aRestorePlan({changes: [aPlannedChange(mine), aPlannedChange(), aPlannedChange(mine)]})}});

		const {out} = await runWords(['checkpoint', 'restore', CP1, '--dry-run'], {fake, isTerminal: true, color: true});

		expect(out).toContain('\u001B[33mby you\u001B[0m');
		expect(out).toContain('\u001B[2mby build\u001B[0m');
		expect(out).toContain('\u001B[33m2 files were changed by you since.\u001B[0m\n');
	});

	test('fits 40 columns', async () => {
		const {out} = await runWords(['checkpoint', 'restore', CP1, '--dry-run'], {fake: aWorkspace(), isTerminal: true, columns: 40});

		const table = out.split('\n').filter(line => /^[~+=-] /.test(line));
		expect(table).toHaveLength(5);
		for (const line of table) expect(line.length, line).toBeLessThanOrEqual(40);
	});
});

describe('rad checkpoint undo', () => {
	const restored = (change = {}) => aWorkspace({checkpoints: [aCheckpoint({id: CP1}), aCheckpoint({id: CP2}), SAFETY], ...change});

	test('restores the newest safety checkpoint after a yes, and tells how to undo that', async () => {
		const fake = restored();

		const {exitCode, out, err} = await runWords(['checkpoint', 'undo'], {fake, isTerminal: true, answers: ['y']});

		expect(exitCode).toBe(0);
		expect(err).toMatch(/^Going back to cp_0000000003 \(before restoring cp_0000000001/);
		expect(out.trimEnd().split('\n').at(-1)).toBe(`rad checkpoint restore ${anId('cp', 4)} --yes`);
		expect(changesOf(fake)).toEqual([{action: 'restore', checkpointId: SAFETY.id, stopRuns: false}]);
	});

	test('shows with --dry-run what it would restore', async () => {
		const fake = restored();

		const {out} = await runWords(['checkpoint', 'undo', '--dry-run', '--json'], {fake});

		expect(JSON.parse(out)).toMatchObject({checkpoint: {id: SAFETY.id}, changes: [{changedBy: [{kind: 'step', stepId: 'build'}]}, {}]});
		expect(changesOf(fake)).toEqual([]);
	});

	test('needs --yes in a script', async () => {
		const fake = restored();

		expect((await runWords(['checkpoint', 'undo'], {fake})).exitCode).toBe(7);
		expect(fake.calls).toEqual([]);
	});

	test('says that there is nothing to undo', async () => {
		const person = await runWords(['checkpoint', 'undo', '--yes'], {fake: aWorkspace()});
		const script = await runWords(['checkpoint', 'undo', '--yes', '--json'], {fake: aWorkspace()});

		expect(person).toMatchObject({exitCode: 0, out: '', err: 'Nothing was restored here yet; there is nothing to undo.\n'});
		expect(script).toMatchObject({exitCode: 0, out: 'null\n', err: ''});
	});
});

describe('rad checkpoint resume', () => {
	test.each([
		[[], 'finish', 'is finished: the files are what they were then.'],
		[['--undo'], 'undo', 'is undone: the files are what they were before it.'],
	])('with %j does as asked and tells the way back', async (flags, how, outcome) => {
		const fake = aWorkspace({cutShort: CP1});

		const {exitCode, out} = await runWords(['checkpoint', 'resume', ...flags], {fake});

		expect(exitCode).toBe(0);
		expect(out).toBe(`The restore of ${CP1} ${outcome}\nTo bring back the half-done state:\nrad checkpoint restore ${anId('cp', 3)} --yes\n`);
		expect(changesOf(fake)).toEqual([{action: 'resume', how}]);
	});

	test('says that no restore was cut short', async () => {
		const person = await runWords(['checkpoint', 'resume'], {fake: aWorkspace()});
		const script = await runWords(['checkpoint', 'resume', '--json'], {fake: aWorkspace()});

		expect(person).toMatchObject({exitCode: 0, out: '', err: 'No restore was cut short here; there is nothing to resume.\n'});
		expect(script).toMatchObject({exitCode: 0, out: 'null\n', err: ''});
	});
});

describe('rad checkpoint prune', () => {
	test.each([
		[[], {}, false],
		[['--keep', '0', '--dry-run'], {keep: 0}, true],
		[['--older-than', '7d', '--max-size=1.5GB'], {olderThanMs: 604_800_000, maxSizeBytes: 1_500_000_000}, false],
	])('with %j hands over the limits', async (flags, limits, isDryRun) => {
		const fake = aWorkspace();

		await runWords(['checkpoint', 'prune', ...flags], {fake});

		expect(changesOf(fake)).toEqual([{action: 'prune', limits, isDryRun}]);
	});

	test('says that nothing has to go', async () => {
		const {out} = await runWords(['checkpoint', 'prune'], {fake: aWorkspace(), isTerminal: true});

		expect(out).toBe('Nothing has to go; 2 checkpoints stay, and take 3.4 MB.\n');
	});

	test('says what would go and promises no space', async () => {
		const {out} = await runWords(['checkpoint', 'prune', '--keep', '1', '--dry-run'], {fake: aWorkspace(), isTerminal: true});

		expect(out).toMatch(/\ncp_0000000001 .* before plan\n\n1 checkpoint would go; 1 checkpoint would stay\.\nThey take 3\.4 MB\.\n$/);
	});
});

describe('rad checkpoint verify', () => {
	const damaged = [{checkpointId: CP1, problems: ['src/a.ts cannot be read', 'docs/b.md is not what was saved']}];

	test('lists what is damaged and fails', async () => {
		const person = await runWords(['checkpoint', 'verify'], {fake: aWorkspace({damaged}), isTerminal: true});
		const script = await runWords(['checkpoint', 'verify'], {fake: aWorkspace({damaged})});

		expect(person.exitCode).toBe(5);
		expect(person.out).toContain(`✖ ${CP1}  src/a.ts cannot be read\n                 docs/b.md is not what was saved\n`);
		expect(person.err).toMatch(/rad: 1 of 2 checkpoints cannot be restored whole\.\n {2}try: rad checkpoint create\n$/);
		expect(script.exitCode).toBe(5);
		expect(script.out).toMatch(/\ndamaged\tcp_0000000001\tsrc\/a\.ts cannot be read\ndamaged\tcp_0000000001\tdocs\/b\.md is not what was saved\n$/);
	});

	test('gives a script both the result and the failure', async () => {
		const {exitCode, out, err} = await runWords(['checkpoint', 'verify', '--json'], {fake: aWorkspace({damaged})});

		expect(exitCode).toBe(5);
		expect(JSON.parse(out)).toMatchObject({checkpoints: 2, damaged});
		expect(JSON.parse(err)).toMatchObject({error: {code: 'CHECKPOINT_DAMAGED', exitCode: 5}});
	});

	test('finds nothing wrong where there is nothing', async () => {
		const {exitCode, out} = await runWords(['checkpoint', 'verify'], {fake: createFakeRad({size: {ownBytes: 0, sharedBytes: 0}}), isTerminal: true});

		expect({exitCode, out}).toEqual({exitCode: 0, out: 'There are no checkpoints. 0 objects were read. The checkpoints take 0 B.\n'});
	});
});

describe('rad checkpoint list', () => {
	const size = {ownBytes: 3_400_000, sharedBytes: 12_000_000};

	test('ends with what all of them take, for a person only', async () => {
		const fake = aWorkspace({size});
		const line = 'All that are kept take 3.4 MB, besides 12 MB that the repository has anyway.';

		expect((await runWords(['checkpoint', 'list'], {fake, isTerminal: true})).out).toMatch(/\n\n2 checkpoints\. All .*\.\n$/);
		expect((await runWords(['checkpoint', 'list'], {fake, isTerminal: true})).out).toContain(line);
		expect((await runWords(['checkpoint', 'list'], {fake})).out).not.toContain('MB');
		expect(JSON.parse((await runWords(['checkpoint', 'list', '--json'], {fake, isTerminal: true})).out)).toHaveLength(2);
	});
});

describe('rad checkpoint diff', () => {
	test.each([
		['only since', [CP1], {}],
		['a second checkpoint', [CP1, CP2], {to: CP2}],
		['the beginning of its id', [CP1, 'cp_0000000002'], {to: CP2}],
		['a path', [CP1, 'src/a.ts'], {path: 'here/src/a.ts'}],
		['both', [CP1, CP2, '..//lib/'], {to: CP2, path: 'lib'}],
		['the top', [CP1, '..'], {}],
		['a file with the name of a checkpoint', [CP1, './cp_x'], {path: 'here/cp_x'}],
	])('asks for %s', async (_, words, options) => {
		const fake = aWorkspace();
		const asked: unknown[] = [];
		const checkpoints = {
			...fake.rad.checkpoints,
			diff: async (...args: readonly unknown[]) => {
				asked.push(args);
				return [];
			},
			diffText: async (...args: readonly unknown[]) => {
				asked.push(args);
				return '';
			},
		};

		await runWords(['checkpoint', 'diff', ...words], {fake, rad: {checkpoints}});
		await runWords(['checkpoint', 'diff', '--stat', ...words], {fake, rad: {checkpoints}});

		expect(asked).toEqual([
			[CP1, options],
			[CP1, options],
		]);
	});

	test.each([[], ['--stat']])('names the path at which nothing differs, %j', async (...flags) => {
		const {out, err} = await runWords(['checkpoint', 'diff', CP1, '0000000002', ...flags], {fake: aWorkspace({diffText: ''}), isTerminal: true});

		expect({out, err}).toEqual({out: '', err: 'Nothing differs at or below the path here/0000000002\n'});
	});

	test.each([
		[['a.ts', 'b.ts'], 2],
		[['cp_zzz'], 3],
		[['/etc/passwd'], 7],
	])('fails for %j', async (words, exitCode) => {
		expect(await runWords(['checkpoint', 'diff', CP1, ...words], {fake: aWorkspace()})).toMatchObject({exitCode, out: ''});
	});
});
