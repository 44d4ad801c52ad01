import type {OutputSchema, OutputSchemas} from '../../domain/plan.ts';

/**
 * True where OpenAI's models can be held to a schema, which Codex always asks for: a list must say what its entries are, and a mapping what is
 * in it, with nothing left to choice. The API answers anything else with an error.
 */
export const isStrict = (outputs: OutputSchemas): boolean => Object.values(outputs).every(isStrictValue);

const isStrictValue = ({type, items, properties = {}, required = []}: OutputSchema): boolean => {
	if (type === 'array') return items !== undefined && isStrictValue(items);
	if (type !== 'object') return true;
	const entries = Object.entries(properties);
	return entries.length > 0 && entries.every(([name, value]) => required.includes(name) && isStrictValue(value));
};
