import {RadError} from '../domain/failures.ts';
import type {InputValues, Plan, PlanChild, PlanInput} from '../domain/plan.ts';
import {suggest} from '../domain/suggest.ts';

/**
 * Checks the inputs that a user typed against those that a workflow declares. What was not typed is as in an earlier run, as far as its type
 * still is that of the input.
 *
 * @throws {RadError} `USAGE`, naming every unknown, missing or ill-typed input.
 */
export const resolveInputs = (plan: Plan, typed: Readonly<Record<string, string>>, earlier: InputValues = {}): InputValues => {
	const names = plan.inputs.map(({name}) => name);
	const unknown = Object.keys(typed)
		.filter(name => !names.includes(name))
		.map(name => `unknown input "${name}"${toAdvice(name, names)}`);
	const resolved = plan.inputs
		.map(each => withEarlier(each, earlier))
		.map(input => ({input, value: toValue(input, Object.hasOwn(typed, input.name) ? typed[input.name] : undefined)}));
	const problems = [...unknown, ...resolved.flatMap(({value}) => (value instanceof Problem ? value.message : []))];
	if (problems.length > 0) {
		throw new RadError('USAGE', `The workflow "${plan.name}" cannot start: ${problems.join('; ')}.`, {
			hint: `rad run ${plan.name} ${toExample(plan.inputs)}`,
		});
	}
	return toValues(resolved.map(({input, value}) => ({name: input.name, value})));
};

const withEarlier = (input: PlanInput, earlier: InputValues): PlanInput => {
	const value = Object.hasOwn(earlier, input.name) ? earlier[input.name] : undefined;
	const fits = typeof value === input.type && (input.choices === null || (value !== undefined && input.choices.includes(value)));
	return value !== undefined && fits ? {...input, defaultValue: value} : input;
};

class Problem {
	readonly message: string;

	constructor(message: string) {
		this.message = message;
	}
}

type InputValue = string | number | boolean | null | Problem;

const toValues = (inputs: ReadonlyArray<{readonly name: string; readonly value: InputValue}>): InputValues =>
	Object.fromEntries(inputs.flatMap(({name, value}) => (value === null || value instanceof Problem ? [] : [[name, value]])));

const toValue = (input: PlanInput, text: string | undefined): InputValue => {
	if (text === undefined)
		return input.isRequired && input.defaultValue === null ? new Problem(`input "${input.name}" is missing`) : input.defaultValue;
	const {name, choices} = input;
	const value = readValue(input, text);
	const isOther = choices !== null && value !== null && !(value instanceof Problem) && !choices.includes(value);
	return isOther ? new Problem(`input "${name}": "${text}" is none of ${choices.join(', ')}`) : value;
};

const readValue = (input: PlanInput, text: string): InputValue => {
	switch (input.type) {
		case 'string':
			return text;
		case 'number':
			return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : new Problem(`input "${input.name}": "${text}" is not a number`);
		case 'boolean':
			if (text === 'true' || text === 'false') return text === 'true';
			return new Problem(`input "${input.name}": "${text}" is neither true nor false`);
	}
};

type Evaluated = {readonly value: unknown} | {readonly problem: string};

/** What a workflow in another one is given; `evaluate` fills in a template. What has no value counts as not given. */
export const resolveGiven = (
	{inputs, values, templates}: PlanChild,
	evaluate: (text: string) => Evaluated,
): {readonly value: InputValues} | {readonly problem: string} => {
	const given = Object.entries(templates).map(([name, text]) => {
		const input = inputs.find(each => each.name === name);
		const found = evaluate(text);
		if (input === undefined) throw new Error(`the input "${name}" was checked when the workflow was loaded`);
		return {name, value: 'problem' in found ? new Problem(`input "${name}": ${found.problem}`) : fitInput(input, found.value)};
	});
	const problems = given.flatMap(({value}) => (value instanceof Problem ? value.message : []));
	if (problems.length > 0) return {problem: problems.join('; ')};
	return {value: {...values, ...toValues(given)}};
};

/** The value of an expression as that of an input, converted as what a user types is; null where it has none. */
const fitInput = (input: PlanInput, value: unknown): InputValue => {
	if (value === null) return toValue(input, undefined);
	return typeof value === 'object'
		? new Problem(`input "${input.name}": is a list or a mapping; hand it on as text with toJSON(…)`)
		: toValue(input, String(value));
};

const toAdvice = (name: string, names: readonly string[]): string => {
	const meant = suggest(name, names);
	if (meant !== undefined) return `; did you mean "${meant}"?`;
	return names.length === 0 ? ' (the workflow has no inputs)' : ` (there are: ${names.join(', ')})`;
};

const toExample = (inputs: readonly PlanInput[]): string =>
	inputs
		.filter(({isRequired}) => isRequired)
		.map(({name}) => `--input ${name}=…`)
		.join(' ');
