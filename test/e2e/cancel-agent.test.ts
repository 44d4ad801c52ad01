import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Agent, Run} from '../../source/domain/records.ts';
import {agentsOf, makeScratch, rad, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const processes = createProcessTable(process.platform);
const newFolder = createScratch();

/** Its first agent ignores the first word, and would be tried again if it failed. */
const FLOW = `version: 1
steps:
  - id: long
    retry: { max: 3 }
    run: trap '' INT; echo up; while :; do sleep 0.1; done
  - id: after
    run: echo after
  - id: free
    needs: []
    run: until test -e go; do sleep 0.1; done
on_failure:
  - id: mourn
    run: echo mourn
finally:
  - id: tidy
    run: echo tidy
`;

const ENDED = ['long cancelled', 'after skipped', 'free completed', 'on_failure.mourn completed', 'finally.tidy completed'];

const awaitLong = async (scratch: Scratch): Promise<Agent> => {
	let long: Agent | undefined;
	await until(async () => {
		long = (await agentsOf(scratch)).find(({stepId, status}) => stepId === 'long' && status === 'running');
		return long !== undefined;
	});
	return long as Agent;
};
const remaining = ({id}: Agent) => processes.findMarked('RAD_AGENT_ID', id);

describe('rad cancel of an agent', () => {
	it('stops that one, without another attempt, and the run goes on by its rules', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		const run = startRad(['run', 'flow'], scratch);
		const long = await awaitLong(scratch);

		expect(await rad(['cancel', long.id], scratch)).toMatchObject({code: 0, stdout: `${long.id}\tcancelled\n`});
		expect(remaining(long)).toEqual([]);
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect(await run.ended).toMatchObject({code: 1});
		expect(await stepsOf(scratch)).toEqual(ENDED);
		expect((await agentsOf(scratch)).filter(({stepId}) => stepId === 'long')).toHaveLength(1);
		expect(await rad(['cancel', long.id], scratch)).toMatchObject({code: 4});
	});

	it('stops one whose rad is gone, and the run goes on in the background when it is resumed there', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		const run = startRad(['run', 'flow'], scratch);
		const long = await awaitLong(scratch);
		run.child.kill('SIGKILL');
		await run.ended;

		expect(await rad(['cancel', long.id, '--now'], scratch)).toMatchObject({code: 0, stdout: `${long.id}\tcancelled\n`});
		expect(remaining(long)).toEqual([]);
		const {id, status} = await runOf(scratch);
		expect(status).toBe('interrupted');

		expect(await rad(['resume', id, '--detach'], scratch)).toMatchObject({code: 0, stdout: `${id}\n`});
		expect(await runOf(scratch)).toMatchObject({id, status: 'running'} satisfies Partial<Run>);
		expect(await rad(['resume', id, '--detach'], scratch)).toMatchObject({code: 4});
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await runOf(scratch)).status === 'failed');
		expect(await stepsOf(scratch)).toEqual(ENDED);
	});
});
