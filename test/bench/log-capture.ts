import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {bundleProgram} from './bundle.ts';
import {createCorpora} from './log-strip.ts';
import {createSamples, measure, type Place} from './measure.ts';
import {limit, type Row, relate} from './report.ts';
import type {SuiteOptions} from './suite.ts';

export type CaptureEffort = {readonly sizesMb: readonly number[]; readonly rounds: number};

const AT_MOST_OF_TEE = 1.25;
const AT_MOST_OF_STRIPPER = 0.3;
const AT_MOST_MB = 90;

const EACH_LINE =
	`each line is decoded, sanitised, searched for secrets and written with its time and its kind, which tee does not do. Most of the time goes into
the strings of the lines and the entries; only bytes that stay bytes, as in the design's prototype, would be as fast as tee, and would be no log that tells when
something was said.`.replaceAll('\n', ' ');

/** A child's output into a log, beside `tee`. */
export const measureCapture = async (base: string, {sizesMb, rounds}: CaptureEffort, {root, report, skip}: SuiteOptions): Promise<readonly Row[]> => {
	const worker = await bundleProgram(root, 'log-worker');
	mkdirSync(join(base, 'out'));
	const place = {cwd: base, env: {PATH: process.env['PATH'] ?? ''}};
	const hasStripper = spawnSync('ansi2txt', {input: ''}).status === 0;
	if (!hasStripper) skip('ansi2txt: it is not installed');
	const scenes: Array<{readonly sizeMb: number; readonly perMb: number; readonly rows: readonly Row[]}> = [];
	for (const sizeMb of sizesMb) {
		report(`${sizeMb} MB of output`);
		scenes.push(measureSize({place, worker, hasStripper, sizeMb, rounds}));
	}
	const [first, last] = [scenes[0], scenes.at(-1)];
	const rows = scenes.flatMap(scene => scene.rows);
	if (first === undefined || last === undefined || first === last) return rows;
	const name = `per MB, ${last.sizeMb} MB`;
	return [
		...rows,
		relate('log/capture', name, {value: last.perMb, unit: 'ms CPU'}, {name: `${first.sizeMb} MB`, value: first.perMb}, {atMost: 1.15}),
	];
};

type Scene = {readonly place: Place; readonly worker: string; readonly hasStripper: boolean; readonly sizeMb: number; readonly rounds: number};

const measureSize = ({place, worker, hasStripper, sizeMb, rounds}: Scene) => {
	writeFileSync(join(place.cwd, 'corpus'), createCorpora(Math.ceil(sizeMb * 1e6))[0]?.bytes ?? '');
	const samples = createSamples();
	let peakMb = 0;
	const start = (script: string) => measure(['bash', '-c', script, process.execPath, worker], place);
	for (let round = 0; round < rounds; round += 1) {
		samples.add('nothing', start('"$0" "$1" out/none < /dev/null'));
		samples.add('tee', start('cat corpus | tee out/tee > /dev/null'));
		const rad = start('cat corpus | "$0" "$1" out/rad');
		samples.add('rad', rad);
		peakMb = Math.max(peakMb, Number(rad.stdout));
		if (hasStripper) samples.add('ansi2txt', start('cat corpus | ansi2txt > out/ansi2txt'));
	}
	const [nothing, rad, tee, stripper] = ['nothing', 'rad', 'tee', 'ansi2txt'].map(samples.medianOf);
	if (nothing === undefined || rad === undefined || tee === undefined) throw new Error('something was not measured');
	const scene = `log/capture, ${sizeMb} MB`;
	// What starting Node takes is part of no agent's output.
	const figure = {value: rad.cpuMs - nothing.cpuMs, unit: 'ms CPU'} as const;
	const toRow = (name: string, value: number, atMost: number): Row => ({
		...relate(scene, 'into a log', figure, {name, value}, {atMost}),
		cause: EACH_LINE,
	});
	const rows = [
		{...toRow('tee', tee.cpuMs, AT_MOST_OF_TEE), wallMs: rad.wallMs - nothing.wallMs},
		...(stripper === undefined ? [] : [toRow('ansi2txt', stripper.cpuMs, AT_MOST_OF_STRIPPER)]),
		limit(scene, 'memory at most', peakMb, 'MB', AT_MOST_MB),
	];
	return {sizeMb, perMb: figure.value / sizeMb, rows};
};
