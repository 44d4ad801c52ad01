import {describe, expect, it} from 'vitest';
import {demandStep, findAfter, findBefore} from '../../../source/workflow/part-steps.ts';
import {aPlan, aPlanBlock, aPlanStep} from '../../support/builders.ts';

const step = (id: string, ...needs: readonly string[]) => aPlanStep({id, needs});

describe('what comes before and after a step', () => {
	// Listed before what it needs, as a file may do.
	const steps = [step('late', 'left', 'right'), step('first'), step('left', 'first'), step('right', 'first'), step('free')];

	it('is found through others, wherever it stands in the file', () => {
		expect([...findAfter(steps, 'first')].sort()).toEqual(['late', 'left', 'right']);
		expect([...findAfter(steps, 'left')]).toEqual(['late']);
		expect([...findAfter(steps, 'free')]).toEqual([]);
		expect([...findBefore(steps, ['late'])].sort()).toEqual(['first', 'left', 'right']);
		expect([...findBefore(steps, ['left', 'free'])]).toEqual(['first']);
	});
});

describe('the step that a run is to begin with', () => {
	const inner = aPlanBlock({id: 'inner', steps: [step('deep')]});
	const plan = aPlan({
		name: 'fix',
		steps: [step('plan'), aPlanBlock({id: 'polish', steps: [step('test'), inner]})],
		finally: [step('tidy')],
	});

	it.each(['plan', 'polish'])('can be %s', name => {
		expect(() => demandStep(plan, name)).not.toThrow();
	});

	it.each([
		['test', 'USAGE', '"test" stands in the block "polish": only the whole block can be named.'],
		['polish.2.test', 'USAGE', '"polish.2.test" stands in the block "polish": only the whole block can be named.'],
		['deep', 'USAGE', '"deep" stands in the block "polish": only the whole block can be named.'],
		['finally.tidy', 'USAGE', '"finally.tidy" is run after the steps, as finally says: a run cannot begin with it.'],
		['on_failure', 'USAGE', '"on_failure" is run after the steps, as on_failure says: a run cannot begin with it.'],
		['paln', 'STEP_UNKNOWN', 'fix has no step "paln". Did you mean plan?'],
		['deploy', 'STEP_UNKNOWN', 'fix has no step "deploy". It has plan, polish.'],
		['\u001B[2Jx', 'STEP_UNKNOWN', 'fix has no step "x". It has plan, polish.'],
	])('cannot be %j', (name, code, message) => {
		expect(() => demandStep(plan, name)).toThrow(expect.objectContaining({code, message, hint: 'rad workflow show fix'}) as Error);
	});
});
