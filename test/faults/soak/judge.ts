/** What was measured of something again and again: bytes, handles, processes; in the order of time. */
export type Series = {readonly name: string; readonly values: readonly number[]; readonly allowance: Allowance};

/** By how much the end may be above the beginning: as a part of the beginning, and in the unit of the values on top. */
export type Allowance = {readonly part: number; readonly plus: number};

export type Verdict = {readonly name: string; readonly first: number; readonly last: number; readonly isFlat: boolean};

/** Programs load, fill their caches and are optimised at first: what they take then is not looked at. */
const WARM_UP = 0.2;
/** Below this there is no third to speak of. */
const LEAST_VALUES = 15;

/**
 * Judges whether something stays as it is: after a warm-up, the median of the last third may be above that of the first third by no more than is
 * allowed. The median, so that one collection of garbage, or one look in the middle of something, decides nothing.
 *
 * @throws {Error} when there are too few values to say anything.
 */
export const judgeSeries = ({name, values, allowance}: Series): Verdict => {
	if (values.length < LEAST_VALUES) throw new Error(`${name} was measured ${values.length} times, which is too little to judge`);
	const warm = values.slice(Math.floor(values.length * WARM_UP));
	const third = Math.floor(warm.length / 3);
	const [first, last] = [toMedian(warm.slice(0, third)), toMedian(warm.slice(-third))];
	return {name, first, last, isFlat: last <= first * (1 + allowance.part) + allowance.plus};
};

const toMedian = (values: readonly number[]): number => {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
};
