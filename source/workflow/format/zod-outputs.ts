import {z} from 'zod';
import {adviseOnName} from '../../domain/misspelt-names.ts';
import {OUTPUT_TYPES, OUTPUTS_OF_EVERY_STEP, type OutputSchema, type OutputType} from '../../domain/plan.ts';
import {choice, isTakenByObjects, plainValue, text, toKeyName, wanted} from '../../workspace/zod-judge.ts';

/** As deep as lists and mappings of an output may be nested: more is accepted by few engines and filled in by few models. */
const MAX_LEVELS = 6;

const TYPE_RULE = `write one of: ${OUTPUT_TYPES.join(', ')}; or a mapping such as { type: string }`;
const OUTPUTS_RULE = 'write outputs: { name: string }';
const PROPERTIES_RULE = 'write properties: { name: { type: string } }';
const BOUND_RULE = 'write a number';
const VALUES_RULE = 'write a list of values';
const COUNT_RULE = 'write a whole number, 0 or more';

const ITEMS_MEANING = 'What each entry of a list is.';
const PROPERTIES_MEANING = 'What is in a mapping, by name.';

const name = toKeyName('an output').refine(value => !isTakenByObjects(value), 'is a word of JavaScript; choose another name');
const outputName = name.refine(
	value => !OUTPUTS_OF_EVERY_STEP.some(taken => taken === value.toLowerCase()),
	`is an output of every step (${OUTPUTS_OF_EVERY_STEP.join(', ')}); choose another name`,
);

const bound = z.number(wanted('a number', BOUND_RULE)).optional();
const count = z.int(wanted('a whole number', COUNT_RULE)).min(0, `is too small; ${COUNT_RULE}`).optional();

/** What any output may have. */
const flat = {
	type: choice(OUTPUT_TYPES).describe('What it is.'),
	description: text('write a sentence').optional().describe('What it means, for the model.'),
	enum: z.array(plainValue, wanted('a list', VALUES_RULE)).min(1, `is empty; ${VALUES_RULE}`).optional().describe('The values that it may have.'),
	minimum: bound.describe('The smallest number.'),
	maximum: bound.describe('The largest number.'),
	minItems: count.describe('The fewest entries of a list.'),
	maxItems: count.describe('The most entries of a list.'),
	required: z
		.array(text('write the name of a property'), wanted('a list', 'write required: [name, …]'))
		.optional()
		.describe('The properties that must be there.'),
};

/** Which types a word is for; the others are for all. */
const TYPES_OF: Partial<Record<keyof OutputSchema, readonly OutputType[]>> = {
	enum: ['string', 'number', 'integer'],
	minimum: ['number', 'integer'],
	maximum: ['number', 'integer'],
	items: ['array'],
	minItems: ['array'],
	maxItems: ['array'],
	properties: ['object'],
	required: ['object'],
};

type Problem = {readonly path: ReadonlyArray<string | number>; readonly message: string};

/** What is wrong with words that are right by themselves. */
const findProblems = (schema: OutputSchema): readonly Problem[] => [
	...Object.keys(schema).flatMap(key => {
		const types = TYPES_OF[key as keyof OutputSchema];
		return types === undefined || types.includes(schema.type)
			? []
			: [{path: [key], message: `is only for ${types.join(', ')}, not for ${schema.type}`}];
	}),
	...(schema.enum ?? []).flatMap((value, index) =>
		isOfType(value, schema.type) ? [] : [{path: ['enum', index], message: `is not of type ${schema.type}; write another value, or change the type`}],
	),
	...findRepeated('enum', schema.enum),
	...findRepeated('required', schema.required),
	...(schema.required ?? []).flatMap((property, index) => {
		const known = Object.keys(schema.properties ?? {});
		return known.includes(property) ? [] : [{path: ['required', index], message: `unknown property "${property}"; ${adviseOnName(property, known)}`}];
	}),
	...findCrossed('minimum', schema.minimum, 'maximum', schema.maximum),
	...findCrossed('minItems', schema.minItems, 'maxItems', schema.maxItems),
];

const isOfType = (value: string | number | boolean, type: OutputType): boolean => {
	if (type === 'string') return typeof value === 'string';
	if (type === 'integer') return Number.isInteger(value);
	// Of a type that has no such list this is told already.
	return type === 'number' ? typeof value === 'number' : true;
};

const findRepeated = (key: string, values: ReadonlyArray<string | number | boolean> = []): readonly Problem[] =>
	values.flatMap((value, index) => (values.indexOf(value) === index ? [] : [{path: [key, index], message: 'stands here twice'}]));

const findCrossed = (low: string, least: number | undefined, high: string, most: number | undefined): readonly Problem[] =>
	least !== undefined && most !== undefined && least > most ? [{path: [low], message: `is larger than ${high}`}] : [];

const tooDeep = z.never({error: `is nested too deeply; at most ${MAX_LEVELS} levels`}).optional();

type Level = z.ZodType<OutputSchema>;

const toLevel = (depth: number): Level => {
	const inner = depth === 1 ? null : toLevel(depth - 1);
	const level = z.strictObject(
		{
			...flat,
			items: (inner?.optional() ?? tooDeep).describe(ITEMS_MEANING),
			properties: (inner === null ? tooDeep : z.record(name, inner, wanted('a mapping', PROPERTIES_RULE)).optional()).describe(PROPERTIES_MEANING),
		},
		wanted('a mapping', TYPE_RULE),
	);
	return level.superRefine((schema, context) => {
		for (const {path, message} of findProblems(schema)) context.addIssue({code: 'custom', path: [...path], message});
	});
};

/** Not a schema that refers to itself: a mapping of the file can contain itself by an alias, and would never end. */
const OUTPUT: Level = toLevel(MAX_LEVELS);

/** What a step says that it hands on; a type alone is short for `{ type: … }`. */
export const OUTPUTS = z
	.record(
		outputName,
		z.preprocess(value => (typeof value === 'string' ? {type: value} : value), OUTPUT),
		wanted('a mapping', OUTPUTS_RULE),
	)
	.superRefine((outputs, context) => {
		const names = Object.keys(outputs);
		if (names.length === 0) context.addIssue({code: 'custom', message: `is empty; ${OUTPUTS_RULE}`});
		for (const [index, key] of names.entries()) {
			const twin = names.slice(0, index).find(other => other.toLowerCase() === key.toLowerCase());
			if (twin !== undefined)
				context.addIssue({code: 'custom', path: [key], message: `expressions do not tell it from ${twin}; choose another name`});
		}
	});

const OUTPUT_IN_FILE: Level = z.strictObject({
	...flat,
	get items() {
		return OUTPUT_IN_FILE.optional().describe(ITEMS_MEANING);
	},
	get properties() {
		return z.record(name, OUTPUT_IN_FILE).optional().describe(PROPERTIES_MEANING);
	},
});

/** The same for editors: short, as it refers to itself. */
export const OUTPUTS_IN_FILE = z.record(outputName, z.union([z.enum(OUTPUT_TYPES), OUTPUT_IN_FILE]));
