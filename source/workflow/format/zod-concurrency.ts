import {z} from 'zod';
import {ON_CONFLICTS} from '../../domain/plan.ts';
import {choice, text, wanted} from '../../workspace/zod-judge.ts';

const GROUP_RULE = 'write a name, such as deploy';
const MAX_CHARACTERS = 200;

const group = text(GROUP_RULE)
	.trim()
	.min(1, `is empty; ${GROUP_RULE}`)
	.max(MAX_CHARACTERS, `is longer than ${MAX_CHARACTERS} characters; ${GROUP_RULE}`);

const whole = z.strictObject({group, on_conflict: choice(ON_CONFLICTS).optional()}, wanted('a name or a mapping', 'write concurrency: deploy'));

/** What a workflow says of other runs; the name of its group stands for all of it. */
export const CONCURRENCY = z.preprocess(value => (typeof value === 'string' ? {group: value} : value), whole);

export const CONCURRENCY_KEYS: readonly string[] = Object.keys(whole.shape);

export type ConcurrencyInput = z.infer<typeof whole>;

/** The same as a file may have it. */
export const CONCURRENCY_IN_FILE = z.union([group, whole]);
