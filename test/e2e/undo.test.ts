import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import type {Checkpoint, PlannedChange} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';
import {pictureOf} from '../support/scratch-repo.ts';

const newFolder = createScratch();
const WORKFLOW = `version: 1
steps:
  - id: plan
    prompt: Plan it.
    recording: plan
    speed: 100
  - id: implement
    prompt: Do it.
    recording: implement
    speed: 100
  - id: note
    run: echo noted > note.txt
`;

const aRun = async (): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {work: WORKFLOW});
	expect(await rad(['run', 'work'], scratch)).toMatchObject({code: 0});
	return scratch;
};
const listOldestFirst = async (scratch: Scratch): Promise<readonly Checkpoint[]> =>
	(await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch)).toReversed();
const filesOf = ({cwd}: Scratch): string[] => pictureOf(cwd).filter(line => !line.startsWith('.radium/'));

type Call = {readonly tool: string; readonly writes: string; readonly checkpoint: string | null};
const callsOf = ({cwd}: Scratch): readonly Call[] => {
	const store = new Database(path.join(cwd, '.radium/monitoring.db'), {readonly: true});
	const calls = store.prepare("SELECT tool, writes_json writes, checkpoint_id checkpoint FROM telemetry WHERE kind = 'tool_call' ORDER BY n").all();
	store.close();
	return calls as Call[];
};

describe('the checkpoints of a run', () => {
	it('are one before each step, one before each write that had something to lose, and one at the end', async () => {
		const scratch = await aRun();

		const checkpoints = await listOldestFirst(scratch);

		expect(checkpoints.filter(({kind}) => kind === 'step').map(({stepId}) => stepId)).toEqual(['plan', 'implement', 'note']);
		expect(checkpoints.at(-1)).toMatchObject({kind: 'end', label: 'after work'});
		const writes = callsOf(scratch).filter(call => JSON.parse(call.writes).length > 0);
		expect(writes.length).toBeGreaterThan(2);
		for (const {checkpoint} of writes) expect(checkpoints.some(({id}) => id === checkpoint)).toBe(true);
		expect(callsOf(scratch).filter(call => JSON.parse(call.writes).length === 0 && call.checkpoint !== null)).toEqual([]);
		// The first write of a step overwrites what the step's own checkpoint holds.
		expect(writes[0]?.checkpoint).toBe(checkpoints[0]?.id);
		expect(checkpoints.filter(({kind}) => kind === 'write').length).toBeGreaterThan(1);
	});

	it('tell who changed what since, and undo and undo of undo are exact', async () => {
		const scratch = await aRun();
		writeFileSync(path.join(scratch.cwd, 'mine.txt'), 'mine');
		const [first] = await listOldestFirst(scratch);
		const before = filesOf(scratch);

		const plan = await radJson<{readonly changes: readonly PlannedChange[]}>(['checkpoint', 'restore', first?.id ?? '', '--dry-run'], scratch);
		const authors = Object.fromEntries(
			plan.changes.map(({path: name, changedBy}) => [name, changedBy.map(author => (author.kind === 'step' ? author.stepId : author.kind))]),
		);
		await rad(['checkpoint', 'restore', first?.id ?? '', '--yes'], scratch);
		const restored = filesOf(scratch);
		await rad(['checkpoint', 'undo', '--yes'], scratch);
		const undone = filesOf(scratch);
		await rad(['checkpoint', 'undo', '--yes'], scratch);

		expect(authors).toMatchObject({'PLAN.md': ['plan', 'implement'], 'note.txt': ['note'], 'mine.txt': ['user']});
		expect(undone).toEqual(before);
		expect(filesOf(scratch)).toEqual(restored);
		expect(existsSync(path.join(scratch.cwd, 'mine.txt'))).toBe(false);
	});

	it('can be left out, and then there are none', async () => {
		const scratch = await makeScratch(newFolder(), {
			work: WORKFLOW,
			careless: 'version: 1\nsteps:\n  - id: a\n    run: "true"\n    checkpoint: none\n',
		});

		expect(await rad(['run', 'work', '--no-checkpoint'], scratch)).toMatchObject({code: 0});
		expect(await rad(['run', 'careless'], scratch)).toMatchObject({code: 0});

		expect(await listOldestFirst(scratch)).toEqual([]);
		expect(callsOf(scratch).filter(({checkpoint}) => checkpoint !== null)).toEqual([]);
	});

	it('are what a step waits for: without one it does not run, and the run fails loudly', async () => {
		const scratch = await makeScratch(newFolder(), {work: 'version: 1\nsteps:\n  - id: a\n    run: touch made\n'});
		mkdirSync(path.join(scratch.cwd, '.git'), {recursive: true});
		writeFileSync(path.join(scratch.cwd, '.git/rad'), 'in the way');

		const ending = await rad(['run', 'work'], scratch);

		expect(ending.code).toBe(1);
		expect(ending.stdout + ending.stderr).toContain('no checkpoint could be made, so the step was not started');
		expect(existsSync(path.join(scratch.cwd, 'made'))).toBe(false);
		expect(readFileSync(path.join(scratch.cwd, '.git/rad'), 'utf8')).toBe('in the way');
	});

	it('are verified, pruned and measured', async () => {
		const scratch = await aRun();

		const sound = await radJson<{readonly damaged: readonly unknown[]; readonly checkpoints: number}>(['checkpoint', 'verify'], scratch);
		const pruned = await radJson<{readonly removed: readonly unknown[]; readonly kept: number}>(['checkpoint', 'prune', '--keep', '2'], scratch);

		expect(sound).toMatchObject({damaged: []});
		expect(pruned.kept).toBe(2);
		expect(await listOldestFirst(scratch)).toHaveLength(2);
	});
});
