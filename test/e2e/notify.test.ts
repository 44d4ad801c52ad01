import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Run, Step} from '../../source/domain/records.ts';
import {BIN, makeScratch, rad, radJson, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);

const QUICK = 'version: 1\nsteps:\n  - { id: quick, run: echo done }\n';
const FAILING = 'version: 1\nsteps:\n  - { id: failing, run: exit 3 }\n';
const GATE = 'version: 1\nsteps:\n  - { id: work, run: echo done }\n  - { id: ship, approve: { message: Ship it? } }\n';
/** A step that goes on until a file `go` appears. */
const SLOW = 'version: 1\nsteps:\n  - { id: slow, run: "echo started > started; until test -e go; do sleep 0.05; done" }\n';

/** A line for each call: kind, workflow, text, run. */
const NOTE = 'printf "%s\\t%s\\t%s\\t%s\\n" "$RAD_NOTIFY_KIND" "$RAD_NOTIFY_WORKFLOW" "$RAD_NOTIFY_TEXT" "$RAD_NOTIFY_RUN" >> told.txt';

const folderOf = ({home}: Scratch): string => path.join(home, '.config/rad');
const configure = (scratch: Scratch, notify: string): void => {
	mkdirSync(folderOf(scratch), {recursive: true});
	writeFileSync(path.join(folderOf(scratch), 'config.yaml'), `notify: ${JSON.stringify(notify)}\n`);
};
const makeNotified = async (workflows: Readonly<Record<string, string>>, notify = NOTE): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), workflows);
	configure(scratch, notify);
	return scratch;
};
const told = (scratch: Scratch): readonly (readonly string[])[] => {
	const file = path.join(folderOf(scratch), 'told.txt');
	const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
	return lines.filter(line => line !== '').map(line => line.split('\t'));
};
const newestRun = async (scratch: Scratch): Promise<Run> => {
	const [run] = await radJson<readonly Run[]>(['runs'], scratch);
	if (run === undefined) throw new Error('there must be a run');
	return run;
};
/** Processes of commands that this test's workspace started. */
const left = ({cwd}: Scratch) => processes.findMarked('RAD_NOTIFY_WORKSPACE', cwd);

describe('the command of notify', () => {
	it('is run once when a run completed, and once when it failed', async () => {
		const scratch = await makeNotified({quick: QUICK, failing: FAILING});

		expect(await rad(['run', 'quick'], scratch)).toMatchObject({code: 0});
		const quick = await newestRun(scratch);
		expect(await rad(['run', 'failing'], scratch)).toMatchObject({code: 1});
		const failing = await newestRun(scratch);

		expect(told(scratch)).toEqual([
			['done', 'quick', 'rad: quick is done', quick.id],
			['failed', 'failing', 'rad: failing failed: step "failing" failed', failing.id],
		]);
	});

	it('is run by the runner in the background when it waits for a person, and when it is done after the answer', async () => {
		const scratch = await makeNotified({gate: GATE});

		await rad(['run', 'gate', '--detach'], scratch);
		await until(() => told(scratch).length === 1);
		const {id} = await newestRun(scratch);
		expect(told(scratch)).toEqual([['waiting', 'gate', 'rad: gate waits for you: step "ship" needs your decision', id]]);
		await rad(['approve', id], scratch);
		await until(() => told(scratch).length > 1);

		expect(told(scratch).at(-1)).toEqual(['done', 'gate', 'rad: gate is done', id]);
		await until(() => left(scratch).length === 0);
		expect(told(scratch)).toHaveLength(2);
	});

	it('is not run for a run that the user stops', async () => {
		const scratch = await makeNotified({slow: SLOW});
		const {child, ended} = startRad(['run', 'slow'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		child.kill('SIGINT');

		expect(await ended).toMatchObject({code: 130});
		expect(told(scratch)).toEqual([]);
	});

	it('is run by the rad that resumes a run, once for how it ends, not by the one that was killed', async () => {
		const scratch = await makeNotified({slow: SLOW});
		const {child, ended} = startRad(['run', 'slow'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		child.kill('SIGKILL');
		await ended;
		expect(told(scratch)).toEqual([]);

		writeFileSync(path.join(scratch.cwd, 'go'), '');
		const {id} = await newestRun(scratch);
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(told(scratch)).toEqual([['done', 'slow', 'rad: slow is done', id]]);
	});

	it('is ended with its rad, also by kill -9', async () => {
		const scratch = await makeNotified({gate: GATE}, `${NOTE}; sleep 300 & sleep 300`);
		const {child, ended} = startRad(['run', 'gate'], scratch);
		await until(() => told(scratch).length === 1 && left(scratch).length > 2);
		child.kill('SIGKILL');
		await ended;

		await until(() => left(scratch).length === 0);
	});

	it('does not hold up a run while it hangs, is ended when its time is over, and that is told once', async () => {
		const scratch = await makeNotified({gate: GATE}, `${NOTE}; trap "" TERM INT; setsid sleep 300 & sleep 300`);
		const {ended, stderr} = startRad(['run', 'gate'], scratch);
		await until(() => told(scratch).length === 1);
		const {id} = await newestRun(scratch);
		await rad(['approve', id], scratch);
		await until(async () => (await newestRun(scratch)).status === 'completed');
		expect(left(scratch).length).toBeGreaterThan(1);

		const {code} = await ended;

		expect(code).toBe(0);
		expect(left(scratch)).toEqual([]);
		expect(told(scratch).map(([kind]) => kind)).toEqual(['waiting', 'done']);
		expect(stderr().match(/the command of notify/g)).toHaveLength(1);
	});

	it('can fail and flood: the run is what it would be, and the failure is told once', async () => {
		const failing = await makeNotified({gate: GATE.replace('message: Ship it?', 'message: Ship it?, timeout: 1s, on_timeout: approve')}, 'exit 7');
		const flooding = await makeNotified({quick: QUICK}, 'head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2; echo done > done.txt');

		const {code, stdout, stderr} = await rad(['run', 'gate', '--json'], failing);
		const flooded = await rad(['run', 'quick'], flooding);

		expect(code, stderr).toBe(0);
		const lines = stdout.trim().split('\n');
		const notices = lines.map(line => JSON.parse(line) as {readonly type: string; readonly text?: string}).filter(({type}) => type === 'notice');
		expect(notices.filter(({text}) => text?.includes('notify'))).toEqual([
			{type: 'notice', text: `the command of notify in ${path.join(folderOf(failing), 'config.yaml')} failed with exit code 7`},
		]);
		expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({type: 'run', status: 'completed'});
		expect(flooded).toMatchObject({code: 0});
		expect(flooded.stdout.length + flooded.stderr.length).toBeLessThan(10_000);
		expect(existsSync(path.join(folderOf(flooding), 'done.txt'))).toBe(true);
	});

	it('runs nothing of what a hostile workflow says, and is told of it on one line', async () => {
		const evil = '$(touch pwned)`touch pwned`; touch pwned \\e]9;x\\a\\e[2J';
		const hostile = `version: 1
description: "${evil}"
steps:
  - { id: say, run: 'printf "\\033]9;evil\\007\\n" >&2; echo "x=$(cat)" >> "$RAD_OUTPUT"; echo "$EVIL"', env: { EVIL: "${evil}" } }
  - { id: ask, approve: { message: "${evil}\\n\\0", timeout: 1s, on_timeout: reject } }
`;
		const scratch = await makeNotified({evil: hostile}, `env > env.txt; ${NOTE}`);

		const {code, stderr} = await rad(['run', 'evil'], scratch);

		expect(code, stderr).toBe(1);
		const [waiting, failed, ...others] = told(scratch);
		expect(waiting?.slice(0, 3)).toEqual(['waiting', 'evil', 'rad: evil waits for you: step "ask" needs your decision']);
		expect(failed?.slice(0, 2)).toEqual(['failed', 'evil']);
		expect(failed?.[2]).toMatch(/^rad: evil failed: [ -~]+$/);
		expect(others).toEqual([]);
		for (const folder of [scratch.cwd, folderOf(scratch)]) expect(existsSync(path.join(folder, 'pwned'))).toBe(false);
	});
});

describe('a configuration that cannot be used', () => {
	it('lets no run start, in any way, and is told by rad doctor with its cure', async () => {
		const scratch = await makeScratch(newFolder(), {quick: QUICK});
		const file = path.join(scratch.cwd, '.radium/config.yaml');
		writeFileSync(file, 'notify: touch pwned\n');

		for (const words of [
			['run', 'quick'],
			['run', 'quick', '--detach'],
			['run', 'quick', '--dry-run'],
		]) {
			const {code, stderr} = await rad(words, scratch);
			expect(code, stderr).toBe(5);
			expect(stderr).toContain('.radium/config.yaml:1:1: unknown key "notify"; a command is taken from your own file only');
			expect(stderr).toContain(`try: mend or remove ${file}`);
		}
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toEqual([]);
		expect(existsSync(path.join(scratch.cwd, 'pwned'))).toBe(false);
		const {code, stdout} = await rad(['doctor'], scratch);
		expect(code).toBe(1);
		expect(stdout).toMatch(/^configuration\tbad\t\.radium\/config\.yaml:1:1: .*\tmend or remove .*config\.yaml$/m);
	});

	it('does not keep a run from going on, which tells so', async () => {
		const scratch = await makeNotified({slow: SLOW});
		const {child, ended} = startRad(['run', 'slow'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		child.kill('SIGKILL');
		await ended;
		writeFileSync(path.join(folderOf(scratch), 'config.yaml'), 'notfy: x\n');
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		const {id} = await newestRun(scratch);

		const {code, stderr} = await rad(['resume', id], scratch);

		expect(code, stderr).toBe(0);
		expect(stderr).toContain('The configuration cannot be used: it has a mistake. Nobody is notified of this run; rad doctor tells more.');
		expect((await radJson<{readonly steps: readonly Step[]}>(['show', id], scratch)).steps).toMatchObject([{status: 'completed'}]);
	});

	it('does not keep a run that is at work from its end, or from being answered', async () => {
		const scratch = await makeNotified({gate: GATE});
		const {ended} = startRad(['run', 'gate'], scratch);
		await until(() => told(scratch).length === 1);
		writeFileSync(path.join(folderOf(scratch), 'config.yaml'), 'notfy: x\n');

		expect(await rad(['approve', (await newestRun(scratch)).id], scratch)).toMatchObject({code: 0});

		expect(await ended).toMatchObject({code: 0});
		expect(told(scratch).map(([kind]) => kind)).toEqual(['waiting', 'done']);
	});
});

describe('rad notify', () => {
	it('sends a text by hand and in a step, and says when nothing is configured', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1\nsteps:\n  - { id: a, run: '"${process.execPath}" "${BIN}" notify "it is $RAD_STEP_ID"' }\n`,
		});

		const nobody = await rad(['notify', 'hello'], scratch);
		configure(scratch, NOTE);
		const byHand = await rad(['notify', 'hello\n\u001b[31mworld'], scratch);
		const run = await rad(['run', 'flow'], scratch);
		configure(scratch, 'exit 7');
		const failed = await rad(['notify', 'hello'], scratch);

		expect(nobody.code).toBe(6);
		expect(nobody.stderr).toContain('there is no "notify" in your own configuration.\n  try: rad config set notify');
		expect(byHand, byHand.stderr).toMatchObject({code: 0, stdout: '', stderr: ''});
		expect(run.code, run.stderr).toBe(0);
		const id = (await newestRun(scratch)).id;
		expect(told(scratch)).toEqual([
			['message', '', expect.stringMatching(/^rad: hello.*world$/), ''],
			['message', 'flow', 'rad: it is a', id],
			['done', 'flow', 'rad: flow is done', id],
		]);
		expect(failed.code).toBe(1);
		expect(failed.stderr).toContain('failed with exit code 7.');
	});
});
