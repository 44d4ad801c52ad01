import fc from 'fast-check';
import {expect, test} from 'vitest';
import {drawSparkline} from '../../../source/views/sparkline.ts';

test.each([
	[[1, 2, 3, 4, 5, 6, 7, 8], 8, '▁▂▃▄▅▆▇█'],
	[[0, 1, 100], 8, '·▁█'],
	[[3], 8, '█'],
	[[0, 0], 8, '··'],
	[[], 8, ''],
	[[1, 1, 4, 4], 2, '▂█'],
	[[3, 3, 3], 2, '██'],
	[[1, 2], 0, ''],
])('%j in %i columns is %s', (amounts, columns, sparkline) => {
	expect(drawSparkline(amounts, columns)).toBe(sparkline);
});

test('is never wider than it may be, and shows something wherever there is something', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(1_000_000), {minLength: 1, maxLength: 200}), fc.integer({min: 1, max: 80}), (amounts, columns) => {
			const sparkline = drawSparkline(amounts, columns);
			expect(sparkline).toMatch(/^[·▁▂▃▄▅▆▇█]+$/);
			expect(sparkline).toHaveLength(Math.min(columns, amounts.length));
			expect(sparkline.includes('█')).toBe(amounts.some(amount => amount > 0));
		}),
	);
});
