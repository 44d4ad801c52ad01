import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type CaptureEffort, measureCapture} from './log-capture.ts';
import {type FollowEffort, measureFollow} from './log-follow.ts';
import {measureStrip, type StripEffort} from './log-strip.ts';
import {measureTail, type TailEffort} from './log-tail.ts';
import type {Suite, SuiteOptions} from './suite.ts';

type Effort = {readonly strip: StripEffort; readonly capture: CaptureEffort; readonly tail: TailEffort; readonly follow: FollowEffort};

const QUICK: Effort = {
	strip: {sizeBytes: 64 * 1024, rounds: 1, fuzzTexts: 50},
	capture: {sizesMb: [0.2], rounds: 1},
	tail: {sizesMb: [0.2, 10], rounds: 1},
	follow: {lines: 10, files: [1], rotations: 2},
};

const toEffort = ({isQuick, files, rounds}: SuiteOptions): Effort =>
	isQuick
		? QUICK
		: {
				strip: {sizeBytes: 16 * 2 ** 20, rounds: rounds ?? 7, fuzzTexts: 20_000},
				capture: {sizesMb: files ?? [1, 16, 256], rounds: Math.min(rounds ?? 5, 7)},
				tail: {sizesMb: [1, 100, 1000, 10_000], rounds: rounds ?? 5},
				follow: {lines: 600, files: [1, 100, 200], rotations: 10},
			};

/** What agents print: cleaning it, writing it down, reading its end, following it. */
export const logsSuite: Suite = {
	summary: 'logs: cleaning what agents print, writing it down, reading its end, following it',
	run: async options => {
		const effort = toEffort(options);
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-logs-')));
		try {
			options.report('cleaning');
			const strip = await measureStrip(effort.strip);
			const capture = await measureCapture(base, effort.capture, options);
			options.report('reading ends');
			const tail = await measureTail(base, effort.tail);
			options.report('following');
			return [...strip, ...capture, ...tail, ...(await measureFollow(base, effort.follow))];
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};
