import {describe, expect, it} from 'vitest';
import {describeTaken} from '../../../source/views/steps.ts';
import {anId, aStep} from '../../support/builders.ts';

describe('describeTaken', () => {
	it('tells for each earlier run which steps it did', () => {
		const [first, second] = [anId('run', 1), anId('run', 2)];
		const steps = [
			aStep({stepId: 'plan', takenFrom: first}),
			aStep({stepId: 'build', takenFrom: second}),
			aStep({stepId: 'lint', takenFrom: first}),
			aStep({stepId: 'test'}),
		];

		expect(describeTaken(steps)).toEqual([`Taken over from ${first}, at no cost: plan, lint`, `Taken over from ${second}, at no cost: build`]);
		expect(describeTaken([aStep()])).toEqual([]);
	});
});
