import {describe, expect, it} from 'vitest';
import {judgeSeries} from './judge.ts';

const allowance = {part: 0.1, plus: 2};
const judge = (values: readonly number[]) => judgeSeries({name: 'memory', values, allowance});
const repeat = (count: number, value: (index: number) => number): readonly number[] => Array.from({length: count}, (_, index) => value(index));

describe('what is measured during a soak', () => {
	it('is flat when it goes up and down around the same value', () => {
		expect(judge(repeat(300, index => 100 + (index % 7)))).toMatchObject({isFlat: true});
	});

	it('is flat when it grew only while everything warmed up', () => {
		expect(judge(repeat(300, index => Math.min(100, 10 + index * 2)))).toMatchObject({isFlat: true, first: 100, last: 100});
	});

	it('is flat when a single value is far away', () => {
		expect(judge(repeat(300, index => (index === 290 ? 10_000 : 100)))).toMatchObject({isFlat: true});
	});

	it('is not flat when a little is added each time', () => {
		expect(judge(repeat(300, index => 100 + index * 0.2))).toMatchObject({isFlat: false});
	});

	it('is not flat when it grows by a step late on', () => {
		expect(judge(repeat(300, index => (index < 200 ? 100 : 113)))).toMatchObject({isFlat: false, first: 100, last: 113});
	});

	it('may grow by what is allowed, and not by more', () => {
		const stepTo = (value: number) => judge(repeat(30, index => (index < 15 ? 100 : value)));

		expect([stepTo(112).isFlat, stepTo(112.1).isFlat]).toEqual([true, false]);
	});

	it('is not judged by a few values', () => {
		expect(() => judge(repeat(14, () => 1))).toThrow('memory was measured 14 times');
	});
});
