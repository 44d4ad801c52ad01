import {describe, expect, it} from 'vitest';
import {joinFigures, type StageFigures, sumCounts} from './figures.ts';
import {toPage} from './page.ts';
import {PROMISES} from './promises.ts';

const figures = (change: Partial<StageFigures>): StageFigures => ({
	...{stage: 'runs', day: '2026-01-01', machine: '2 × a processor', tookSeconds: 90, isPassed: true, counts: {kills: 1000, orphans: 0}},
	...change,
});

describe('the figures of the long tests', () => {
	it('are the sums of what the tests told', () => {
		expect(sumCounts('{"kills":2,"orphans":0}\n{"kills":3}\n')).toEqual({kills: 5, orphans: 0});
	});

	it('are the newest of each stage', () => {
		const known = [figures({}), figures({stage: 'cuts'})];

		expect(joinFigures(known, [figures({day: '2026-02-02'})]).map(({stage, day}) => `${stage} ${day}`)).toEqual([
			'cuts 2026-01-01',
			'runs 2026-02-02',
		]);
	});

	it('stand at each promise that they say something of, with the command that makes them, and tell when the tests failed', () => {
		const page = toPage(PROMISES, [], [figures({isPassed: false})]);

		const [, , section = ''] = page.split('\n## ');
		expect(section).toMatch(/^R2\n/);
		expect(section).toContain('**failed**; 1,000 kills; 0 orphans (`npm run test:faults -- --all runs`)');
		expect(page.match(/--all runs`/g)).toHaveLength(4);
	});
});
