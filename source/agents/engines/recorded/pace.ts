import {type Foreign, parseObject, toText} from '../../foreign.ts';

// People watch: a step must neither flash by nor seem to hang.
const NATURAL_MS = 150;
const LONGEST_NATURAL_MS = 400;
const CHARACTERS_PER_MS = 8;
const LONGEST_GAP_MS = 4000;

const VISIBLE: ReadonlySet<string> = new Set(['assistant', 'user', 'result']);

/**
 * How long to wait before each line of a recording, in milliseconds at its own pace. Lines with a time keep their distance to the time
 * before, at most 4 s; other lines that people see get a natural pause; noise gets none.
 */
export const findPauses = (lines: readonly string[]): readonly number[] => {
	let last: number | undefined;
	return lines.map(line => {
		const event = parseObject(line) ?? {};
		const at = readTime(event);
		const pause = at !== undefined && last !== undefined ? Math.min(LONGEST_GAP_MS, Math.max(0, at - last)) : toNaturalPause(event, line.length);
		last = at ?? last;
		return pause;
	});
};

const readTime = (event: Foreign): number | undefined => {
	const at = Date.parse(toText(event['timestamp']));
	return Number.isNaN(at) ? undefined : at;
};

const toNaturalPause = (event: Foreign, length: number): number =>
	VISIBLE.has(toText(event['type'])) ? Math.min(LONGEST_NATURAL_MS, NATURAL_MS + Math.floor(length / CHARACTERS_PER_MS)) : 0;
