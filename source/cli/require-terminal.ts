import {RadError} from '../domain/failures.ts';
import type {Context} from './command.ts';

type Terminal = Pick<Context, 'out' | 'prompt' | 'environment'>;

/** True when a person sees what is printed and can type: the dashboard can be shown. */
export const hasTerminal = (terminal: Terminal): boolean => findLack(terminal) === undefined;

/** Says no before anything was started. @throws {RadError} `TERMINAL_MISSING`. */
export const requireTerminal = (terminal: Terminal): void => {
	const lack = findLack(terminal);
	if (lack !== undefined) throw new RadError('TERMINAL_MISSING', lack);
};

const findLack = ({out, prompt, environment}: Terminal): string | undefined => {
	if (!out.isTerminal || prompt === undefined) return 'The dashboard needs a terminal, to draw on and to read keys from.';
	return environment['TERM'] === 'dumb' ? 'The dashboard cannot draw on a terminal of type "dumb".' : undefined;
};
