import path from 'node:path';
import {expect, test} from 'vitest';
import {toJsonSchema} from '../../../source/workflow/format/zod-json-schema.ts';
import {ROOT, withGenerated} from '../../support/doc-page.ts';

// The reference of the page about workflows is what the schema says.

type Schema = {
	readonly description?: string;
	readonly type?: string | readonly string[];
	readonly const?: unknown;
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: boolean | Schema;
	readonly items?: Schema;
	readonly anyOf?: readonly Schema[];
	readonly allOf?: readonly Schema[];
	readonly $ref?: string;
	readonly definitions?: Readonly<Record<string, Schema>>;
};

const PAGE = 'docs/workflows.md';
const FILE = toJsonSchema() as Schema;

const resolve = (schema: Schema): Schema => {
	const target = schema.$ref ?? schema.allOf?.[0]?.$ref;
	if (target === undefined) return schema;
	const found = FILE.definitions?.[target.replace('#/definitions/', '')];
	if (found === undefined) throw new Error(`nothing is called ${target}`);
	return found;
};

const isSteps = (schema: Schema): boolean => resolve(schema).items?.$ref === '#/definitions/step';

/** A schema that refers to itself: a value of any depth. */
const isAnyValue = ({$ref}: Schema): boolean => $ref?.includes('__schema') === true;

const formatRange = ({minimum, maximum}: Schema): string => {
	if (minimum === undefined) return '';
	return maximum === undefined || maximum > 1e12 ? `, from ${minimum}` : `, ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
};

/** What may stand behind a key, in words. */
const formatValue = (schema: Schema): string => {
	if (isSteps(schema)) return 'list of steps';
	if (isAnyValue(schema)) return 'any value';
	if (schema.const !== undefined) return `\`${String(schema.const)}\``;
	if (schema.enum !== undefined) return schema.enum.map(value => `\`${String(value)}\``).join(', ');
	if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(formatValue))].join(', or ');
	if (schema.type === 'array') return `list of ${schema.items === undefined ? 'values' : formatValue(schema.items)}`;
	if (schema.type === 'object') return 'mapping';
	const types = [schema.type ?? 'any value'].flat().map(type => (type === 'string' ? 'text' : type === 'boolean' ? 'true or false' : type));
	return `${types.join(' or ')}${formatRange(schema)}`;
};

/** The mappings that may stand behind a key, itself or as one of several forms or in a list, with what their keys are called from there on. */
const listMappings = (schema: Schema, name: string): ReadonlyArray<{readonly name: string; readonly schema: Schema}> => {
	if (schema.properties !== undefined) return [{name, schema}];
	if (schema.anyOf !== undefined) return schema.anyOf.flatMap(form => listMappings(form, name));
	if (schema.type === 'array' && schema.items !== undefined) return listMappings(schema.items, `${name}[]`);
	if (typeof schema.additionalProperties === 'object') return listMappings(schema.additionalProperties, `${name}.<name>`);
	return [];
};

const formatRows = (properties: Readonly<Record<string, Schema>>, required: readonly string[], prefix = ''): readonly string[] =>
	Object.entries(properties).flatMap(([key, schema]) => {
		const name = `${prefix}${key}`;
		const must = required.includes(key) ? ' (must be there)' : '';
		const meaning = (schema.description ?? '').replaceAll('|', '\\|');
		const inner = isSteps(schema) ? [] : listMappings(schema, name);
		return [
			`| \`${name}\` | ${formatValue(schema)}${must} | ${meaning} |`,
			...inner.flatMap(mapping => formatRows(mapping.schema.properties ?? {}, mapping.schema.required ?? [], `${mapping.name}.`)),
		];
	});

const formatTable = (title: string, properties: Readonly<Record<string, Schema>>, required: readonly string[]): string =>
	[`### ${title}`, '', '| key | value | what it means |', '|---|---|---|', ...formatRows(properties, required)].join('\n');

/** The kinds of steps, each by the key that makes it one. */
const KINDS = ['prompt', 'run', 'approve', 'workflow', 'steps'] as const;

const FORMS: readonly Schema[] = resolve({$ref: '#/definitions/step'}).anyOf ?? [];

const formOf = (kind: string): Schema => FORMS.find(({properties = {}}) => kind in properties) ?? {};

/** The kinds of steps that have a key with the same meaning as that of a form. */
const kindsWith = (key: string, form: Schema): readonly string[] =>
	KINDS.filter(kind => JSON.stringify(formOf(kind).properties?.[key]) === JSON.stringify(form.properties?.[key]));

/** The keys of steps, those of the same kinds together, so that each stands once. */
const formatSteps = (): readonly string[] => {
	const groups = new Map<string, {readonly properties: Record<string, Schema>; readonly required: readonly string[]}>();
	for (const form of KINDS.map(formOf))
		for (const [key, schema] of Object.entries(form.properties ?? {})) {
			const kinds = kindsWith(key, form);
			const title = kinds.length === KINDS.length ? 'Every step' : `A step with ${kinds.map(kind => `\`${kind}\``).join(' or ')}`;
			const group = groups.get(title) ?? {properties: {}, required: form.required ?? []};
			group.properties[key] = schema;
			groups.set(title, group);
		}
	return [...groups].map(([title, {properties, required}]) => formatTable(title, properties, required));
};

const formatReference = (): string => [formatTable('The file', FILE.properties ?? {}, FILE.required ?? []), ...formatSteps()].join('\n\n');

test('the reference of workflow files is what their schema says', async () => {
	await expect(withGenerated(PAGE, formatReference())).toMatchFileSnapshot(path.join(ROOT, PAGE));
});

test('the reference names every kind of step', () => {
	expect(new Set(KINDS.map(formOf))).toEqual(new Set(FORMS));
});
