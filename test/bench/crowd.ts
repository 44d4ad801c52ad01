import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {measure, type Place} from './measure.ts';
import {listChildren, readCpuMs, readPeakMb} from './processes.ts';
import {limit, type Row} from './report.ts';
import type {Suite} from './suite.ts';

const AGENTS = 50;
const WATCHED_MS = 10_000;
/** What rad itself may take meanwhile, of one processor and of memory. */
const AT_MOST_PERCENT = 30;
const AT_MOST_MB = 200;

/** What rad takes while many agents print at once. Reads /proc, so it runs on Linux only. */
export const crowdSuite: Suite = {
	summary: 'many agents at once that each print 20 lines a second: what rad itself takes meanwhile',
	run: async ({root, isQuick, files, report}) => {
		const agents = isQuick ? 2 : (files?.[0] ?? AGENTS);
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-crowd-')));
		try {
			const place = prepare(base, join(root, 'bin/rad.cjs'), agents);
			return await watch({place, rad: join(root, 'bin/rad.cjs'), agents, watchedMs: isQuick ? 500 : WATCHED_MS}, report);
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};

const prepare = (base: string, rad: string, agents: number): Place => {
	const [home, cwd] = [join(base, 'home'), join(base, 'work')];
	for (const folder of [home, cwd]) mkdirSync(folder);
	const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, 'state')}};
	measure([process.execPath, rad, 'init'], place);
	writeFileSync(join(cwd, 'talk.sh'), TALK);
	writeFileSync(join(cwd, '.radium/workflows/crowd.yaml'), toCrowd(agents));
	return place;
};

/** Waits in the shell itself: fifty programs that sleep would be a load of their own. */
const TALK = `exec 3<> <(:)
while test ! -e stop; do echo "$((count += 1)) of what this agent has to say about the state of its work"; read -r -t 0.05 -u 3; done
exit 0
`;

const toCrowd = (agents: number): string => `version: 1
max_parallel: ${agents}
steps:
  - id: talk
    workspace: readonly
    matrix: { n: [${Array.from({length: agents}, (_, index) => index).join(', ')}] }
    run: bash talk.sh
`;

type Scene = {readonly place: Place; readonly rad: string; readonly agents: number; readonly watchedMs: number};

const watch = async ({place, rad, agents, watchedMs}: Scene, report: (text: string) => void): Promise<readonly Row[]> => {
	const child = spawn(process.execPath, [rad, 'run', 'crowd'], {...place, stdio: ['ignore', 'ignore', 'inherit']});
	const ended = new Promise(resolve => child.once('exit', resolve));
	const {pid} = child;
	if (pid === undefined) throw new Error('rad cannot be started');
	const countAtWork = (): number =>
		measure([process.execPath, rad, 'monitor', 'list', '--status', 'running'], place).stdout.trim().split('\n').length;
	while (countAtWork() < agents) await sleep(200);
	report(`${agents} agents are at work`);
	const keepers = listChildren(pid);
	const before = [pid, ...keepers].map(readCpuMs);
	const begin = performance.now();
	await sleep(watchedMs);
	const wallMs = performance.now() - begin;
	const after = [pid, ...keepers].map(readCpuMs);
	const memory = {rad: readPeakMb(pid), keeper: Math.max(0, ...keepers.map(readPeakMb))};
	writeFileSync(join(place.cwd, 'stop'), '');
	await ended;
	const percents = after.map((cpuMs, index) => (100 * (cpuMs - (before[index] ?? 0))) / wallMs);
	const [own = 0, ...others] = percents;
	const scene = `${agents} agents`;
	return [
		limit(scene, 'rad, of one core', own, '%', AT_MOST_PERCENT),
		limit(scene, 'rad, memory at most', memory.rad, 'MB', AT_MOST_MB),
		{
			...limit(
				scene,
				'what looks after them, of one core',
				others.reduce((sum, part) => sum + part, 0),
				'%',
				0,
			),
			target: null,
		},
		{...limit(scene, 'what looks after one, memory', memory.keeper, 'MB', 0), target: null},
	];
};
