import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Agent, Checkpoint, Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, stepsOf} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
const FLOOD_BYTES = Number(process.env['RAD_TEST_FLOOD_BYTES'] ?? 50_000_000);

const TWO_STEPS = `version: 1
steps:
  - id: write
    prompt: Plan it
    recording: plan
    speed: 1000
  - id: shell
    run: mkdir -p made && echo "from the shell" > made/shell.txt && rm -f doomed.txt
`;

/** Every file of the work tree but git's and rad's own: kind, mode, content. */
const picture = (root: string, below = ''): Record<string, string> =>
	Object.assign(
		{},
		...readdirSync(path.join(root, below), {withFileTypes: true}).map(entry => {
			const name = path.join(below, entry.name);
			if (below === '' && (entry.name === '.git' || entry.name === '.radium')) return {};
			if (entry.isDirectory()) return picture(root, name);
			const file = path.join(root, name);
			if (entry.isSymbolicLink()) return {[name]: `link ${readlinkSync(file)}`};
			return {[name]: `${(statSync(file).mode & 0o777).toString(8)} ${readFileSync(file).toString('base64')}`};
		}),
	);

/** What git knows of the user's work: nothing of it may be different after a run, but for files that agents wrote. */
const footprint = ({git, cwd}: Scratch) => ({
	head: git('rev-parse', 'HEAD'),
	refs: git('for-each-ref'),
	stash: git('stash', 'list'),
	reflog: git('reflog'),
	index: readFileSync(path.join(cwd, '.git/index')).toString('base64'),
	config: readFileSync(path.join(cwd, '.git/config'), 'utf8'),
});

const makeBusyRepository = async (): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {two: TWO_STEPS});
	const {cwd, git} = scratch;
	const put = (name: string, content: string | Buffer): void => {
		mkdirSync(path.dirname(path.join(cwd, name)), {recursive: true});
		writeFileSync(path.join(cwd, name), content);
	};
	put('tracked.txt', 'one\n');
	put('staged.txt', 'one\n');
	put('doomed.txt', 'tracked, deleted by the agent\n');
	put('run.sh', '#!/bin/sh\n');
	git('add', '--all', '--', 'tracked.txt', 'staged.txt', 'doomed.txt', 'run.sh');
	git('commit', '--quiet', '--message=files');
	put('stashed.txt', 'x');
	git('stash', 'push', '--include-untracked', '--quiet', '--', 'stashed.txt');
	put('tracked.txt', 'one\nedited, not staged\n');
	put('staged.txt', 'one\nstaged\n');
	git('add', 'staged.txt');
	put('staged.txt', 'one\nstaged\nand edited again\n');
	chmodSync(path.join(cwd, 'run.sh'), 0o755);
	put('untracked/ä file.txt', 'untracked\n');
	put('binary.bin', Buffer.from([0, 255, 1, 254, 10, 13, 0]));
	symlinkSync('tracked.txt', path.join(cwd, 'link'));
	return scratch;
};

describe('rad run in a repository with work in it', () => {
	it('records both agents and leaves everything of git as it was', async () => {
		const scratch = await makeBusyRepository();
		const [before, status] = [footprint(scratch), scratch.git('status', '--porcelain')];

		const ending = await rad(['run', 'two'], scratch);

		expect(ending).toMatchObject({code: 0});
		expect(footprint(scratch)).toEqual(before);
		const known = new Set(status.split('\n'));
		const changed = scratch
			.git('status', '--porcelain')
			.split('\n')
			.filter(line => !known.has(line));
		expect(changed).toEqual([' D doomed.txt', '?? PLAN.md', '?? made/']);
		const agents = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agents.map(({name, status: end, engine}) => [name, end, engine])).toEqual([
			['write', 'completed', 'recorded'],
			['shell', 'completed', 'shell'],
		]);
		for (const agent of agents) {
			expect(agent.processId).toBeGreaterThan(1);
			expect(agent.planId).toMatch(/^run_/);
			expect(agent.checkpointId).toMatch(/^cp_/);
			expect(statSync(path.join(scratch.cwd, agent.logFile ?? '')).size).toBeGreaterThan(0);
			expect(agent).toMatchObject({exitCode: 0, error: null, parentId: null});
		}
	});

	it('reports exactly the tokens and the cost that the recording is known to have used', async () => {
		const scratch = await makeScratch(newFolder(), {two: TWO_STEPS});
		await rad(['run', 'two'], scratch);
		const {total} = JSON.parse(readFileSync(new URL('../fixtures/recordings/shipped/plan/expected.json', import.meta.url), 'utf8'));

		const telemetry = await radJson<Record<string, number>>(['monitor', 'telemetry'], scratch);

		expect(telemetry).toMatchObject({
			totals: {
				inputTokens: total.input_fresh,
				cacheReadTokens: total.cache_read,
				cacheWriteTokens: total.cache_write_5m + total.cache_write_1h,
				outputTokens: total.output_total,
				reasoningTokens: total.reasoning,
				costSource: 'reported',
				unpriced: 0,
			},
		});
	});

	it('prints logs without any control character', async () => {
		const scratch = await makeScratch(newFolder(), {
			noisy:
				'version: 1\nsteps:\n  - {id: a, run: "printf \'\\\\033[31mred\\\\033[0m \\\\033]52;c;eA==\\\\007bell\\\\007 back\\\\010 \\\\302\\\\233 del\\\\177\\\\n\'"}\n',
		});
		await rad(['run', 'noisy'], scratch);
		const [agent] = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);

		const {stdout} = await rad(['logs', agent?.id ?? ''], scratch);

		expect(stdout).toContain('red');
		expect(
			[...stdout].filter(character => (character < ' ' && !'\n\t'.includes(character)) || (character >= '\u007f' && character <= '\u009f')),
		).toEqual([]);
	});

	it('brings every file back from the first checkpoint, and the agents’ work with the command that it prints', async () => {
		const scratch = await makeBusyRepository();
		const before = picture(scratch.cwd);
		await rad(['run', 'two'], scratch);
		const after = picture(scratch.cwd);
		expect(after).not.toEqual(before);
		const first = (await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch)).at(-1);

		const restored = await rad(['checkpoint', 'restore', first?.id ?? '', '--yes'], scratch);

		expect(restored).toMatchObject({code: 0});
		expect(picture(scratch.cwd)).toEqual(before);
		const undo = /(checkpoint restore cp_\S+.*)$/m.exec(restored.stdout + restored.stderr)?.[1] ?? '';
		expect(await rad([...undo.trim().split(' '), ...(undo.includes('--yes') ? [] : ['--yes'])], scratch)).toMatchObject({code: 0});
		expect(picture(scratch.cwd)).toEqual(after);
	});

	it('fails a step that fails, skips what depends on it and exits with 1', async () => {
		const scratch = await makeScratch(newFolder(), {
			bad: 'version: 1\nsteps:\n  - {id: a, run: exit 3}\n  - {id: b, run: "true"}\n  - {id: c, needs: [b], run: "true"}\n  - {id: free, needs: [], run: "true"}\n',
		});

		const {code, stderr} = await rad(['run', 'bad'], scratch);

		expect(code).toBe(1);
		expect(stderr).toContain('b skipped');
		const agents = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agents.map(({name, status, exitCode}) => [name, status, exitCode])).toEqual([
			['a', 'failed', 3],
			['free', 'completed', 0],
		]);
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toMatchObject([{workflow: 'bad', status: 'failed'}]);
	});

	it.each([
		['in one line', `head -c ${FLOOD_BYTES} /dev/zero | tr '\\0' x; echo`, ['done', 'bytes)']],
		['after a title that never ends', `printf '\\033]0;'; head -c ${FLOOD_BYTES} /dev/zero | tr '\\0' x; echo`, ['done', 'bytes)']],
		['in short lines', `yes 'a line as long as those of a build are' | head -c ${FLOOD_BYTES}`, ['bytes were dropped']],
	])('survives a flood %s in little memory', {timeout: 60_000 + FLOOD_BYTES / 1000}, async (_, command, traces) => {
		const scratch = await makeScratch(newFolder(), {flood: `version: 1\nsteps:\n  - id: a\n    run: |\n      ${command}\n      echo done\n`});
		const time = path.join(newFolder(), 'time');

		execFileSync('python3', ['-c', MEASURE, time, process.execPath, path.resolve('bin/rad.cjs'), 'run', 'flood'], {
			cwd: scratch.cwd,
			env: {PATH: process.env['PATH'] ?? '', HOME: scratch.home},
		});

		const [code, kilobytes] = readFileSync(time, 'utf8').split(' ').map(Number);
		expect(code).toBe(0);
		expect(kilobytes).toBeLessThan(256 * 1024);
		const {stdout} = await rad(['logs', '-n', '5'], scratch);
		for (const trace of traces) expect(stdout).toContain(trace);
	});

	it('hands outputs and inputs on through the environment', async () => {
		const scratch = await makeScratch(newFolder(), {
			hand: `version: 1
inputs: { word: { type: string, required: true } }
steps:
  - id: a
    run: echo "answer=42" >> "$RAD_OUTPUT"; echo 'text=a "quoted" $(id)' >> "$RAD_OUTPUT"
  - id: b
    run: printf '%s|%s|%s' "$WORD" "$ANSWER" "$TEXT" > got.txt
    env: { WORD: "\${{ inputs.word }}", ANSWER: "\${{ steps.a.outputs.answer }}", TEXT: "\${{ steps.a.outputs.text }}" }
`,
		});

		const {code} = await rad(['run', 'hand', '--input', 'word=$(rm -rf x); `id`'], scratch);

		expect(code).toBe(0);
		expect(readFileSync(path.join(scratch.cwd, 'got.txt'), 'utf8')).toBe('$(rm -rf x); `id`|42|a "quoted" $(id)');
	});

	it('follows conditions and expected failures, waits before a retry, and stops what prints nothing', async () => {
		const text = `version: 1
defaults: { timeout: 1m }
env: { WHO: "\${{ inputs.who }}" }
inputs: { who: { default: world } }
steps:
  - { id: test, run: 'echo "count=3" >> "$RAD_OUTPUT"; exit 4', continue_on_error: true }
  - id: mend
    when: steps.test.outputs.exit_code != 0
    run: echo "$WHO $COUNT" > mended
    env: { COUNT: "\${{ steps.test.outputs.count }}" }
  - { id: never, when: steps.test.outputs.exit_code == 0, run: touch never }
  - { id: flaky, run: 'test -e flag || { touch flag; exit 1; }', retry: { max: 1, backoff: 10ms, on: [error] } }
  - { id: silent, run: sleep 300, idle_timeout: 1s, continue_on_error: true }
`;
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stderr} = await rad(['run', 'flow', '--input', 'who=you'], scratch);

		expect(code).toBe(0);
		expect(stderr).toContain('never skipped: its condition is false');
		expect(stderr).toMatch(/flaky failed .* step "flaky" is tried again in 1 s\n/s);
		expect(readFileSync(path.join(scratch.cwd, 'mended'), 'utf8')).toBe('you 3\n');
		expect((await radJson<readonly Agent[]>(['monitor', 'list'], scratch)).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
			['test', 1, 'failed'],
			['mend', 1, 'completed'],
			['flaky', 1, 'failed'],
			['flaky', 2, 'completed'],
			['silent', 1, 'timed_out'],
		]);
	});

	it('stops an agent in the middle of its work when the money of the run is gone, and starts nothing more', async () => {
		const text = `version: 1
budget: { cost_usd: 0.05 }
steps:
  - { id: plan, prompt: x, engine: recorded, recording: plan, speed: 10 }
  - { id: build, prompt: x, engine: recorded, recording: implement, speed: 2, retry: { max: 2 } }
  - { id: review, prompt: x, engine: recorded, recording: review, speed: 10, needs: [plan] }
`;
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(1);
		expect(stderr).toContain('of $0.0500');
		expect(stderr).toContain("review skipped: the run's budget is spent");
		const [run] = await radJson<readonly Run[]>(['runs'], scratch);
		expect(run).toMatchObject({status: 'failed', error: expect.stringMatching(/^the run's budget is spent: .* of \$0\.0500; step "build" failed$/)});
		const agents = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agents.filter(({parentId}) => parentId === null)).toMatchObject([
			{name: 'plan', status: 'completed'},
			{name: 'build', attempt: 1, status: 'failed', error: expect.stringContaining("stopped as the run's budget is spent")},
		]);
	});

	it('fails although the step that was stopped may fail', async () => {
		const text = `version: 1
budget: { turns: 2 }
steps:
  - { id: build, prompt: x, engine: recorded, recording: implement, speed: 5, continue_on_error: true }
`;
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stdout} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(1);
		expect(stdout).toContain("the run's budget is spent");
	});

	it('lets an agent leave that is done with the response that reaches the limit', async () => {
		const text = 'version: 1\nsteps:\n  - { id: plan, prompt: x, engine: recorded, recording: plan, speed: 100 }\n';
		const scratch = await makeScratch(newFolder(), {flow: text});

		for (let round = 0; round < 3; round += 1) {
			// What the recording costs, to the billionth.
			const {code, stderr} = await rad(['run', 'flow', '--max-cost', '0.0427388'], scratch);

			expect(code, stderr).toBe(0);
			expect(stderr).not.toContain('budget');
		}
	});

	it('does not restore for an agent that is stopped for what it has spent', async () => {
		const text =
			'version: 1\nbudget: { turns: 3 }\nsteps:\n  - { id: ask, prompt: x, engine: recorded, recording: restore, speed: 10, restore: own-step }\n';
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(1);
		expect(stderr).not.toContain('restored');
	});

	it('takes the smaller of what the workflow and the command line allow', async () => {
		const text = 'version: 1\nbudget: { cost_usd: 9 }\nsteps:\n  - { id: plan, prompt: x, engine: recorded, recording: plan, speed: 5 }\n';
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stderr} = await rad(['run', 'flow', '--max-cost', '0.01'], scratch);

		expect(code).toBe(1);
		expect(stderr).toContain("stopped as the run's budget is spent");
		expect((await rad(['run', 'flow', '--max-cost', '1e3'], scratch)).stderr).toContain('--max-cost needs dollars such as 2.50, not 1e3');
		expect((await rad(['run', 'flow', '--max-cost', '20'], scratch)).code).toBe(0);
	});

	it('gives a step up when its own budget is spent, also before a retry, and goes on with what may', async () => {
		const text = `version: 1
steps:
  - { id: talk, prompt: x, engine: recorded, recording: implement, speed: 5, budget: { turns: 2 }, retry: { max: 3 }, continue_on_error: true }
  - { id: slow, run: sleep 300, budget: { wall: 500ms }, continue_on_error: true }
  - { id: again, run: exit 1, budget: { wall: 1s }, retry: { max: 20, backoff: 10m }, continue_on_error: true }
  - { id: last, run: touch done }
`;
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(0);
		const agents = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agents.filter(({parentId}) => parentId === null).map(({name, attempt, status, error}) => [name, attempt, status, error])).toEqual([
			['talk', 1, 'failed', expect.stringMatching(/^stopped as its budget is spent: \d of 2 turns$/)],
			['slow', 1, 'failed', expect.stringMatching(/^stopped as its budget is spent: .* of 500ms$/)],
			['again', 1, 'failed', 'exit code 1'],
			['last', 1, 'completed', null],
		]);
	});

	it('holds a block to what its steps may spend together, in all of its rounds, and goes on with what may', async () => {
		const text = `version: 1
steps:
  - id: polish
    loop: { until: "false", max: 20 }
    budget: { turns: 5 }
    continue_on_error: true
    steps:
      - { id: look, prompt: x, engine: recorded, recording: plan, speed: 100 }
      - { id: note, run: echo x >> rounds }
  - { id: last, run: touch done }
`;
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stdout} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(0);
		expect(stdout).toMatch(/the budget of step "polish" is spent: \d of 5 turns/);
		const steps = await stepsOf(scratch);
		expect(steps).toEqual(expect.arrayContaining(['polish failed', 'polish.1.look completed', 'polish.1.note completed', 'last completed']));
		expect(steps.filter(step => step.endsWith(' failed'))).toHaveLength(2);
	});

	it('fails a step whose condition cannot be evaluated, and the run', async () => {
		const text = 'version: 1\nsteps:\n  - { id: odd, when: "fromJSON(\'nope\')", run: touch odd }\n';
		const scratch = await makeScratch(newFolder(), {flow: text});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code).toBe(1);
		expect(stderr).toContain('odd failed: its condition cannot be evaluated');
	});

	it('runs a retried step again and says so in its agents', async () => {
		const scratch = await makeScratch(newFolder(), {
			retry: 'version: 1\nsteps:\n  - {id: a, run: "test -e seen || { touch seen; exit 1; }", retry: {max: 1}}\n',
		});

		expect(await rad(['run', 'retry'], scratch)).toMatchObject({code: 0});

		const agents = await radJson<ReadonlyArray<Agent>>(['monitor', 'list'], scratch);
		expect(agents.map(({attempt, status}) => [attempt, status])).toEqual([
			[1, 'failed'],
			[2, 'completed'],
		]);
	});
});

/** Runs a command and writes its exit code and the largest resident size of it and its children, in KiB. */
const MEASURE = `
import os, resource, sys
pid = os.fork()
if pid == 0:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2): os.dup2(null, fd)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
open(sys.argv[1], 'w').write(f'{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}')
`;

describe('a fresh clone', () => {
	it('has its workflows checked, listed and shown without a store', async () => {
		const scratch = await makeScratch(newFolder(), {two: TWO_STEPS, bad: 'version: 1\nsteps: []\n'});
		scratch.git('add', '--all');
		scratch.git('commit', '--quiet', '--message=workflows');
		const clone = {...scratch, cwd: path.join(scratch.home, 'clone')};
		scratch.git('clone', '--quiet', '.', clone.cwd);

		expect(await rad(['workflow', 'validate'], clone)).toMatchObject({
			code: 2,
			stdout: '.radium/workflows/bad.yaml:2:8: steps: is empty; write at least one step\n',
		});
		expect(await rad(['workflow', 'validate', 'two'], clone)).toMatchObject({code: 0, stdout: '', stderr: ''});
		expect((await rad(['workflow', 'list'], clone)).stdout).toContain('two\t');
		expect((await rad(['workflow', 'show', 'two'], clone)).stdout).toContain('step\tshell\twrite\tshell');
	});
});

describe('what is broken', () => {
	it('has a clear message and the right exit code', async () => {
		const scratch = await makeScratch(newFolder(), {
			bad: 'version: 1\nsteps:\n  - {id: a, rn: x}\n',
			ok: 'version: 1\nsteps:\n  - {id: a, run: "true"}\n',
		});
		await rad(['run', 'ok'], scratch);
		await rad(['run', 'ok'], scratch);
		const outside = {...scratch, cwd: newFolder()};

		expect(await rad(['monitor', 'list'], outside)).toMatchObject({code: 3, stdout: '', stderr: expect.stringContaining('try: rad init')});
		expect(await rad(['run', 'nope'], scratch)).toMatchObject({code: 3, stderr: expect.stringContaining('nope')});
		expect(await rad(['monitor', 'status', 'agt_0000000000'], scratch)).toMatchObject({code: 3});
		expect(await rad(['monitor', 'status', 'agt_'], scratch)).toMatchObject({code: 2});
		expect(await rad(['monitor', 'status', '1'], scratch)).toMatchObject({code: 2, stderr: expect.stringContaining('agt_')});
		expect(await rad(['checkpoint', 'restore', '--yes', '--', '-f'], scratch)).toMatchObject({code: 2});
		expect(await rad(['checkpoint', 'restore', 'HEAD', '--yes'], scratch)).toMatchObject({code: 2});
		const invalid = await rad(['run', 'bad'], scratch);
		expect(invalid).toMatchObject({code: 2, stdout: ''});
		expect(invalid.stderr).toContain('.radium/workflows/bad.yaml:3:5: ');
	});

	it.each([
		['garbage', Buffer.from('this is no database at all'.repeat(50))],
		['nothing', Buffer.alloc(0)],
		['half of it', null],
	])('names a store that holds %s, and keeps it', async (_, content) => {
		const scratch = await makeScratch(newFolder(), {});
		const file = path.join(scratch.cwd, '.radium/monitoring.db');
		const bytes = content ?? readFileSync(file).subarray(0, 5000);
		rmSync(`${file}-wal`, {force: true});
		writeFileSync(file, bytes);

		const ending = await rad(['monitor', 'list'], scratch);

		expect(ending).toMatchObject({code: 5, stdout: '', stderr: expect.stringContaining('monitoring.db')});
		expect(readFileSync(file)).toEqual(Buffer.from(bytes));
	});

	it('refuses a workspace folder that is a link or that others may write', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const logs = path.join(scratch.cwd, '.radium/logs');
		rmSync(logs, {recursive: true});
		symlinkSync('/tmp', logs);
		expect(await rad(['monitor', 'list'], scratch)).toMatchObject({code: 7});
		rmSync(logs);
		chmodSync(path.join(scratch.cwd, '.radium'), 0o777);

		expect(await rad(['monitor', 'list'], scratch)).toMatchObject({code: 7, stderr: expect.stringContaining('chmod go-w')});
	});
});
