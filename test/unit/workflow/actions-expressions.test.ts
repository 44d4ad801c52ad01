import {expect, it} from 'vitest';
import {evaluateTemplate, parseTemplate} from '../../../source/workflow/format/actions-expressions.ts';

const CONTEXTS = {steps: {a: {outputs: {list: ['x', {y: 1}], object: {k: [true, null]}, empty: [], text: 'said', none: null}}}};
const fill = (expression: string): string => evaluateTemplate(parseTemplate(`<\${{ steps.a.outputs.${expression} }}>`, ['steps']).template, CONTEXTS);

it('lists and mappings are written as JSON, as toJSON writes them, for a model to read', () => {
	expect(fill('list')).toBe(`<${JSON.stringify(['x', {y: 1}], null, 2)}>`);
	expect(fill('object')).toBe(`<${JSON.stringify({k: [true, null]}, null, 2)}>`);
	expect(fill('empty')).toBe('<[]>');
	expect(fill('object')).toBe(evaluateTemplate(parseTemplate('<${{ toJSON(steps.a.outputs.object) }}>', ['steps']).template, CONTEXTS));
});

it('parts of them are values, and plain ones stand as they are', () => {
	expect(fill('list[1].y')).toBe('<1>');
	expect(fill('object.k[0]')).toBe('<true>');
	expect(fill('text')).toBe('<said>');
	expect(fill('none')).toBe('<>');
	expect(fill('list[9].z')).toBe('<>');
});

it.each(['constructor', 'Constructor', '__proto__', 'toString'])('%s is a key like any other', key => {
	const contexts = {inputs: JSON.parse(`{"${key}": "mine"}`)};
	const read = (text: string): string => evaluateTemplate(parseTemplate(text, ['inputs']).template, contexts);

	expect(read(`\${{ inputs.${key} }}`)).toBe('mine');
	// The library's own toJSON cannot write a key of that name.
	if (key !== '__proto__') expect(JSON.parse(read('${{ toJSON(inputs) }}'))).toEqual(contexts.inputs);
	expect(evaluateTemplate(parseTemplate(`\${{ inputs.${key} }}.`, ['inputs']).template, {inputs: {}})).toBe('.');
});
