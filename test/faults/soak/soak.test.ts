import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {Store} from '../../../source/monitoring/store-port.ts';
import {toLayout} from '../../../source/workspace/layout.ts';
import {rad, runOf} from '../../support/rad.ts';
import {createScratch, until} from '../../support/scratch.ts';
import {tellFigures} from '../tell-figures.ts';
import {createEscapeCount} from './escape-count.ts';
import {judgeSeries} from './judge.ts';
import {countDead, createProcessCount, createSampler} from './sample.ts';
import {CHATTERS, makeScene, type SoakScene} from './scene.ts';

// A few seconds show that it works; only an hour shows what grows.
const SECONDS = Number(process.env['RAD_TEST_SOAK_SECONDS'] ?? 5);
// Each round takes a second beside its pause, and there are a thousand.
const PAUSE_SECONDS = Math.max(0.2, SECONDS / 800);
const SAMPLE_EVERY_MS = SECONDS < 60 ? 100 : 2000;
const READ_EVERY = SECONDS < 60 ? 10 : 3;
const KEYS = ['j', 'j', 'k', '\t', 'k', '\t'];

const newFolder = createScratch();

const READERS = [
	['monitor', 'status', '--json'],
	['monitor', 'telemetry', '--json'],
	['runs'],
	['monitor', 'list'],
	['checkpoint', 'list', '--json'],
	// One that writes.
	['checkpoint', 'create'],
] as const;

/** Looks and types until the time is up; returns how many commands have run meanwhile. */
const watch = async ({scratch}: SoakScene, sample: () => void, type: (keys: string) => void, onOutput: (text: string) => void): Promise<number> => {
	const end = performance.now() + SECONDS * 1000;
	let commands = 0;
	for (let turn = 0; performance.now() < end; turn += 1) {
		sample();
		type(KEYS[turn % KEYS.length] ?? '');
		await sleep(SAMPLE_EVERY_MS);
		if (turn % READ_EVERY > 0) continue;
		const words = READERS[commands % READERS.length] ?? READERS[0];
		const {code, stdout, stderr} = await rad(words, scratch);
		expect(code, `rad ${words.join(' ')}: ${stderr}`).toBe(0);
		onOutput(stdout + stderr);
		commands += 1;
	}
	return commands;
};

/** Follows the lines of the chatters; each must say its numbers one after the other. */
const createLineCount = () => {
	const last = new Map<string, number>();
	let torn = 0;
	return {
		add: (line: string): void => {
			const [, name, text] = /^\S+\t?\s*(chatter-\w+)\t.*\tline (\d+)$/.exec(line) ?? [];
			if (name === undefined || text === undefined) return;
			if (Number(text) !== (last.get(name) ?? 0) + 1) torn += 1;
			last.set(name, Number(text));
		},
		lastOf: (name: string): number => last.get(name) ?? 0,
		torn: () => torn,
	};
};

/** How many rows are missing of what the run did, by what it left in files of its own. */
const countLost = async (store: Store, scene: SoakScene, events: ReadonlySet<number>) => {
	const [run] = await store.listRuns();
	if (run === undefined) throw new Error('there must be a run');
	const agents = await store.listAgents({runId: run.id});
	const doneOf = (step: string) => agents.filter(({stepId, status}) => stepId.endsWith(`.${step}`) && status === 'completed');
	const rounds = readFileSync(scene.file('ledger'), 'utf8').trim().split('\n').length;
	const byAgent = await store.sumUsageByAgent({runId: run.id});
	const total = await store.sumUsage({runId: run.id});
	const stored = await listAllSeqs(store);
	return {
		run,
		rounds,
		plans: doneOf('plan').length,
		usage: {total, byAgent},
		lost: rounds - doneOf('work').length + stored.filter(seq => !events.has(seq)).length,
	};
};

const listAllSeqs = async (store: Store): Promise<readonly number[]> => {
	const seqs: number[] = [];
	for (;;) {
		const page = await store.listEvents(seqs.at(-1) ?? 0, 10_000);
		if (page.length === 0) return seqs;
		seqs.push(...page.map(({seq}) => seq));
	}
};

describe.skipIf(!existsSync('/proc/self/fd'))(`a long run that many look at${existsSync('/proc/self/fd') ? '' : ' (skipped: no /proc here)'}`, () => {
	it(`grows in nothing, loses nothing and leaves nothing behind, in ${SECONDS} s`, {timeout: 300_000 + SECONDS * 1200}, async () => {
		const scene = await makeScene(newFolder(), PAUSE_SECONDS);
		const run = scene.startRun();
		await until(() => existsSync(scene.file('ledger')));
		const {id} = await runOf(scene.scratch);
		const lines = createLineCount();
		const events = new Set<number>();
		const logs = scene.follow(['logs', id, '-f', '--lines', '1000000'], lines.add);
		const feed = scene.follow(['events', '-f', '--json'], line => void events.add((JSON.parse(line) as {readonly seq: number}).seq));
		const dashboard = await scene.openDashboard();
		const all = [run, logs, feed, dashboard];
		const processes = createProcessTable(process.platform);
		const sampler = createSampler(all, {
			'processes of the run': createProcessCount(processes, id),
			'dead processes of rad run': () => countDead(run.pid),
			'MB of the log of the store': () => statSync(`${toLayout(scene.scratch.cwd).database}-wal`).size / 1e6,
		});
		const printed = createEscapeCount('none');

		const commands = await watch(scene, sampler.take, dashboard.type, printed.write);
		writeFileSync(scene.file('stop'), '');
		const runCode = await run.ended;
		const logsCode = await logs.ended;

		const store = openSqliteStore(toLayout(scene.scratch.cwd).database, {create: false});
		await until(async () => events.size >= (await listAllSeqs(store)).length);
		dashboard.type('q');
		process.kill(feed.pid, 'SIGTERM');
		await Promise.all(all.map(({ended}) => ended));
		const {rounds, plans, usage, lost} = await countLost(store, scene, events);
		store.close();
		const orphans = processes.findMarked('RAD_RUN_ID', id).length;
		const escapes = [...all.map(onlooker => onlooker.escapes), printed];
		const verdicts = sampler.series().map(judgeSeries);
		tellFigures({
			seconds: SECONDS,
			rounds,
			commands,
			'log lines': CHATTERS.reduce((sum, name) => sum + lines.lastOf(`chatter-${name}`), 0),
			events: events.size,
			...Object.fromEntries(
				verdicts.flatMap(({name, first, last}) => [
					[`${name}, first third`, Math.round(first)],
					[`${name}, last third`, Math.round(last)],
				]),
			),
			'lost rows': lost,
			'torn or lost lines': lines.torn(),
			orphans,
			'escape bytes': escapes.reduce((sum, {count}) => sum + count(), 0),
		});

		expect({runCode, logsCode}).toEqual({runCode: 0, logsCode: 0});
		expect(verdicts.filter(({isFlat}) => !isFlat)).toEqual([]);
		expect(escapes.flatMap(({found}) => found())).toEqual([]);
		expect(orphans).toBe(0);
		expect(lost).toBe(0);
		expect(lines.torn()).toBe(0);
		for (const name of CHATTERS) expect(lines.lastOf(`chatter-${name}`)).toBe(Number(readFileSync(scene.file(`said-${name}`), 'utf8')));
		// Each playing of the recording tells the same use, and the sum of the run is the sum of its agents.
		const [one] = usage.byAgent;
		expect(usage.byAgent).toHaveLength(plans);
		expect(new Set(usage.byAgent.map(({responses, costNanoUsd}) => `${responses} ${costNanoUsd}`)).size).toBe(1);
		expect(usage.total).toMatchObject({
			responses: (one?.responses ?? 0) * plans,
			costNanoUsd: (one?.costNanoUsd ?? 0n) * BigInt(plans),
		});
		expect(rounds).toBeGreaterThan(0);
	});
});
