import process from 'node:process';

/** Names the variable that tells a deadly rad where to die; its value is a `Death` as JSON. */
export const DEATH = 'RAD_TEST_DEATH';

/** A moment of a run: right before, or right after, the first call of a member of a port. */
export type Death = {
	readonly when: 'before' | 'after';
	/** As `store.endAttempt`. */
	readonly call: string;
	/** The step that the calls were about when it was made; null for the end of a run; left out where that does not matter. */
	readonly step?: string | null;
};

const planned = JSON.parse(process.env[DEATH] ?? 'null') as Death | null;
let step: string | null | undefined;

const visit = (call: string, when: Death['when']): void => {
	if (planned === null || planned.call !== call || planned.when !== when) return;
	// Nothing is said, cleaned up or flushed: the call does not even return.
	if (planned.step === undefined || planned.step === step) process.kill(process.pid, 'SIGKILL');
};

/** Most calls name their step in their first argument; those in between are about the same one. */
const notice = (call: string, [first, second]: readonly unknown[]): void => {
	if (call === 'store.endStep') step = String(second);
	else if (typeof first === 'object' && first !== null && 'stepId' in first) step = first.stepId as string | null;
};

type AnyFunction = (...parameters: never[]) => unknown;

/** The same function, at whose calls the process dies if that was planned. */
export const makeDeadly = <Subject extends AnyFunction>(call: string, subject: Subject): Subject => {
	const deadly = (...parameters: Parameters<Subject>): unknown => {
		notice(call, parameters);
		visit(call, 'before');
		const result = subject(...parameters);
		if (!(result instanceof Promise)) {
			visit(call, 'after');
			return result;
		}
		return result.then(value => {
			visit(call, 'after');
			return value;
		});
	};
	return deadly as Subject;
};

/** The same port with every member deadly. */
export const makePortDeadly = <Port extends object>(name: string, port: Port): Port =>
	Object.fromEntries(
		Object.entries(port).map(([member, value]) => [
			member,
			typeof value === 'function' ? makeDeadly(`${name}.${member}`, value as AnyFunction) : value,
		]),
	) as Port;
