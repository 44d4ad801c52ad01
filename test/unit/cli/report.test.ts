import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {aCheckpoint, anAgent, anId, aPlannedChange, aRequest, aRestorePlan, aRun, aStep, aUsageRecord, T0} from '../../support/builders.ts';
import {createFakeRad, type FakeData} from '../../support/fake-rad.ts';
import {aWorkspace, BUILD, RUN_ID} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const FIRST = anId('cp', 1);
const HOSTILE = 'x | y\n# <img src=x> `code` [a](http://evil.example) @octocat fixes #1 \u001B]0;title\u0007';

const report = async (change: Partial<FakeData>, ...flags: readonly string[]): Promise<string> => {
	const {out, exitCode} = await runWords(['report', ...flags], {fake: createFakeRad(change)});
	expect(exitCode).toBe(0);
	return out;
};

const reportJson = async (change: Partial<FakeData>): Promise<Record<string, unknown>> => JSON.parse(await report(change, '--json'));

describe('rad report', () => {
	test('reports on the newest run, or the one that is named', async () => {
		const fake = aWorkspace();
		fake.update({runs: [aRun({id: anId('run', 2), workflow: 'older', status: 'completed', endedAt: T0}), ...fake.data().runs]});

		expect((await runWords(['report'], {fake})).out).toMatch(/^# example: failed\n/);
		expect((await runWords(['report', 'run_0000000002'], {fake})).out).toMatch(/^# older: completed\n/);
		expect((await runWords(['report', 'run_9'], {fake})).exitCode).toBe(3);
		expect((await runWords(['report'], {fake: createFakeRad()})).exitCode).toBe(3);
	});

	test('is the same on a terminal as in a file', async () => {
		const person = await runWords(['report'], {fake: aWorkspace(), isTerminal: true, color: true, columns: 40});
		const file = await runWords(['report'], {fake: aWorkspace()});

		expect(person.out).toBe(file.out);
	});

	test('takes the formats that there are, and --json as one of them', async () => {
		const perform = (...flags: readonly string[]) => runWords(['report', ...flags], {fake: aWorkspace()});

		const [md, usual, json, short] = await Promise.all([perform('--format', 'md'), perform(), perform('--format', 'json'), perform('--json')]);
		const [wrong, both] = await Promise.all([perform('--format', 'jsn'), perform('--format', 'md', '--json')]);

		expect(md.out).toBe(usual.out);
		expect(json.out).toBe(short.out);
		expect(wrong).toMatchObject({exitCode: 2, out: '', err: expect.stringContaining('--format cannot be jsn. Did you mean json?')});
		expect(both).toMatchObject({exitCode: 2, out: '', err: expect.stringContaining('do not go together')});
	});

	test('has in JSON all that rad show has', async () => {
		const shown = JSON.parse((await runWords(['show', '--json'], {fake: aWorkspace()})).out);
		const {steps: shownSteps, ...rest} = shown;

		const {steps, ...reported} = JSON.parse((await runWords(['report', '--json'], {fake: aWorkspace()})).out);

		expect(reported).toMatchObject(rest);
		expect(steps).toMatchObject(shownSteps);
	});

	test('says that a run is not over, and counts until now', async () => {
		const out = await report({runs: [aRun()], steps: [aStep()]});

		expect(out).toContain(
			'# example: running\n\n**This run is not over, it is running.** The figures are those so far, at 2026-03-01T14:05:00.000Z.\n',
		);
		expect(out).toContain('- Ended: not yet\n- Duration: 5m00s so far\n');
		expect(out).toContain('| `build` | running | 1 | 5m00s | — | — |');
		expect(await reportJson({runs: [aRun()]})).toMatchObject({isOver: false, reportedAt: T0 + 300_000, endedAt: null});
	});

	test('tells why a run failed and what it waits for', async () => {
		const asking = anAgent({name: 'ask', status: 'waiting'});
		const waiting = await report({runs: [aRun({status: 'waiting', error: 'an agent asks'})], agents: [asking], requests: [aRequest()]});

		expect(waiting).toContain('- Reason: an agent asks\n- Waits for an answer: `ask` asks to restore cp\\_0000000001\n');
		expect((await runWords(['report'], {fake: aWorkspace()})).out).toContain('- Reason: The step build failed.\n');
	});

	test('tells why a step failed once, and the errors of agents that no step tells', async () => {
		const out = await report({
			runs: [aRun({status: 'failed', endedAt: T0})],
			steps: [aStep({status: 'failed', reason: 'exit code 3', attempts: 2})],
			agents: [
				anAgent({id: anId('agt', 1), status: 'lost', error: 'its process is gone'}),
				anAgent({id: anId('agt', 2), attempt: 2, status: 'failed', error: 'exit code 3', exitCode: 3}),
			],
		});

		expect(out).toContain('- `build` failed: exit code 3\n');
		expect(out).toContain('- `build (attempt 1)`: its process is gone\n');
		expect(out.split('exit code 3')).toHaveLength(2);
	});

	test('never tells an unknown cost as nothing', async () => {
		const data = {
			runs: [aRun()],
			steps: [aStep()],
			agents: [anAgent()],
			usage: [aUsageRecord({costNanoUsd: null, costSource: 'unknown'})],
		};

		const out = await report(data);

		expect(out).toContain('- Cost: unknown\n- Tokens: 1,200 in 1 response\n');
		expect(out).toContain('| `build` | running | 1 | 5m00s | unknown | 1,200 |');
		expect(out).not.toContain('$0');
		expect(await reportJson(data)).toMatchObject({totals: {costUsd: null}, steps: [{usage: {costUsd: null}}], byModel: [{costUsd: null}]});
	});

	test('makes nothing of what agents, models and files are called', async () => {
		const out = await report({
			runs: [aRun({workflow: HOSTILE, status: 'failed', endedAt: T0, error: HOSTILE})],
			steps: [aStep({status: 'failed', reason: HOSTILE})],
			agents: [
				anAgent({name: HOSTILE, model: HOSTILE, engine: HOSTILE, status: 'failed', error: `other ${HOSTILE}`}),
				anAgent({id: anId('agt', 2), parentId: anId('agt', 1), agentType: 'sub-agent', name: HOSTILE}),
			],
			usage: [aUsageRecord({model: HOSTILE, provider: HOSTILE})],
			checkpoints: [aCheckpoint({label: HOSTILE})],
			plans: {[FIRST]: aRestorePlan({changes: [aPlannedChange({path: HOSTILE})]})},
		});

		expect(out).toContain('&#124; y # &#60;img src=x&#62; &#96;code&#96; \\[a\\](http:/&#8203;/evil.example) @&#8203;octocat fixes #&#8203;1');
		expect(out).not.toMatch(/<img|[^\\]\]\(|:\/\/|@octocat|s #1|\u001B|`code`/);
		expect(out.match(/^#.*/gm)).toHaveLength(6);
		// Every row of every table has the cells of its title, so that nothing has begun one.
		for (const rows of out.split('\n\n').filter(block => block.startsWith('|')))
			expect(
				new Set(
					rows
						.trimEnd()
						.split('\n')
						.map(row => row.split('|').length),
				).size,
			).toBe(1);
	});

	test('shows sub-agents below their agent', async () => {
		const {out} = await runWords(['report'], {fake: aWorkspace()});

		expect(out).toContain('| └─\u00a0Find the callers of the limiter |');
		expect(out).toContain("An agent's tokens and cost include those of its sub-agents.");
	});
});

describe('the way back', () => {
	const over = {runs: [aRun({status: 'completed', endedAt: T0})]};
	const before = aCheckpoint({label: 'before build'});
	const after = aCheckpoint({id: anId('cp', 2), kind: 'end', stepId: null, label: 'after example'});

	test('is a command that can be copied, for the workspace that was named', async () => {
		const {out} = await runWords(['report', '--workspace', '/tmp/a b'], {fake: aWorkspace(), program: 'node /opt/rad.js'});

		expect(out).toContain("what it was before the run:\n\n```sh\nnode /opt/rad.js checkpoint restore cp_0000000001 --workspace '/tmp/a b'\n```\n");
	});

	test('is told as part of one where something was done before the oldest checkpoint that is kept', async () => {
		const out = await report({...over, agents: [anAgent({checkpointId: anId('cp', 7)})], checkpoints: [before]});

		expect(out).toContain('the oldest checkpoint of the run, before build; something was done before it:');
		expect(out).not.toContain('before the run:');
	});

	test('is missing where no checkpoint is kept', async () => {
		expect(await report(over)).toContain(
			'## Checkpoints\n\nNone is kept of this run, so rad cannot undo it.\n\n## Changed files\n\nThey are not known',
		);
		expect(await reportJson(over)).toMatchObject({restore: null, changes: null});
	});

	test('counts checkpoints before file writes', async () => {
		const writes = [3, 4].map(number => aCheckpoint({id: anId('cp', number), kind: 'write'}));

		expect(await report({...over, checkpoints: [before, ...writes]})).toContain('\n\nAnd 2 checkpoints before file writes.\n');
	});

	test('compares with the checkpoint after the run, else with the work tree', async () => {
		expect(await report({...over, checkpoints: [before, after]})).toContain(
			'2 files changed, 0 lines added and 101 deleted, from `cp_0000000001` (before build) to `cp_0000000002` (after example), whoever made the changes.',
		);
		expect(await report({...over, checkpoints: [before]})).toContain(
			'from `cp_0000000001` (before build) to the work tree as it was at 2026-03-01T14:05:00.000Z,',
		);
		expect(await reportJson({...over, checkpoints: [before, after]})).toMatchObject({changes: {from: before.id, to: after.id, isWhole: true}});
	});

	test('says that nothing differs', async () => {
		const plans = {[FIRST]: aRestorePlan({changes: []})};

		expect(await report({...over, checkpoints: [before, after], plans})).toContain('Nothing differs from `cp_0000000001`');
	});

	test('lists a hundred files and where the others are', async () => {
		const changes = Array.from({length: 1234}, (_, index) => aPlannedChange({path: `f${index}`, additions: 1}));
		const data = {...over, checkpoints: [before, after], plans: {[FIRST]: aRestorePlan({changes})}};

		const out = await report(data);

		expect(out.match(/^\| modified/gm)).toHaveLength(100);
		expect(out).toContain('And 1,134 more:\n\n```sh\nrad checkpoint diff cp_0000000001 cp_0000000002 --stat\n```\n');
		expect(await reportJson(data)).toMatchObject({changes: {files: expect.objectContaining({length: 1234})}});
	});

	test('tells why the files cannot be compared, and reports all the rest', async () => {
		const fake = createFakeRad({...over, checkpoints: [before, after]});
		const diff = () => Promise.reject(new RadError('CHECKPOINT_DAMAGED', 'Checkpoint <b> cannot be read.'));
		const rad = {checkpoints: {...fake.rad.checkpoints, diff}};

		const {out, exitCode} = await runWords(['report'], {fake, rad});
		const json = JSON.parse((await runWords(['report', '--json'], {fake, rad})).out);

		expect(exitCode).toBe(0);
		expect(out).toContain('They cannot be told: Checkpoint &#60;b&#62; cannot be read.\n');
		expect(json).toMatchObject({changes: {files: null, problem: 'Checkpoint <b> cannot be read.'}});
	});

	test('leaves a bug a bug', async () => {
		const fake = createFakeRad({...over, checkpoints: [before]});
		const rad = {checkpoints: {...fake.rad.checkpoints, diff: () => Promise.reject(new TypeError('oops'))}};

		expect((await runWords(['report'], {fake, rad})).exitCode).toBe(70);
	});
});

test('a step counts all its attempts and their sub-agents', async () => {
	const usage = [anId('agt', 1), anId('agt', 2), BUILD].map(agentId => aUsageRecord({agentId, messageId: agentId}));
	const agents = [
		anAgent({id: anId('agt', 1), stepId: 'plan'}),
		anAgent({id: anId('agt', 2), stepId: 'plan', parentId: anId('agt', 1), agentType: 'sub-agent'}),
		anAgent({id: BUILD}),
	];

	const out = await report({runs: [aRun({id: RUN_ID})], steps: [aStep({stepId: 'plan'})], agents, usage});

	expect(out).toContain('| `plan` | running | 1 | 5m00s | $0.0200 (reported) | 2,400 |');
});
