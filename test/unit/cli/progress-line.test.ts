import {describe, expect, test} from 'vitest';
import {createOutput} from '../../../source/cli/output.ts';
import {createProgressLine, withProgress} from '../../../source/cli/progress-line.ts';
import {formatProgress} from '../../../source/cli/progress-text.ts';
import type {Clock} from '../../../source/domain/clock.ts';
import type {Observed, Progress} from '../../../source/domain/progress.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {aCheckpoint, anId} from '../../support/builders.ts';
import {aWorkspace} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const ERASE = '\u001B[K';
const STAGE = 'check-objects';
const at = (done: number, total: number | null = 100): Progress => ({stage: STAGE, done, total});

/** A clock that goes on only when it is told to; who sleeps is woken then. */
const createHeldClock = () => {
	let now = 1000;
	let sleepers: ReadonlyArray<{readonly until: number; readonly wake: () => void}> = [];
	const clock: Clock = {
		now: () => now,
		elapsed: () => now,
		sleep: (durationMs, signal) =>
			new Promise(resolve => {
				sleepers = [...sleepers, {until: now + durationMs, wake: resolve}];
				signal?.addEventListener('abort', () => resolve(), {once: true});
			}),
	};
	const pass = async (ms: number): Promise<void> => {
		now += ms;
		const due = sleepers.filter(({until}) => until <= now);
		sleepers = sleepers.filter(({until}) => until > now);
		for (const {wake} of due) wake();
		for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
	};
	return {clock, pass};
};

const openLine = (columns = 80, isTerminal = true) => {
	const written: string[] = [];
	const stream = {
		write: (data: string | Uint8Array, done: () => void) => {
			written.push(String(data));
			done();
		},
		on: () => undefined,
	};
	const output = createOutput({stream, isTerminal, columns, color: false, onError: 'ignore'});
	const held = createHeldClock();
	return {...held, output, written, open: () => createProgressLine({output, clock: held.clock, stage: 'list-objects'})};
};

describe('a line of progress', () => {
	test('is not shown for what is over soon', async () => {
		const {open, pass, written} = openLine();
		const line = open();

		for (let done = 0; done < 49; done += 1) {
			await pass(10);
			line.report(at(done));
		}
		await line.close();

		expect(written).toEqual([]);
	});

	test('is shown after half a second, and is gone at the end', async () => {
		const {open, pass, written} = openLine();
		const line = open();

		await pass(500);
		line.report(at(30));
		await line.close();

		expect(written).toEqual([`\rListing objects  1s${ERASE}`, `\r${ERASE}`]);
	});

	test('is drawn ten times a second at most, however often it is told something, and with the newest', async () => {
		const {open, pass, written} = openLine();
		const line = open();

		for (let ms = 0; ms < 2000; ms += 1) {
			await pass(1);
			line.report(at(ms, 4000));
		}

		expect(written.length).toBeGreaterThan(10);
		expect(written.length).toBeLessThanOrEqual(16);
		await pass(100);
		expect(written.at(-1)).toContain('1,999 of 4,000');
		await line.close();
	});

	test('goes on while nobody tells anything, and writes nothing that is shown already', async () => {
		const {open, pass, written} = openLine();
		const line = open();

		for (let round = 0; round < 35; round += 1) await pass(100);

		expect(written).toEqual([1, 2, 3, 4].map(seconds => `\rListing objects  ${seconds}s${ERASE}`));
		await line.close();
	});

	test('counts the time of each stage, and of each subject in it', async () => {
		const {open, pass, written} = openLine();
		const line = open();

		await pass(30_000);
		line.report({stage: 'read-sessions', subject: 'claude', done: 0, total: 100});
		await pass(10_000);
		line.report({stage: 'read-sessions', subject: 'claude', done: 50, total: 100});
		line.report({stage: 'read-sessions', subject: 'codex', done: 0, total: 50});
		await pass(2000);
		line.report({stage: 'read-sessions', subject: 'codex', done: 10, total: 50});
		await pass(100);

		expect(written.at(-1)).toContain('Reading sessions of codex');
		expect(written.at(-1)).toMatch(/ [45]\.\d\/s {2}[89]s left/);
		await line.close();
	});

	test('draws nothing after it was closed, also when it is told something', async () => {
		const {open, pass, written} = openLine();
		const line = open();
		await pass(600);
		await line.close();
		const before = [...written];

		line.report(at(50));
		await pass(1000);
		line.report(at(60));

		expect(written).toEqual(before);
	});
});

describe('work with progress', () => {
	const FAILURE = new Error('the disk is gone');

	test('leaves nothing on the terminal when it fails', async () => {
		const {output, clock, pass, written} = openLine();
		const work = withProgress({notes: output, clock, environment: {}}, STAGE, async onProgress => {
			await pass(700);
			onProgress?.(at(1));
			throw FAILURE;
		});

		await expect(work).rejects.toBe(FAILURE);
		expect(written.length).toBeGreaterThan(1);
		expect(written.at(-1)).toBe(`\r${ERASE}`);
	});

	test.each([
		['in a pipe', false, {}],
		['on a terminal that cannot erase', true, {TERM: 'dumb'}],
	])('is not listened to %s', async (_, isTerminal, environment) => {
		const {output, clock, pass, written} = openLine(80, isTerminal);

		const heard = await withProgress({notes: output, clock, environment}, STAGE, async onProgress => {
			await pass(700);
			return onProgress;
		});

		expect([heard, written]).toEqual([undefined, []]);
	});

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
	])('that %s stopped is told by the exit code only', async (reason, exitCode) => {
		const fake = aWorkspace();
		const verify = async ({signal}: {readonly signal: AbortSignal}) => {
			signal.throwIfAborted();
			throw FAILURE;
		};

		const outcome = await runWords(['checkpoint', 'verify'], {
			fake,
			rad: {checkpoints: {...fake.rad.checkpoints, verify}},
			isTerminal: true,
			signal: AbortSignal.abort(reason),
		});

		expect(outcome).toMatchObject({exitCode, out: '', err: ''});
	});

	const [CP1, NEW] = [anId('cp', 1), anId('cp', 9)];
	test.each(['import', 'checkpoint verify', 'checkpoint prune', 'checkpoint resume', `checkpoint restore ${CP1} --yes`])(
		'is what rad %s does on a terminal, and not with --quiet or in a pipe',
		async line => {
			const listen = async (words: readonly string[], isTerminal: boolean) => {
				const fake = aWorkspace({checkpoints: [aCheckpoint({id: CP1}), aCheckpoint({id: NEW})]});
				const heard: unknown[] = [];
				/** The same work, which notes whether somebody listens. */
				const note =
					<Words extends readonly unknown[], Result>(work: (...words: Words) => Result) =>
					(...words: Words): Result => {
						heard.push(typeof (words.at(-1) as Observed).onProgress);
						return work(...words);
					};
				const {imports, checkpoints} = fake.rad;
				const {verify, prune, restore, resume} = checkpoints;
				const rad = {
					imports: {...imports, run: note(imports.run)},
					checkpoints: {...checkpoints, verify: note(verify), prune: note(prune), restore: note(restore), resume: note(resume)},
				};
				await runWords(words, {fake, rad, isTerminal});
				return heard;
			};
			const words = line.split(' ');

			expect(await listen(words, true)).toEqual(['function']);
			expect(await listen([...words, '--quiet'], true)).toEqual(['undefined']);
			expect(await listen(words, false)).toEqual(['undefined']);
		},
	);
});

describe('the text of progress', () => {
	const work: Progress = {stage: STAGE, done: 412, total: 1200};
	test.each([
		[100, 'Checking objects  ███████░░░░░░░░░░░░░  34%  412 of 1,200  137/s  6s left'],
		[70, 'Checking objects  ███░░░░░░░  34%  412 of 1,200  137/s  6s left'],
		[60, 'Checking objects  ███░░░░░░░  34%  412 of 1,200  6s left'],
		[50, 'Checking objects  ███░░░░░░░  34%  6s left'],
		[35, 'Checking objects  34%  6s left'],
		[25, 'Checking objects  34%'],
		[18, 'Checking objects'],
		[5, ''],
	])('fits into %i columns', (columns, expected) => {
		expect(formatProgress(work, 3000, columns)).toBe(expected);
	});

	test.each<readonly [string, Progress, number, string]>([
		['tells no rate before it means something', work, 900, 'Checking objects  ███████░░░░░░░░░░░░░  34%  412 of 1,200'],
		['tells the time where nobody knows how much there is', at(5, null), 61_000, 'Checking objects  1m01s'],
		['has nothing left at the end', at(100), 3000, `Checking objects  ${'█'.repeat(20)}  100%  100 of 100  33/s`],
		['knows of nothing to do', at(0, 0), 3000, `Checking objects  ${'█'.repeat(20)}  —  0 of 0`],
		['tells of slow work', at(1), 4000, 'Checking objects  ░░░░░░░░░░░░░░░░░░░░  1%  1 of 100  0.3/s  6m36s left'],
		[
			'has no control sequence of a name',
			{...at(1), subject: '\u001B[31mx\n\u0007y'},
			0,
			`Checking objects of x \ufffdy  ${'░'.repeat(20)}  1%  1 of 100`,
		],
	])('%s', (_, progress, ms, expected) => {
		expect(formatProgress(progress, ms, 100)).toBe(expected);
	});

	test('is never wider than the terminal', () => {
		for (let columns = 0; columns < 100; columns += 1)
			expect(displayWidth(formatProgress({...work, subject: '漢字の名前'}, 3000, columns))).toBeLessThanOrEqual(columns);
	});
});
