import {RadError} from '../domain/failures.ts';
import type {Context} from './command.ts';

type Terminal = Pick<Context, 'out' | 'prompt'>;

/** True when a person sees what is printed and can type: the dashboard can be shown. */
export const hasTerminal = ({out, prompt}: Terminal): boolean => out.isTerminal && prompt !== undefined;

/** Says no before anything was started. @throws {RadError} `TERMINAL_MISSING`. */
export const requireTerminal = (terminal: Terminal): void => {
	if (!hasTerminal(terminal)) throw new RadError('TERMINAL_MISSING', 'The dashboard needs a terminal, to draw on and to read keys from.');
};
