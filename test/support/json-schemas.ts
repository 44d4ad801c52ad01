import {z} from 'zod';
import {JSON_VERSION} from '../../source/cli/json-document.ts';
import {JSON_OUTPUTS, type JsonOutput, SHAPES, type ShapeName} from '../../source/cli/json-shapes.ts';
import {outputs} from '../../source/cli/schemas/zod-outputs.ts';

export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[];

/** How the words are typed to get this output: `rad run <workflow> --detach --json`. */
export const toCommand = ({path, words}: JsonOutput): string => ['rad', path, words, '--json'].filter(word => word !== '').join(' ');

const toTitle = (name: ShapeName): string => {
	const commands = JSON_OUTPUTS.filter(({shape}) => shape === name).map(toCommand);
	const makers = name === 'error' ? 'a command that fails, with --json, on standard error' : commands.join(', ');
	return `${SHAPES[name] === 'lines' ? 'One line' : 'Output'} of ${makers}`;
};

/** The type by which it is printed: see `encodeJson`. */
const BIGINT = {anyOf: [{type: 'integer'}, {type: 'string', pattern: '^-?\\d+$'}]};

const withVersion = (name: ShapeName): z.ZodType => {
	const shape: z.ZodType = outputs[name];
	if (SHAPES[name] !== 'object') return shape;
	if (!(shape instanceof z.ZodObject)) throw new Error(`${name} must be an object`);
	return z.object({version: z.literal(JSON_VERSION), ...shape.shape});
};

/** The JSON Schema of what is printed. It allows more fields than it knows, as a later rad may print some. */
export const toJsonSchema = (name: ShapeName): object => {
	const {$schema, ...schema} = z.toJSONSchema(withVersion(name), {
		io: 'input',
		unrepresentable: 'any',
		override: ({zodSchema, jsonSchema}) => {
			if (zodSchema._zod.def.type === 'bigint') Object.assign(jsonSchema, BIGINT);
			// Limits that every whole number of JSON has say nothing.
			if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
			if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
		},
	});
	return {$schema, $id: `urn:rad:json:${JSON_VERSION}:${name}`, title: toTitle(name), ...schema};
};
