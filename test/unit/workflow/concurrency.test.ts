import {describe, expect, it, test} from 'vitest';
import type {FrozenPlan} from '../../../source/domain/plan.ts';
import {chooseWay, joinGroup, standingOf} from '../../../source/workflow/concurrency.ts';
import {anId, aPlan} from '../../support/builders.ts';

const toFrozen = (group: string): FrozenPlan => ({
	plan: {...aPlan(), name: 'deploy', concurrency: {group, onConflict: 'queue'}},
	inputs: {target: 'live', n: 3},
	maxCostNanoUsd: null,
	baseBranch: 'main',
});

describe('joinGroup', () => {
	test.each([
		['deploy', 'deploy'],
		['${{ run.workflow }}-${{ inputs.target }}-${{ inputs.n }}', 'deploy-live-3'],
		['${{ run.id }} of ${{ run.base_branch }}', `${anId('run')} of main`],
	])('fills in %s', (group, expected) => {
		const frozen = joinGroup(toFrozen(group), anId('run'));

		expect(frozen.group).toBe(expected);
		expect(standingOf(frozen)).toEqual({group: expected, onConflict: 'queue'});
	});

	it('keeps what a terminal would obey out of the name', () => {
		const frozen = {...toFrozen('x-${{ inputs.target }}'), inputs: {target: 'a\u001b[31m\nb'}};

		expect(joinGroup(frozen, anId('run')).group).not.toMatch(/[\u001b\n]/);
	});

	it('says which text cannot be filled in', () => {
		expect(() => joinGroup(toFrozen('${{ fromJSON(inputs.target) }}'), anId('run'))).toThrow('its concurrency.group cannot be filled in');
	});

	it('leaves a plan alone that says nothing of others', () => {
		const frozen = {plan: aPlan(), inputs: {}, maxCostNanoUsd: null};

		expect(standingOf(joinGroup(frozen, anId('run')))).toBeNull();
	});
});

describe('chooseWay', () => {
	const of = (onConflict: 'queue' | 'cancel' | 'skip') => ({group: 'g', onConflict});

	test.each([
		[null, [], 'start'],
		[null, ['g'], 'refuse'],
		[null, [null], 'refuse'],
		[of('queue'), [], 'start'],
		[of('queue'), [null], 'queue'],
		[of('cancel'), ['g', 'g'], 'cancel'],
		[of('cancel'), ['g', 'other'], 'refuse'],
		[of('cancel'), [null], 'refuse'],
		[of('skip'), ['other', 'g'], 'skip'],
		[of('skip'), [null], 'refuse'],
	] as const)('of %j before %j is to %s', (standing, groups, way) => {
		expect(chooseWay(standing, false, groups)).toBe(way);
	});

	test.each([null, of('cancel'), of('skip')])('of a patient run is to queue, whatever %j says', standing => {
		expect(chooseWay(standing, true, ['g'])).toBe('queue');
		expect(chooseWay(standing, true, [])).toBe('start');
	});
});
