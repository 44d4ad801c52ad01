import {RadError} from '../domain/failures.ts';
import type {FrozenPlan, Plan, PlanInput} from '../domain/plan.ts';
import {suggest} from '../domain/suggest.ts';

type Inputs = FrozenPlan['inputs'];

/**
 * Checks the inputs that a user typed against those that a workflow declares. What was not typed is as in an earlier run, as far as its type
 * still is that of the input.
 *
 * @throws {RadError} `USAGE`, naming every unknown, missing or ill-typed input.
 */
export const resolveInputs = (plan: Plan, typed: Readonly<Record<string, string>>, earlier: Inputs = {}): Inputs => {
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
	return Object.fromEntries(resolved.flatMap(({input, value}) => (value === null || value instanceof Problem ? [] : [[input.name, value]])));
};

const withEarlier = (input: PlanInput, earlier: Inputs): PlanInput => {
	const value = Object.hasOwn(earlier, input.name) ? earlier[input.name] : undefined;
	return value !== undefined && typeof value === input.type ? {...input, defaultValue: value} : input;
};

class Problem {
	readonly message: string;

	constructor(message: string) {
		this.message = message;
	}
}

const toValue = (input: PlanInput, text: string | undefined): string | number | boolean | null | Problem => {
	if (text === undefined)
		return input.isRequired && input.defaultValue === null ? new Problem(`input "${input.name}" is missing`) : input.defaultValue;
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
