import {Ajv} from 'ajv';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {OutputSchema} from '../../../source/domain/plan.ts';
import {fitOutput} from '../../../source/workflow/format/zod-fit.ts';

const PARTS: OutputSchema = {
	type: 'array',
	minItems: 1,
	maxItems: 3,
	items: {type: 'object', required: ['path'], properties: {path: {type: 'string'}, size: {type: 'integer', minimum: 0}}},
};

describe('fitOutput', () => {
	it.each<[OutputSchema, unknown]>([
		[{type: 'string'}, ''],
		[{type: 'string', enum: ['a', 'b']}, 'b'],
		[{type: 'number', minimum: 0, maximum: 1}, 0.5],
		[{type: 'integer', enum: [1, 2]}, 2],
		[{type: 'boolean'}, false],
		[{type: 'array'}, [1, 'a', null]],
		[{type: 'object'}, {any: [1]}],
		[PARTS, [{path: 'a', size: 1, more: true}]],
	])('takes what %j allows: %j', (schema, value) => {
		expect(fitOutput('x', schema, value)).toEqual({value, problems: []});
	});

	it.each<[OutputSchema, unknown, readonly string[]]>([
		[{type: 'string'}, undefined, ['x: is missing']],
		[{type: 'string'}, 1, ['x: must be a text']],
		[{type: 'string'}, null, ['x: must be a text']],
		[{type: 'string', enum: ['approve', 'no']}, 'maybe', ['x: must be one of approve, no']],
		[{type: 'string', enum: ['only']}, 1, ['x: must be only']],
		[{type: 'string', enum: ['a', 'b']}, undefined, ['x: is missing']],
		[{type: 'number'}, '1', ['x: must be a number']],
		[{type: 'number', maximum: 10}, 11, ['x: must be at most 10']],
		[{type: 'integer'}, 1.5, ['x: must be a whole number']],
		[{type: 'boolean'}, 'true', ['x: must be true or false']],
		[{type: 'array'}, {}, ['x: must be a list']],
		[{type: 'object'}, [], ['x: must be an object']],
		[PARTS, [], ['x: must have at least 1 entries']],
		[PARTS, [{path: 'a'}, {}, {path: 1, size: -1}], ['x[1].path: is missing', 'x[2].path: must be a text', 'x[2].size: must be at least 0']],
	])('says of %j what is wrong with %j', (schema, value, problems) => {
		expect(fitOutput('x', schema, value)).toEqual({problems});
	});

	it('repeats no word of the value, and takes no prototype from it', () => {
		const hostile = JSON.parse('[{"path":"a","__proto__":{"polluted":true}},{"__proto__":{"path":"b"},"\\u001b[31m":1}]') as unknown;

		expect(fitOutput('x', PARTS, hostile)).toEqual({problems: ['x[1].path: is missing']});
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
	});

	it('agrees with another library about what fits', () => {
		const schemas: readonly OutputSchema[] = [
			PARTS,
			{type: 'string', enum: ['a', 'b']},
			{type: 'number', minimum: 0},
			{type: 'object'},
			{type: 'boolean'},
		];
		const ajv = new Ajv();
		const validators = schemas.map(schema => [schema, ajv.compile(schema)] as const);
		const value = fc.oneof(
			fc.jsonValue(),
			fc.constantFrom('a', 0, -1, true),
			fc.array(fc.record({path: fc.oneof(fc.string(), fc.nat()), size: fc.integer()}, {requiredKeys: []})),
		);
		fc.assert(
			fc.property(value, found => {
				for (const [schema, validate] of validators) expect(fitOutput('x', schema, found).problems.length === 0).toBe(validate(found));
			}),
		);
	});
});
