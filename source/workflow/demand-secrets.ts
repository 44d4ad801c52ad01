import {RadError} from '../domain/failures.ts';
import {type FrozenPlan, listSecrets} from '../domain/plan.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {toRunPlan} from './freeze-plan.ts';

type Environment = Pick<AttemptPorts, 'environment'>;

/** Which of these secrets the environment of this rad does not have; an empty value is none. */
export const findMissingSecrets = ({environment}: Environment, names: readonly string[]): readonly string[] =>
	names.filter(name => (environment[name] ?? '') === '');

/**
 * Nothing is started, or gone on with, when a secret is missing that a step is to get.
 *
 * @throws {RadError} `SECRET_MISSING`, naming all of them.
 */
export const demandSecrets = (ports: Environment, frozen: FrozenPlan): void => {
	const missing = findMissingSecrets(ports, listSecrets(toRunPlan(frozen)));
	if (missing.length === 0) return;
	const what = missing.length === 1 ? `the secret ${missing[0]}, which is` : `the secrets ${missing.join(', ')}, which are`;
	throw new RadError('SECRET_MISSING', `The workflow "${frozen.plan.name}" needs ${what} not in your environment; nothing was started.`, {
		hint: `export ${missing.map(name => `${name}=…`).join(' ')}`,
	});
};

/** Tells which secrets were typed into a run: its inputs and its workflow are kept as they are, since it may have to be gone on with. */
export const describeExposure = ({redact}: Pick<AttemptPorts, 'redact'>, {inputs, plan}: Pick<FrozenPlan, 'inputs' | 'plan'>): readonly string[] => [
	...Object.entries(inputs).flatMap(([name, value]) => listMarks(redact, String(value)).map(secret => toWarning(`the input "${name}"`, secret))),
	...listMarks(redact, JSON.stringify(plan)).map(secret => toWarning('the workflow', secret)),
];

/** The names that stand in place of the secrets of a text. */
const listMarks = (redact: AttemptPorts['redact'], text: string): readonly string[] => {
	const clean = redact(text);
	return clean === text ? [] : [...new Set(Array.from(clean.matchAll(/\[redacted:([^[\]]+)\]/g), ([, name = '']) => name))];
};

const toWarning = (place: string, name: string): string =>
	`${place} holds ${/^\w+$/.test(name) ? `the value of ${name}` : `what looks like a key (${name}…)`}, and is kept with the run; a step gets a secret as a variable if it names it under "secrets"`;

/** A secret of fewer characters is left in texts: nobody could read them any more. */
const SHORTEST = 4;

/** Has the values of a run's secrets taken out of all texts from now on; tells which are too short for that. */
export const hideSecrets = (ports: Pick<AttemptPorts, 'environment' | 'hide'>, {plan}: Pick<FrozenPlan, 'plan'>): readonly string[] => {
	const names = listSecrets(plan);
	ports.hide(names);
	return names
		.filter(name => (ports.environment[name] ?? '').length < SHORTEST)
		.map(name => `the secret ${name} is too short to be taken out of logs and outputs: it has fewer than ${SHORTEST} characters`);
};
