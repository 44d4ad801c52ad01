import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {OutputSchemas} from '../../../source/domain/plan.ts';
import {findAnswer, formatDemand, toAnswerSchema} from '../../../source/workflow/answer.ts';

const said = (finalMessage: string) => findAnswer({answer: undefined, finalMessage});

describe('findAnswer', () => {
	it('takes what the engine took for the answer before anything that was said', () => {
		expect(findAnswer({answer: {a: 1}, finalMessage: '{"a":2}'})).toEqual({value: {a: 1}});
	});

	it.each([
		['all of it', ' {"a":1}\n'],
		['a block', 'Here:\n\n```json\n{"a":1}\n```\nDone.'],
		['a block with other line ends', 'x\r\n```json\r\n{"a":1}\r\n```\r\n'],
		['the last of several', '```json\n{"a":2}\n```\nor rather\n```JSON\n{"a":1}\n```'],
		['a block that never ends', 'x\n  ```json\n{"a":1}\n'],
		['a block that holds a fence in a text', '```json\n{"a":1,"b":"```\\n```json"}\n```'],
	])('finds %s', (_, text) => {
		expect(said(text).value).toMatchObject({a: 1});
	});

	it.each([
		['nothing', ''],
		['words', 'I approve of it.'],
		['a list', '[{"a":1}]'],
		['null', 'null'],
		['JSON in a sentence', 'It is {"a":1}, I think.'],
		['a broken block after a good one', '```json\n{"a":1}\n```\n```json\n{"a":\n```'],
		['a block of another language', '```js\n{"a":1}\n```'],
	])('has no use for %s', (_, text) => {
		expect(said(text)).toEqual({problem: 'it holds no JSON object'});
	});

	it('carries along nothing that is too large or too deep', () => {
		const deep = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

		expect(said(`{"a":"${'x'.repeat(64 * 1024)}"}`)).toEqual({problem: 'it is larger than 64 KiB'});
		expect(said(`${'x'.repeat(100_000)}\n\`\`\`json\n{"a":1}\n\`\`\``).value).toEqual({a: 1});
		expect(said(deep(31)).value).toBeDefined();
		expect(said(deep(32))).toEqual({problem: 'it is nested more than 32 levels deep'});
		expect(said(deep(200_000)).value).toBeUndefined();
	});

	it('never throws, whatever was said', () => {
		const piece = fc.oneof(fc.constantFrom('```', '```json', '\n', '\r\n', '{', '}', '"__proto__"', ':', '{"a":1}', ' '), fc.string(), fc.json());
		fc.assert(
			fc.property(fc.array(piece), pieces => {
				const {value, problem} = said(pieces.join(''));

				expect(value === undefined).toBe(problem !== undefined);
			}),
		);
	});
});

const OUTPUTS: OutputSchemas = {
	verdict: {type: 'string', enum: ['approve', 'no']},
	parts: {type: 'array', items: {type: 'object', required: ['path'], properties: {path: {type: 'string'}}}},
	rest: {type: 'object'},
};

it('toAnswerSchema wants all outputs and nothing that was not declared', () => {
	expect(toAnswerSchema(OUTPUTS)).toEqual({
		type: 'object',
		required: ['verdict', 'parts', 'rest'],
		additionalProperties: false,
		properties: {
			verdict: {type: 'string', enum: ['approve', 'no']},
			parts: {type: 'array', items: {type: 'object', required: ['path'], properties: {path: {type: 'string'}}, additionalProperties: false}},
			rest: {type: 'object'},
		},
	});
});

describe('formatDemand', () => {
	const complaint = 'verdict: is missing';

	it('leaves the task as it is where the engine knows the schema otherwise', () => {
		expect(formatDemand('Do it.', {outputs: OUTPUTS, isToldOtherwise: true, complaint: null, isKnown: false})).toBe('Do it.');
	});

	it('tells the schema in a form in which it can be answered', () => {
		const text = formatDemand('Do it.', {outputs: OUTPUTS, isToldOtherwise: false, complaint: null, isKnown: false});

		expect(text).toMatch(/^Do it\.\n\nEnd with your answer as one JSON object/);
		expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual(toAnswerSchema(OUTPUTS));
		expect(findAnswer({answer: undefined, finalMessage: text}).problem, 'a model that only repeats it has not answered').toBeDefined();
	});

	it('repeats the task to those alone who do not know it', () => {
		const again = formatDemand('Do it.', {outputs: OUTPUTS, isToldOtherwise: false, complaint, isKnown: true});
		const anew = formatDemand('Do it.', {outputs: OUTPUTS, isToldOtherwise: true, complaint, isKnown: false});

		expect(again).toContain(`Your last answer cannot be used: ${complaint}.`);
		expect(again).not.toContain('Do it.');
		expect(again).toContain('JSON Schema');
		expect(anew).toMatch(/^Do it\.\n\n/);
		expect(anew).toContain(`Only the answer could not be used: ${complaint}.`);
		expect(anew).not.toContain('JSON Schema');
	});
});
