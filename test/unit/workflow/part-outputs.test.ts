import {describe, expect, it} from 'vitest';
import type {PlanNode} from '../../../source/domain/plan.ts';
import {findMisfits} from '../../../source/workflow/part-outputs.ts';
import {aPlanBlock, aPlanGate, aPlanStep} from '../../support/builders.ts';

const judged = aPlanStep({outputs: {verdict: {type: 'string', enum: ['yes', 'no']}, n: {type: 'integer'}}});
const each = {kind: 'each', items: [1, 2], as: 'item', failsFast: false, maxParallel: 1} as const;
const block = aPlanBlock({publish: {name: 'steps.say.outputs.name'}});

describe('what an earlier run handed on', () => {
	it.each<[string, PlanNode, Readonly<Record<string, unknown>>, readonly string[]]>([
		['a step that promises nothing', aPlanStep(), {}, []],
		['a step that handed on what is promised, and more', judged, {verdict: 'yes', n: 1, text: 'done'}, []],
		['a step that promises more now', judged, {verdict: 'maybe'}, ['verdict: must be one of yes, no', 'n: is missing']],
		['a question that was answered', aPlanGate(), {approved: false, by: 'user', comment: null}, []],
		['what was no question then', aPlanGate(), {exit_code: 0}, ['approved: is missing']],
		['a block that published null', block, {name: null, rounds: 1}, []],
		['a block that publishes more now', block, {rounds: 1}, ['name: is missing']],
		['a repeated block', {...block, repeat: each}, {items: [{name: 'a'}, {}]}, ['items[1].name: is missing']],
		['a block that was not repeated then', {...block, repeat: each}, {name: 'a'}, ['items: is missing']],
		[
			'a repeated step',
			aPlanBlock({repeat: each, isSingle: true, steps: [judged]}),
			{
				items: [
					{verdict: 'no', n: 1},
					{verdict: 'no', n: 'x'},
				],
			},
			['items[1].n: must be a number'],
		],
		['a name of the language', aPlanBlock({publish: {constructor: 'x'}}), {}, ['constructor: is missing']],
	])('of %s', async (_, node, outputs, misfits) => {
		expect(await findMisfits(node, outputs)).toEqual(misfits);
	});

	it('is not complained of without end', async () => {
		const names = Array.from({length: 9}, (_, index) => [`o${index}`, 'x'] as const);

		expect((await findMisfits(aPlanBlock({publish: Object.fromEntries(names)}), {})).at(-1)).toBe('and 4 more');
	});
});
