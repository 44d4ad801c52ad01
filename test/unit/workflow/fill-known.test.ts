import {describe, expect, test} from 'vitest';
import {listPlanWork, type PlanNode, type PlanStep} from '../../../source/domain/plan.ts';
import {fillKnown, judgeWishes} from '../../../source/workflow/fill-known.ts';
import {aPlan, aPlanBlock, aPlanStep, NO_BUDGET} from '../../support/builders.ts';

const frozen = (...steps: readonly PlanNode[]) => ({
	plan: aPlan({name: 'fix', steps}),
	inputs: {issue: 12, branch: 'main', isUrgent: false, odd: '${{ steps.a.outputs.text }}'},
	maxCostNanoUsd: null,
});
const fill = (change: Partial<PlanStep>) => listPlanWork(fillKnown(frozen(aPlanStep(change))))[0];

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
		expect(fill({text: `a ${text} b`})?.text).toBe(`a ${text} b`);
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
		expect(judgeWishes(frozen(aPlanStep({id: 'a', when})))).toEqual({a: isWanted});
	});

	test('leaves what only a round of a block knows, and fills in the rest of its steps', () => {
		const step = aPlanStep({id: 'x', text: '${{ part }} of ${{ inputs.issue }}, ${{ loop.index }}', when: 'inputs.isUrgent'});
		const repeat = {kind: 'each', items: [1], as: 'part', failsFast: true, maxParallel: 1} as const;
		const plan = frozen(aPlanBlock({id: 'b', repeat, steps: [step]}));

		expect(listPlanWork(fillKnown(plan))[0]?.text).toBe('${{ part }} of 12, ${{ loop.index }}');
		expect(judgeWishes(plan)).toEqual({b: true, 'b.x': false});
	});

	test('fills in a workflow in it by what that is given, as far as that is known', () => {
		const inputs = ['issue', 'part', 'n', 'none'].map(
			name => ({name, type: 'string', isRequired: false, defaultValue: null, choices: null, description: null}) as const,
		);
		const templates = {part: '${{ inputs.branch }}!', n: '${{ steps.a.outputs.n }}'};
		const child = {workflow: 'other', inputs, values: {issue: 'own'}, templates, maxParallel: 4, budget: NO_BUDGET};
		const step = aPlanStep({id: 'x', text: '${{ inputs.issue }} ${{ inputs.part }} ${{ inputs.N }} ${{ toJSON(inputs) }} ${{ run.workflow }}'});
		const steps = [step, aPlanStep({id: 'y', when: "inputs.part == 'main!'"}), aPlanStep({id: 'z', when: 'inputs.n == 1'})];
		const around = frozen(aPlanBlock({id: 'c', child, steps}), aPlanStep({id: 'after', text: '${{ inputs.issue }}'}));

		expect(listPlanWork(fillKnown(around)).map(({text}) => text)).toEqual([
			'own main! ${{ inputs.N }} ${{ toJSON(inputs) }} fix',
			'true',
			'true',
			'12',
		]);
		expect(judgeWishes(around)).toEqual({c: true, 'c.x': true, 'c.y': true, 'c.z': null, after: true});
	});
});
