import {describe, expect, it} from 'vitest';
import type {Plan, PlanInput} from '../../../source/domain/plan.ts';
import {resolveGiven, resolveInputs} from '../../../source/workflow/run-inputs.ts';
import {aPlan} from '../../support/builders.ts';

const anInput = (change: Partial<PlanInput>): PlanInput => ({
	name: 'x',
	type: 'string',
	isRequired: false,
	defaultValue: null,
	choices: null,
	description: null,
	...change,
});
const plan = (...inputs: readonly PlanInput[]): Plan => aPlan({name: 'wf', inputs});

describe('resolveInputs', () => {
	it('takes what was typed, in its type, and the defaults for the rest', () => {
		const inputs = plan(
			anInput({name: 'a'}),
			anInput({name: 'n', type: 'number'}),
			anInput({name: 'b', type: 'boolean'}),
			anInput({name: 'd', defaultValue: 'D'}),
			anInput({name: 'none'}),
		);

		expect(resolveInputs(inputs, {a: '', n: '-1.5', b: 'true'})).toEqual({a: '', n: -1.5, b: true, d: 'D'});
	});

	it('takes what was not typed from an earlier run, unless the input has another type by now', () => {
		const inputs = plan(
			anInput({name: 'typed'}),
			anInput({name: 'kept', isRequired: true}),
			anInput({name: 'off', type: 'boolean', defaultValue: true}),
			anInput({name: 'other', type: 'number', defaultValue: 7}),
			anInput({name: 'toString', defaultValue: 'own'}),
		);

		const found = resolveInputs(inputs, {typed: 'now'}, {typed: 'then', kept: 'then', off: false, other: '3', gone: 'x'});

		expect(found).toEqual({typed: 'now', kept: 'then', off: false, other: 7, toString: 'own'});
	});

	it('tells every mistake at once and how to call it', () => {
		const inputs = plan(anInput({name: 'topic', isRequired: true}), anInput({name: 'n', type: 'number'}), anInput({name: 'b', type: 'boolean'}));

		const act = () => resolveInputs(inputs, {topci: 'x', n: 'many', b: 'yes'});

		expect(act).toThrow(expect.objectContaining({code: 'USAGE', hint: 'rad run wf --input topic=…'}));
		expect(act).toThrow(
			/unknown input "topci"; did you mean "topic"\?; input "topic" is missing; input "n": "many" is not a number; input "b": "yes" is neither/,
		);
	});

	it('takes one of the values that an input may have, also of an earlier run', () => {
		const inputs = plan(
			anInput({name: 'risk', choices: ['low', 'high'], defaultValue: 'low'}),
			anInput({name: 'n', type: 'number', choices: [1, 2]}),
		);

		expect(resolveInputs(inputs, {risk: 'high', n: '2'})).toEqual({risk: 'high', n: 2});
		expect(resolveInputs(inputs, {}, {risk: 'gone', n: 1})).toEqual({risk: 'low', n: 1});
		expect(() => resolveInputs(inputs, {risk: 'hihg', n: '3'})).toThrow(/input "risk": "hihg" is none of low, high; input "n": "3" is none of 1, 2/);
	});

	it.each(['__proto__', 'constructor', 'toString'])('does not take %s for an input', name => {
		expect(() => resolveInputs(plan(), {[name]: 'x'})).toThrow(/unknown input/);
		expect(resolveInputs(plan(anInput({name: 'x'})), {})).toEqual({});
	});
});

describe('what a workflow in another one is given', () => {
	const inputs = [
		anInput({name: 's', isRequired: true}),
		anInput({name: 'n', type: 'number', defaultValue: 3}),
		anInput({name: 'b', type: 'boolean'}),
	];
	const resolve = (found: Readonly<Record<string, unknown>>) => {
		const templates = Object.fromEntries(Object.keys(found).map(name => [name, name]));
		return resolveGiven({workflow: 'w', inputs, values: {n: 3}, templates, maxParallel: 4}, name => ({value: found[name]}));
	};

	it.each([
		[{s: 'x'}, {s: 'x', n: 3}],
		[
			{s: 1.5, n: '7', b: 'true'},
			{s: '1.5', n: 7, b: true},
		],
		[
			{s: '', n: -1, b: false},
			{s: '', n: -1, b: false},
		],
		[
			{s: true, n: null, b: null},
			{s: 'true', n: 3},
		],
	])('is converted from %j', (found, value) => {
		expect(resolve(found)).toEqual({value});
	});

	it('fails with all that does not fit', () => {
		expect(resolve({s: null, n: 'many', b: 1})).toEqual({
			problem: 'input "s" is missing; input "n": "many" is not a number; input "b": "1" is neither true nor false',
		});
		expect(resolve({s: ['x']})).toEqual({problem: 'input "s": is a list or a mapping; hand it on as text with toJSON(…)'});
	});
});
