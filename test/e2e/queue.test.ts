import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

/** Works until a file is there. */
const HOLD = `version: 1
inputs: { of: { type: string, default: a } }
concurrency: { group: "hold-\${{ inputs.of }}", on_conflict: cancel }
steps:
  - id: hold
    run: until test -e go; do sleep 0.1; done
`;
const NEXT = `version: 1
concurrency: next
steps:
  - id: say
    run: echo said
`;
const SKIP = `version: 1
concurrency: { group: hold-a, on_conflict: skip }
steps:
  - id: say
    run: echo said
`;

const listRuns = (scratch: Scratch) => radJson<readonly Run[]>(['runs'], scratch);
const statusOf = async (scratch: Scratch, workflow: string) => (await listRuns(scratch)).find(run => run.workflow === workflow)?.status;
const toStatuses = (runs: readonly Run[]) => runs.map(({workflow, status}) => [workflow, status]);

describe('a second run of a workspace', () => {
	it('waits for its turn, whatever becomes of those before it in the queue', async () => {
		const scratch = await makeScratch(newFolder(), {hold: HOLD, next: NEXT, skip: SKIP, plain: NEXT.replace('concurrency: next\n', '')});
		const first = startRad(['run', 'hold'], scratch);
		await until(async () => (await statusOf(scratch, 'hold')) === 'running');

		expect(await rad(['run', 'plain'], scratch)).toMatchObject({code: 4});
		expect(await rad(['run', 'hold', '--input', 'of=b'], scratch)).toMatchObject({code: 4});
		const {stdout: preview} = await rad(['run', 'next', '--dry-run'], scratch);
		expect(preview.split('\n')).toContain(`conflict\tqueue\t${(await listRuns(scratch))[0]?.id}`);
		const skipped = await rad(['run', 'skip', '--detach', '--json'], scratch);
		expect([skipped.code, JSON.parse(skipped.stdout)]).toMatchObject([0, {type: 'skipped', workflow: 'skip'}]);
		const killed = startRad(['run', 'next'], scratch);
		await until(async () => (await statusOf(scratch, 'next')) === 'queued');
		const cancelled = (await rad(['run', 'skip', '--wait', '--detach'], scratch)).stdout.trim();
		const last = startRad(['run', 'plain', '--wait'], scratch);
		await until(async () => (await statusOf(scratch, 'plain')) === 'queued');
		killed.child.kill('SIGKILL');
		await killed.ended;
		expect(await rad(['cancel', cancelled], scratch)).toMatchObject({code: 0, stdout: `${cancelled}\tcancelled\n`});
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect(await first.ended).toMatchObject({code: 0});
		expect(await last.ended).toMatchObject({code: 0});
		expect(last.stderr()).toContain('waits for run');
		expect(toStatuses(await listRuns(scratch))).toEqual(
			expect.arrayContaining([
				['plain', 'completed'],
				['skip', 'cancelled'],
				['next', 'cancelled'],
				['hold', 'completed'],
			]),
		);
	});

	it('ends the one at work first where both are of one group and the workflow wants that', async () => {
		const scratch = await makeScratch(newFolder(), {hold: HOLD});
		const first = startRad(['run', 'hold'], scratch);
		await until(async () => (await statusOf(scratch, 'hold')) === 'running');

		const second = startRad(['run', 'hold'], scratch);

		expect(await first.ended).toMatchObject({code: 1});
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		expect(await second.ended).toMatchObject({code: 0});
		expect(toStatuses(await listRuns(scratch))).toEqual([
			['hold', 'completed'],
			['hold', 'cancelled'],
		]);
	});
});
