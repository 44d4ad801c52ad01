import {describe, expect, it} from 'vitest';
import {listRest} from '../../../source/cli/workflow-text.ts';
import {aPlanBlock, aPlanStep, NO_BUDGET} from '../../support/builders.ts';

const budget = {...NO_BUDGET, turns: 5, onExceeded: 'ask'} as const;

describe('listRest', () => {
	it('tells of a block what it may spend, and of a workflow in it what it is given', () => {
		const child = {workflow: 'make', inputs: [], values: {topic: 'x'}, templates: {n: '${{ item }}'}, maxParallel: 4};

		expect(listRest(aPlanBlock({budget}))).toEqual(['budget 5 turns, then it asks']);
		expect(listRest(aPlanBlock({child, budget}))).toEqual(['runs the workflow make with topic=x, n=${{ item }}', 'budget 5 turns, then it asks']);
		expect(listRest(aPlanBlock())).toEqual([]);
	});

	it('tells of a step what comes of a usage limit, unless that is the usual', () => {
		const tell = (onUsageLimit: 'ask' | 'continue' | 'fail') =>
			listRest(aPlanStep({kind: 'prompt', onUsageLimit})).filter(text => text.includes('limit'));

		expect([tell('ask'), tell('continue'), tell('fail')]).toEqual([[], ['waits until a usage limit is lifted'], ['fails at a usage limit']]);
	});
});
