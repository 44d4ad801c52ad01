import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import {agentsOf, makeScratch, rad, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);

/** Each reader waits for the other two, so none would end alone; the writers note when they come and go. */
const TOGETHER = `version: 1
steps:
  - id: look
    workspace: readonly
    matrix: { n: [1, 2, 3] }
    run: touch "$MARKS/$N"; until test -e "$MARKS/1" -a -e "$MARKS/2" -a -e "$MARKS/3"; do sleep 0.05; done
    env: { N: "\${{ matrix.n }}" }
  - { id: left, needs: [], run: echo left >> order; sleep 0.3; echo left >> order }
  - { id: right, needs: [], run: echo right >> order; sleep 0.3; echo right >> order }
`;

const read = ({cwd}: Scratch, file: string): string => readFileSync(path.join(cwd, file), 'utf8');

describe('steps that need not wait for each other', () => {
	it('are at work at once where they only read, and one after the other where they may change files', async () => {
		const marks = newFolder();
		const scratch = await makeScratch(newFolder(), {together: TOGETHER});

		const {code, stderr} = await rad(['run', 'together'], {...scratch, env: {MARKS: marks}});

		expect(code, stderr).toBe(0);
		expect(read(scratch, 'order')).toMatch(/^(?:left\nleft\nright\nright|right\nright\nleft\nleft)\n$/);
		expect((await agentsOf(scratch)).filter(({name, checkpointId}) => name.startsWith('look') && checkpointId !== null)).toEqual([]);
	});

	it('are all gone when the run is cancelled', async () => {
		const scratch = await makeScratch(newFolder(), {long: toLong('setsid sleep 300 & sleep 300')});
		const {ended} = startRad(['run', 'long'], scratch);
		await until(async () => (await agentsOf(scratch)).filter(({status}) => status === 'running').length === 3);
		const {id} = await runOf(scratch);

		expect((await rad(['cancel', id, '--now'], scratch)).code).toBe(0);
		await ended;

		expect((await agentsOf(scratch)).map(({status}) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
		expect(processes.findMarked('RAD_RUN_ID', id)).toEqual([]);
	});

	it('are all adopted after kill -9 of rad, and none is done twice', async () => {
		const scratch = await makeScratch(newFolder(), {long: toLong('echo "$N" >> "begun.$N"; until test -e go; do sleep 0.05; done')});
		const {child, ended} = startRad(['run', 'long'], scratch);
		await until(() => ['1', '2', '3'].every(n => existsSync(path.join(scratch.cwd, `begun.${n}`))));
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);
		const resumed = startRad(['resume', id], scratch);
		await until(async () => (await runOf(scratch)).status === 'running');
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect(await resumed.ended).toMatchObject({code: 0});

		expect(['1', '2', '3'].map(n => read(scratch, `begun.${n}`))).toEqual(['1\n', '2\n', '3\n']);
		expect((await agentsOf(scratch)).map(({status}) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
		expect(await stepsOf(scratch)).toContain('after completed');
	});
});

const toLong = (command: string): string => `version: 1
steps:
  - id: look
    workspace: readonly
    matrix: { n: [1, 2, 3] }
    run: ${JSON.stringify(command)}
    env: { N: "\${{ matrix.n }}" }
  - { id: after, run: touch after }
`;
