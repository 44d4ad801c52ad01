import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {createSamples, measure, type Place, type Samples} from './measure.ts';
import {limit, type Row} from './report.ts';
import type {Suite} from './suite.ts';

const STEPS = 1000;
const ROUNDS = 3;
/** How much longer than its processes a step may take. */
const AT_MOST_MS = 25;

const WORK =
	`what a step is, when it began and how it ended are on the disk before they count, each in a transaction of its own (synchronous=FULL), as its log
and the note of its keeper are.`.replaceAll('\n', ' ');

/** What a step costs beside the same processes without rad: a shell, and the Node.js that looks after it. */
export const executorSuite: Suite = {
	summary: 'a long chain of steps that do nothing, above the start of their processes',
	run: async ({root, isQuick, files, rounds, report}) => {
		const steps = isQuick ? 3 : (files?.[0] ?? STEPS);
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-executor-')));
		try {
			const bench = prepare(base, join(root, 'bin/rad.cjs'), steps);
			const samples = createSamples();
			for (let round = 1; round <= (isQuick ? 1 : (rounds ?? ROUNDS)); round += 1) {
				report(`round ${round}`);
				measureRound(bench, samples);
			}
			return toRows(`${steps.toLocaleString('en-US')} steps`, steps, samples);
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};

type Bench = {readonly place: Place; readonly rad: string; readonly loop: string; readonly steps: number};

const prepare = (base: string, rad: string, steps: number): Bench => {
	const [home, cwd] = [join(base, 'home'), join(base, 'work')];
	for (const folder of [home, cwd]) mkdirSync(folder);
	const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, 'state')}};
	measure([process.execPath, rad, 'init'], place);
	const workflows = join(cwd, '.radium/workflows');
	for (const [name, count] of [
		['one', 1],
		['chain', steps],
	] as const)
		writeFileSync(join(workflows, `${name}.yaml`), toChain(count));
	const loop = join(base, 'loop.mjs');
	writeFileSync(loop, LOOP);
	writeFileSync(join(base, 'keeper.mjs'), KEEPER);
	return {place, rad, loop, steps};
};

const toChain = (steps: number): string =>
	`version: 1\nsteps:\n${Array.from({length: steps}, (_, index) => `  - { id: s${index}, run: "true", checkpoint: none }\n`).join('')}`;

/** Starts a program again and again, one after the other. */
const LOOP = `import {spawn} from 'node:child_process';
const [, , count, file, ...args] = process.argv;
for (let left = Number(count); left > 0; left -= 1)
	await new Promise((resolve, reject) => spawn(file, args, {detached: true, stdio: 'ignore'}).once('exit', resolve).once('error', reject));
`;

/** Starts the same shell, as the program does that rad puts between itself and an agent. */
const KEEPER = `import {spawn} from 'node:child_process';
spawn('/bin/sh', ['-c', 'true'], {detached: true, stdio: 'ignore'});
`;

const measureRound = ({place, rad, loop, steps}: Bench, samples: Samples): void => {
	const node = (...words: readonly string[]) => measure([process.execPath, ...words], place);
	const repeat = (...words: readonly string[]) => node(loop, String(steps), ...words);
	samples.add('nothing', node(loop, '0', 'true'));
	samples.add('shells', repeat('/bin/sh', '-c', 'true'));
	samples.add('keepers', repeat(process.execPath, join(loop, '../keeper.mjs')));
	samples.add('one', node(rad, 'run', 'one'));
	samples.add('chain', node(rad, 'run', 'chain'));
};

const toRows = (scene: string, steps: number, samples: Samples): readonly Row[] => {
	const [nothing, shells, keepers, one, chain] = ['nothing', 'shells', 'keepers', 'one', 'chain'].map(samples.medianOf);
	if (nothing === undefined || shells === undefined || keepers === undefined || one === undefined || chain === undefined) return [];
	// What starting rad and ending a run takes is in both.
	const stepMs = (chain.wallMs - one.wallMs) / (steps - 1);
	const [shellMs, keeperMs] = [shells, keepers].map(({wallMs}) => (wallMs - nothing.wallMs) / steps) as [number, number];
	return [
		{...limit(scene, 'a step', stepMs, 'ms', 0), target: null},
		{...limit(scene, 'its shell', shellMs, 'ms', 0), target: null},
		{...limit(scene, 'its shell and what looks after it', keeperMs, 'ms', 0), target: null},
		{...limit(scene, 'a step, beyond those', stepMs - keeperMs, 'ms', AT_MOST_MS), cause: WORK},
	];
};
