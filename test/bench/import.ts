import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {generateHistory, growHistory, type History} from './history.ts';
import {createSamples, measure, type Place, type Samples} from './measure.ts';
import {compare, limit, type Row, relate, tell} from './report.ts';
import type {Suite, SuiteOptions} from './suite.ts';

// The fastest program that reads such files, as far as is known.
const PEER = {name: 'ccusage', version: '20.0.24'} as const;
/** The larger is a gigabyte, and is judged. */
const FILES = [260, 2597];
/** At most these parts of the peer's CPU time, this many times that of reading and finding line breaks, and this much more for one file that grew. */
const AT_MOST = {anew: 0.45, again: 0.05, walk: 4.5, grownMs: 10, growth: 1.15} as const;

const STORED =
	`each response is stored with its cost, in one transaction for each session that is on the disk before it counts; the peer keeps nothing and reads all
anew each time.`.replaceAll('\n', ' ');
const GROWN = 'whether another session has the responses already is asked of each agent, since no index by response is kept.';
const STARTED = 'starting rad, and looking at each file, is most of it.';

/** The least that reading a history takes. */
const WALK = `const {openSync, readSync, readdirSync} = require('node:fs');
const block = Buffer.alloc(2 ** 21);
for (const entry of readdirSync(process.argv[1], {recursive: true, withFileTypes: true}))
	if (entry.isFile()) {
		const handle = openSync(entry.parentPath + '/' + entry.name, 'r');
		for (let length; (length = readSync(handle, block, 0, block.length, null)) > 0; )
			for (let at = block.indexOf(10); at !== -1 && at < length; at = block.indexOf(10, at + 1));
		require('node:fs').closeSync(handle);
	}`;

/** Taking in a history of Claude Code: anew, and once more with nothing new. */
export const importSuite: Suite = {
	summary: 'imports: a gigabyte of session files, anew and again',
	run: async ({root, isQuick, files, rounds, report, skip}) => {
		const sizes = isQuick ? [20] : (files ?? FILES);
		const peer = isQuick ? null : findPeer(report, skip);
		const scenes = sizes.map(size => measureSize({size, root, peer, rounds: isQuick ? 1 : (rounds ?? 3)}, report));
		const [first, last] = [scenes[0], scenes.at(-1)];
		const rows = scenes.flatMap(scene => scene.rows);
		if (first === undefined || last === undefined || first === last) return rows;
		const figure = {value: last.perGigabyte, unit: 'ms CPU'} as const;
		return [...rows, relate(last.name, 'a gigabyte anew', figure, {name: first.name, value: first.perGigabyte}, {atMost: AT_MOST.growth})];
	},
};

type Effort = {readonly size: number; readonly root: string; readonly peer: string | null; readonly rounds: number};

const measureSize = ({size, root, peer, rounds}: Effort, report: SuiteOptions['report']) => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-import-')));
	try {
		const [home, cwd] = [join(base, 'home'), join(base, 'work')];
		for (const folder of [home, cwd]) mkdirSync(folder);
		report(`writing a history of ${size} files`);
		const history = generateHistory(home, size);
		const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, 'state')}};
		const samples = createSamples();
		for (let round = 1; round <= rounds; round += 1) {
			report(`round ${round}`);
			measureRound({place, home, rad: join(root, 'bin/rad.cjs'), peer, history}, samples);
		}
		const [start, anew] = ['start', 'anew'].map(name => samples.medianOf(name)?.cpuMs ?? Number.NaN) as [number, number];
		return {name: nameScene(history), perGigabyte: (anew - start) / (history.sizeBytes / 1e9), rows: toRows(history, samples)};
	} finally {
		rmSync(base, {recursive: true, force: true, maxRetries: 5});
	}
};

type Bench = {readonly place: Place; readonly home: string; readonly rad: string; readonly peer: string | null; readonly history: History};

const measureRound = ({place, home, rad, peer, history}: Bench, samples: Samples): void => {
	rmSync(join(place.cwd, '.radium'), {recursive: true, force: true});
	const run = (...words: readonly string[]) => measure([process.execPath, rad, ...words], place);
	samples.add('start', run('init'));
	samples.add('anew', run('import', 'claude', '--all', '--json'));
	samples.add('again', run('import', 'claude', '--all', '--json'));
	const {totals} = JSON.parse(run('monitor', 'telemetry', '--json').stdout) as {
		readonly totals: {readonly outputTokens: number; readonly responses: number};
	};
	if (totals.outputTokens !== history.outputTokens || totals.responses !== history.messages)
		throw new Error(
			`the import counted ${totals.responses} responses of ${history.messages}, ${totals.outputTokens} output tokens of ${history.outputTokens}`,
		);
	const undo = growHistory(home);
	samples.add('grown', run('import', 'claude', '--all', '--json'));
	undo();
	samples.add('walk', measure([process.execPath, '-e', WALK, join(home, '.claude/projects')], place));
	if (peer !== null) samples.add('peer', measure([peer, 'claude', 'daily', '--json', '--offline'], place));
};

const nameScene = ({sizeBytes, files, messages}: History): string =>
	`${(sizeBytes / 1e9).toFixed(2)} GB, ${files.toLocaleString('en-US')} files, ${messages.toLocaleString('en-US')} messages`;

const toRows = (history: History, samples: Samples): readonly Row[] => {
	const [anew, again, grown, walk, peer] = ['anew', 'again', 'grown', 'walk', 'peer'].map(samples.medianOf);
	if (anew === undefined || again === undefined || grown === undefined || walk === undefined) return [];
	const scene = nameScene(history);
	const rows = [
		{...compare(scene, 'import, anew', anew, {name: 'read, and find line breaks', cost: walk}, AT_MOST.walk), cause: STORED},
		tell(scene, 'import, nothing new', again),
		{...limit(scene, 'import, one file grown, beyond nothing new', grown.cpuMs - again.cpuMs, 'ms CPU', AT_MOST.grownMs), cause: GROWN},
	];
	if (peer === undefined) return rows;
	const name = `${PEER.name} ${PEER.version}`;
	return [
		...rows,
		tell(scene, `${name}: claude daily`, peer),
		{...compare(scene, 'import, anew', anew, {name, cost: peer}, AT_MOST.anew), cause: STORED},
		{...compare(scene, 'import, nothing new', again, {name, cost: peer}, AT_MOST.again), cause: STARTED},
	];
};

/** Installs the peer into a cache folder; null where it cannot be had. */
const findPeer = (report: SuiteOptions['report'], skip: SuiteOptions['skip']): string | null => {
	const folder = join(tmpdir(), 'rad-bench-peers');
	const program = join(folder, 'node_modules/.bin', PEER.name);
	const manifest = join(folder, 'node_modules', PEER.name, 'package.json');
	const isThere = existsSync(manifest) && readFileSync(manifest, 'utf8').includes(`"${PEER.version}"`);
	if (isThere) return program;
	try {
		report(`installing ${PEER.name}`);
		mkdirSync(folder, {recursive: true});
		writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
		execFileSync('npm', ['install', '--no-audit', '--no-fund', `${PEER.name}@${PEER.version}`], {cwd: folder, stdio: 'ignore'});
		return program;
	} catch {
		skip(`${PEER.name}: it cannot be installed`);
		return null;
	}
};
