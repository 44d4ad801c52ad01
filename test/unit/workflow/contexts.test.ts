import {describe, expect, it} from 'vitest';
import type {RadEvent} from '../../../source/domain/events.ts';
import {createEvaluate, toContexts} from '../../../source/workflow/contexts.ts';
import {fold, startState} from '../../../source/workflow/run-state.ts';
import {type Scope, toMainScope, toRoundScope} from '../../../source/workflow/scope.ts';
import {anId, aPlan, aPlanBlock, aPlanStep} from '../../support/builders.ts';

const runId = anId('run');
const run = {id: runId, workflow: 'w'};
const loop = aPlanBlock({id: 'loop', repeat: {kind: 'loop', until: 'x', max: 2, onExhausted: 'fail'}, steps: [aPlanStep({id: 'deep'})]});
const child = aPlanBlock({
	id: 'm',
	steps: [aPlanStep({id: 'build'}), loop],
	child: {workflow: 'make', inputs: [], values: {}, templates: {}, maxParallel: 4},
});
const each = aPlanBlock({
	id: 'm',
	repeat: {kind: 'each', items: ['left', 'right'], as: 'part', failsFast: true, maxParallel: 1},
	isSingle: true,
	steps: [child],
});
const plan = aPlan({steps: [aPlanStep({id: 'before'}), each]});
const opened = (stepId: string, more: object): RadEvent => ({type: 'step.opened', runId, stepId, round: 1, items: null, ...more});
const completed = (stepId: string): RadEvent => ({type: 'step.ended', runId, stepId, status: 'completed', reason: null, outputs: {by: stepId}});
const state = [
	completed('before'),
	opened('m', {items: ['left', 'right'], round: 2}),
	opened('m.2', {inputs: {task: 'right!'}}),
	completed('m.2.build'),
].reduce(fold, startState(plan));
const read = (scope: Scope) => toContexts({plan, inputs: {topic: 'x'}, maxCostNanoUsd: null}, run, state, scope);

const around = toRoundScope(toMainScope(plan), each, 2, ['left', 'right']);
const [own] = around.nodes;
if (own?.kind !== 'steps') throw new Error('it is a workflow');
const inside = toRoundScope(around, own, 1, null);

describe('what expressions may read', () => {
	it('is, where a workflow is given something, all that is around it', () => {
		expect(read(around)).toMatchObject({
			inputs: {topic: 'x'},
			part: 'right',
			loop: {index: 2},
			steps: {before: {outputs: {by: 'before'}}},
		});
	});

	it('is, in a workflow in another one, only its own', () => {
		expect(read(inside)).toEqual({
			inputs: {task: 'right!'},
			run: {id: runId, workflow: 'w', status: 'completed', base_branch: ''},
			steps: {build: {outputs: {by: 'm.2.build'}}, loop: {outputs: {}}},
		});
	});

	it('is, in a block of that, what the block may read', () => {
		const {inputs, loop: round, steps, ...others} = read(toRoundScope(inside, loop, 1, null));

		expect(inputs).toEqual({task: 'right!'});
		expect(round).toEqual({index: 1, previous: {}});
		expect(Object.keys(steps as object)).toEqual(['build', 'loop', 'deep']);
		expect(Object.keys(others)).toEqual(['run']);
	});

	it('keeps the kind of a value that stands alone, and fills in any other text', () => {
		const evaluate = createEvaluate({plan, inputs: {topic: 'x', n: 3}, maxCostNanoUsd: null}, run);

		expect(evaluate(' ${{ inputs.n }}\n', around, state)).toEqual({value: 3});
		expect(evaluate('${{ inputs.gone }}', around, state)).toEqual({value: null});
		expect(evaluate('${{ inputs.n }}${{ part }}', around, state)).toEqual({value: '3right'});
		expect(evaluate('no. ${{ inputs.n }}', around, state)).toEqual({value: 'no. 3'});
		expect(evaluate('a ${{ fromJSON(part) }}', around, state)).toMatchObject({problem: expect.any(String)});
	});
});
