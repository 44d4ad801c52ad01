import {describe, expect, it} from 'vitest';
import {renderDocs} from './docs.ts';
import {type BenchDocument, joinDocuments, toFigure} from './document.ts';
import {demand, limit, relate} from './report.ts';

const aDocument = (change: Partial<BenchDocument> = {}): BenchDocument => ({
	day: '2026-11-28',
	machine: '2 × a processor',
	isQuick: false,
	figures: [],
	skipped: [],
	...change,
});

const HELD = toFigure('logs', {...limit('a log', 'lines lost', 0, '', 0), cause: 'never told'});
const MISSED = toFigure('logs', {
	...relate('a log', 'into a file', {value: 30, unit: 'ms CPU'}, {name: 'tee', value: 10}, {atMost: 1.25}),
	cause: 'it does more.',
});

describe('the page of the benchmarks', () => {
	it('tells figure, yardstick, ratio and target, and the cause only of what is missed', () => {
		const page = renderDocs(aDocument({figures: [HELD, MISSED], skipped: [{suite: 'logs', text: 'ansi2txt: it is not installed'}]}), {
			logs: 'What logs take',
		});

		expect(page).toContain('2026-11-28, on 2 × a processor. 1 of 2 targets are held.');
		expect(page).toContain('## logs\n\nWhat logs take\n');
		expect(page).toContain('| a log | lines lost | 0 |  |  | ≤ 0 | yes |\n');
		expect(page).toContain('| a log | into a file | 30 ms CPU | tee: 10 | 3.00× | ≤ 1.25× | **no** |\n');
		expect(page).toContain('Left out: ansi2txt: it is not installed.\n');
		expect(page).toContain('- into a file (a log): it does more.\n');
		expect(page).not.toContain('never told');
	});

	it('says of a quick trial that it says nothing', () => {
		expect(renderDocs(aDocument({isQuick: true}), {})).toContain('quick trial');
		expect(renderDocs(aDocument(), {})).not.toContain('quick trial');
	});
});

describe('several documents', () => {
	it('are one, in which a suite counts as it was found last', () => {
		const older = aDocument({
			day: '2026-11-27',
			machine: 'another',
			figures: [MISSED, {...HELD, suite: 'store'}],
			skipped: [{suite: 'logs', text: 'old'}],
		});

		const joined = joinDocuments([older, aDocument({figures: [HELD]})]);

		expect(joined.figures.map(({suite, row}) => [suite, row])).toEqual([
			['store', 'lines lost'],
			['logs', 'lines lost'],
		]);
		expect(joined.skipped).toEqual([]);
		expect(joined.machine).toBe('another; 2 × a processor');
	});
});

describe('a row', () => {
	it('is judged by at least as by at most', () => {
		expect(demand('s', 'n', 10, '/s', 10).target).toEqual({text: '≥ 10 /s', isMet: true});
		expect(relate('s', 'n', {value: 1, unit: 'ms'}, {name: 'p', value: 2}, {atLeast: 0.6}).target).toEqual({text: '≥ 0.60×', isMet: false});
		expect(relate('s', 'n', {value: 1, unit: 'ms'}, {name: 'p', value: 2}).target).toBeNull();
	});
});
