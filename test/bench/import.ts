import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {generateHistory, type History} from './history.ts';
import {createSamples, measure, type Place, type Samples} from './measure.ts';
import {compare, type Row, tell} from './report.ts';
import type {Suite} from './suite.ts';

// The fastest program that reads such files, as far as is known; in CPU time rad may take as much.
const PEER = {name: 'ccusage', version: '20.0.24'} as const;
const FILES = 2597;

/** Taking in a history of Claude Code: anew, and once more with nothing new. */
export const importSuite: Suite = {
	summary: 'imports: a gigabyte of session files, anew and again',
	run: async ({root, isQuick, files, rounds, report}) => {
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-import-')));
		try {
			const [home, cwd] = [join(base, 'home'), join(base, 'work')];
			for (const folder of [home, cwd]) mkdirSync(folder);
			report('writing the history');
			const history = generateHistory(home, isQuick ? 20 : (files?.[0] ?? FILES));
			const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, 'state')}};
			const peer = isQuick ? null : findPeer(report);
			const samples = createSamples();
			for (let round = 1; round <= (isQuick ? 1 : (rounds ?? 3)); round += 1) {
				report(`round ${round}`);
				measureRound({place, rad: join(root, 'bin/rad.cjs'), peer, history}, samples);
			}
			return toRows(history, samples);
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};

type Bench = {readonly place: Place; readonly rad: string; readonly peer: string | null; readonly history: History};

const measureRound = ({place, rad, peer, history}: Bench, samples: Samples): void => {
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
	if (peer !== null) samples.add('peer', measure([peer, 'claude', 'daily', '--json', '--offline'], place));
};

const toRows = ({sizeBytes, files, messages}: History, samples: Samples): readonly Row[] => {
	const [anew, again, peer] = ['anew', 'again', 'peer'].map(samples.medianOf);
	if (anew === undefined || again === undefined) return [];
	const scene = `${(sizeBytes / 1e9).toFixed(2)} GB, ${files.toLocaleString('en-US')} files, ${messages.toLocaleString('en-US')} messages`;
	if (peer === undefined) return [tell(scene, 'import, anew', anew), tell(scene, 'import, nothing new', again)];
	const name = `${PEER.name} ${PEER.version}`;
	return [
		tell(scene, `${name}: claude daily`, peer),
		compare(scene, 'import, anew', anew, {name, cost: peer}, 1),
		compare(scene, 'import, nothing new', again, {name, cost: peer}, 0.1),
	];
};

/** Installs the peer into a cache folder; null where it cannot be had. */
const findPeer = (report: (text: string) => void): string | null => {
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
		report(`${PEER.name} cannot be installed: measuring without it`);
		return null;
	}
};
