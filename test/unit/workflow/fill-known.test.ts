import {describe, expect, test} from 'vitest';
import type {PlanStep} from '../../../source/domain/plan.ts';
import {fillKnown} from '../../../source/workflow/fill-known.ts';
import {aPlanStep, NO_BUDGET} from '../../support/builders.ts';

const fill = (change: Partial<PlanStep>) =>
	fillKnown(aPlanStep(change), {
		plan: {name: 'fix', description: null, inputs: [], budget: NO_BUDGET, steps: []},
		inputs: {issue: 12, branch: 'main', isUrgent: false, odd: '${{ steps.a.outputs.text }}'},
		maxCostNanoUsd: null,
	});

describe('what is known before the start', () => {
	test.each([
		['Fix ${{ inputs.issue }} on ${{inputs.branch}}.', 'Fix 12 on main.'],
		["${{ format('{0}-{1}', inputs.branch, inputs.issue) }}", 'main-12'],
		['${{ INPUTS.issue }}${{ inputs.missing }}', '12'],
		['${{ run.workflow }}', 'fix'],
		['no template, and $HOME', 'no template, and $HOME'],
		['${{ inputs.odd }}', '${{ steps.a.outputs.text }}'],
	])('is filled into %j', (text, filled) => {
		expect(fill({text, env: {A: text}})).toMatchObject({text: filled, env: {A: filled}});
	});

	test.each([
		'${{ steps.a.outputs.text }}',
		'${{ inputs.branch || steps.a.outputs.text }}',
		'${{ inputs[steps.a.outputs.text] }}',
		'${{ inputs[run.id] }}',
		'${{ run.id }}',
		'${{ fromJSON(inputs.branch) }}',
	])('leaves %j as it is', text => {
		expect(fill({text: `a ${text} b`}).text).toBe(`a ${text} b`);
	});

	test.each([
		[null, true],
		['inputs.issue == 12', true],
		['inputs.isUrgent', false],
		['${{ inputs.isUrgent }}', false],
		['steps.a.outputs.exit_code == 0', null],
		['inputs.isUrgent && steps.a.outputs.text', null],
		['fromJSON(inputs.branch)', null],
	])('judges the condition %j as %j', (when, isWanted) => {
		expect(fill({when})).toMatchObject({when, isWanted});
	});
});
