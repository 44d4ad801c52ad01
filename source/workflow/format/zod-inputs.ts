import {z} from 'zod';
import type {PlanInput} from '../../domain/plan.ts';
import {choice, plainValue, text, wanted} from '../../workspace/zod-judge.ts';

/** The most values that an input may be one of. */
const MAX_CHOICES = 100;
const CHOICES_RULE = 'write a list of values';

type InputFields = {
	readonly type?: PlanInput['type'] | undefined;
	readonly enum?: ReadonlyArray<string | number | boolean> | undefined;
	readonly default?: string | number | boolean | undefined;
};

/** The type of an input, which its values tell where it is not said. */
export const toInputType = ({type, enum: choices, default: value}: InputFields): PlanInput['type'] => {
	const found = typeof (value ?? choices?.[0]);
	return type ?? (found === 'number' || found === 'boolean' ? found : 'string');
};

const findInputProblems = (input: InputFields): ReadonlyArray<{readonly path: ReadonlyArray<string | number>; readonly message: string}> => {
	const {enum: choices = [], default: value} = input;
	const type = toInputType(input);
	const wrong = `is not a ${type}; write a ${type}, or change the type`;
	return [
		...(value === undefined || typeof value === type ? [] : [{path: ['default'], message: wrong}]),
		...choices.flatMap((choice, index) => (typeof choice === type ? [] : [{path: ['enum', index], message: wrong}])),
		...(value === undefined || choices.length === 0 || choices.includes(value)
			? []
			: [{path: ['default'], message: `is none of ${choices.join(', ')}; write one of them`}]),
	];
};

/** What a workflow says of one of its inputs. */
export const INPUT = z
	.strictObject(
		{
			type: choice(['string', 'number', 'boolean']).optional(),
			required: z.boolean(wanted('a truth value', 'write true or false')).optional(),
			enum: z
				.array(plainValue, wanted('a list', CHOICES_RULE))
				.min(1, `is empty; ${CHOICES_RULE}`)
				.max(MAX_CHOICES, `has more than ${MAX_CHOICES} values, the most there may be`)
				.optional(),
			default: plainValue.optional(),
			description: text('write a sentence').optional(),
		},
		wanted('a mapping', 'write { type: string }'),
	)
	.superRefine((value, context) => {
		for (const {path, message} of findInputProblems(value)) context.addIssue({code: 'custom', path: [...path], message});
	});

export type WorkflowInput = z.infer<typeof INPUT>;
