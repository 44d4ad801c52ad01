import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type AgentLine, interleave, lastOf} from '../../../source/cli/interleave.ts';
import {aLogLine, anAgent, anId} from '../../support/builders.ts';

const listOf = (agent: number, ats: readonly number[]): readonly AgentLine[] =>
	ats.map((at, index) => ({agent: anAgent({id: anId('agt', agent)}), line: aLogLine(String(index), {at})}));
const show = (entries: readonly AgentLine[]): readonly string[] => entries.map(({agent, line}) => `${agent.id.slice(-1)}@${line.at}`);

describe('interleave', () => {
	it('orders lines by their times; at one time the first list comes first', () => {
		expect(show(interleave([listOf(1, [1, 5, 5]), listOf(2, [0, 5, 6])]))).toEqual(['2@0', '1@1', '1@5', '1@5', '2@5', '2@6']);
	});

	it('leaves a line that tells too early a time behind the line before it', () => {
		expect(show(interleave([listOf(1, [4, 1, 6]), listOf(2, [3, 5])]))).toEqual(['2@3', '1@4', '1@1', '2@5', '1@6']);
	});

	it('loses nothing and keeps the order of every list, whatever the times', () => {
		fc.assert(
			fc.property(fc.array(fc.array(fc.integer({min: 0, max: 20})), {maxLength: 4}), times => {
				const lists = times.map((ats, index) => listOf(index, ats));

				const all = interleave(lists);

				for (const [index, list] of lists.entries()) expect(all.filter(({agent}) => agent.id === anId('agt', index))).toEqual(list);
				expect(all).toHaveLength(times.flat().length);
			}),
		);
	});
});

describe('lastOf', () => {
	it.each([
		[0, []],
		[2, [2, 3]],
		[3, [1, 2, 3]],
		[Number.POSITIVE_INFINITY, [1, 2, 3]],
	])('keeps %d', (count, kept) => {
		expect(lastOf([1, 2, 3], count)).toEqual(kept);
	});
});
