import {closeSync, ftruncateSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {openLogCursor} from '../../source/logs/log-cursor.ts';
import {formatLogLine} from '../../source/logs/log-line.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {createSamples, measure, measureHere, type Samples} from './measure.ts';
import {limit, type Row, relate} from './report.ts';

export type TailEffort = {readonly sizesMb: readonly number[]; readonly rounds: number};

const COUNTS = [50, 1000, 100_000];
const JUDGED_COUNT = 1000;
const AT_MOST_MS = 1;
const AT_MOST_GROWTH = 2;
/** How often each is done in one measurement, since one alone is too short to be measured. */
const REPEATS = 20;
const END_BYTES = 12 * 2 ** 20;

const PARSED =
	`finding the place takes a tenth of it; the rest is reading the lines: their time and kind are parsed and each text is sanitised again, since an
agent can write into its log.`.replaceAll('\n', ' ');

/** The last lines of logs of several sizes; all but their ends is a hole, so that the largest takes no disk. */
export const measureTail = async (base: string, {sizesMb, rounds}: TailEffort): Promise<readonly Row[]> => {
	const files = sizesMb.map(sizeMb => ({sizeMb, file: writeSparseLog(join(base, `${sizeMb}.log`), sizeMb * 1e6)}));
	const samples = createSamples();
	for (let round = 0; round < rounds; round += 1) for (const each of files) await measureRound(base, each, samples);
	const costOf = (name: string): number => (samples.medianOf(name)?.cpuMs ?? Number.NaN) / REPEATS;
	const rows = sizesMb.flatMap(sizeMb => COUNTS.map(count => toRow(sizeMb, count, costOf)));
	const [first, last] = [sizesMb[0], sizesMb.at(-1)];
	if (first === undefined || last === undefined || first === last) return rows;
	const [small, large] = [first, last].map(sizeMb => costOf(`${sizeMb} ${JUDGED_COUNT}`)) as [number, number];
	const name = `last ${JUDGED_COUNT.toLocaleString('en-US')} lines, ${formatSize(last)}`;
	return [...rows, relate('log/tail-n', name, {value: large, unit: 'ms CPU'}, {name: formatSize(first), value: small}, {atMost: AT_MOST_GROWTH})];
};

const writeSparseLog = (file: string, sizeBytes: number): string => {
	const at = Date.UTC(2026, 8, 1);
	const toLine = (index: number): string => `${formatLogLine({at: at + index, kind: 'out', text: `line ${index} of what this agent has to say`})}\n`;
	const line = toLine(100_000);
	const endBytes = Math.min(sizeBytes, END_BYTES);
	const end = Buffer.from(Array.from({length: Math.floor(endBytes / line.length)}, (_, index) => toLine(100_000 + index)).join(''));
	const handle = openSync(file, 'w', 0o600);
	ftruncateSync(handle, sizeBytes);
	writeSync(handle, end, 0, end.length, sizeBytes - end.length);
	closeSync(handle);
	return file;
};

const measureRound = async (base: string, {sizeMb, file}: {readonly sizeMb: number; readonly file: string}, samples: Samples): Promise<void> => {
	const clock = createSystemClock();
	const repeat = (program: string) =>
		measure(['bash', '-c', `for ((i = 0; i < ${REPEATS}; i++)); do ${program} > /dev/null; done`, file], {
			cwd: base,
			env: {PATH: process.env['PATH'] ?? ''},
		});
	samples.add('true', repeat('/usr/bin/env true'));
	for (const count of COUNTS) {
		const read = (): void => {
			const cursor = openLogCursor({file, count, clock});
			cursor.read();
			cursor.close();
		};
		read();
		const cost = await measureHere(() => {
			for (let index = 0; index < REPEATS; index += 1) read();
		});
		samples.add(`${sizeMb} ${count}`, cost);
		samples.add(`tail ${sizeMb} ${count}`, repeat(`/usr/bin/env tail -n ${count} "$0"`));
	}
};

const toRow = (sizeMb: number, count: number, costOf: (name: string) => number): Row => {
	const [scene, name] = [`log/tail-n, ${formatSize(sizeMb)}`, `last ${count.toLocaleString('en-US')} lines`];
	const value = costOf(`${sizeMb} ${count}`);
	const tail = Math.max(0, costOf(`tail ${sizeMb} ${count}`) - costOf('true'));
	const peer = tail > 0 ? {name: 'tail -n, beyond its start', value: tail, ratio: value / tail} : null;
	const row = limit(scene, name, value, 'ms CPU', AT_MOST_MS);
	return {...row, peer, target: count === JUDGED_COUNT ? row.target : null, cause: PARSED};
};

const formatSize = (sizeMb: number): string => (sizeMb < 1000 ? `${sizeMb} MB` : `${sizeMb / 1000} GB`);
