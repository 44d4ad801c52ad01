import {readFileSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad, radJson, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {scriptPrograms} from '../support/scripted-programs.ts';

const newFolder = createScratch();

const WORKFLOW = `version: 1
defaults: { engine: claude, checkpoint: none }
steps:
  - { id: work, prompt: do it, retry: { max: 3, on: [rate_limit] } }
  - { id: own, prompt: and that, on_usage_limit: continue }
`;

const LIMITED = {prompt: 'do it', answer: "You've hit your limit · resets 2pm (Asia/Shanghai)", limitedFor: 3 * 3600};

const make = async (): Promise<Scratch> =>
	scriptPrograms(await makeScratch(newFolder(), {limits: WORKFLOW}), [
		LIMITED,
		{prompt: 'do it', answer: 'done'},
		{...LIMITED, prompt: 'and that'},
		{prompt: 'and that', answer: 'done'},
	]);

/** As if the time that a step waits for had come while no rad was there. */
const passTime = ({cwd}: Scratch): void => {
	const database = new Database(path.join(cwd, '.radium/monitoring.db'));
	database.prepare("UPDATE steps SET question_json = json_set(question_json, '$.until', 1) WHERE step_id = 'own'").run();
	database.close();
};

const isAt = async (scratch: Scratch, step: string): Promise<boolean> => (await rad(['show'], scratch)).stdout.includes(`\nstep\t${step}\twaiting\t`);

describe('a usage limit', () => {
	it('makes the run wait, and say until when; a Yes, or the time, goes on with the conversation', async () => {
		const scratch = await make();
		const first = startRad(['run', 'limits'], scratch);
		await until(async () => isAt(scratch, 'work'));

		const {id} = await runOf(scratch);
		const {stdout} = await rad(['show'], scratch);
		expect(stdout).toMatch(/waiting until (?:\d+ \w+ )?\d\d:\d\d: the usage limit of claude is reached/);
		expect(stdout).toContain('A Yes tries again at once, a No fails the step.');
		expect(await radJson(['show'], scratch)).toMatchObject({steps: [{question: {about: 'usage-limit', until: null}, attempts: 1}, {}]});
		expect((await rad(['approve', id], scratch)).code).toBe(0);

		await until(async () => isAt(scratch, 'own'));
		expect(await radJson(['show'], scratch)).toMatchObject({steps: [{}, {question: {until: expect.any(Number), onTimeout: 'approve'}}]});
		first.child.kill('SIGKILL');
		await first.ended;
		passTime(scratch);
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(await stepsOf(scratch)).toEqual(['work completed', 'own completed']);
		expect(readFileSync(path.join(scratch.home, 'calls'), 'utf8').trim().split('\n')).toHaveLength(4);
		expect(await radJson(['show'], scratch)).toMatchObject({
			agents: [{sessionId: 'session-0'}, {sessionId: 'session-0'}, {sessionId: 'session-2'}, {sessionId: 'session-2'}],
		});
	});

	it('fails the step after a No', async () => {
		const scratch = await make();
		const running = startRad(['run', 'limits'], scratch);
		await until(async () => isAt(scratch, 'work'));

		expect((await rad(['reject', (await runOf(scratch)).id, '--comment', 'tomorrow'], scratch)).code).toBe(0);

		expect(await running.ended).toMatchObject({code: 1, stderr: expect.stringContaining('to try again was rejected by user: tomorrow')});
	});
});
