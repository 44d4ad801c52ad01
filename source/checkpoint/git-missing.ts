import {existsSync} from 'node:fs';
import {RadError} from '../domain/failures.ts';

/** What the system may refuse to a program that is there, and what helps. */
const REFUSALS: Readonly<Record<string, string>> = {
	EMFILE: 'raise the limit of open files: ulimit -n',
	ENFILE: 'end other programs: the system has too many files open',
	EAGAIN: 'raise the limit of processes: ulimit -u',
	ENOMEM: 'end other programs: there is no memory left',
};

/** Names the reason why git could not be started: the program is missing, the folder to start it in, or what the system refuses. */
export const toStartFailure = (cwd: string, cause: unknown): RadError => {
	if (!existsSync(cwd)) return new RadError('WORKSPACE_UNUSABLE', `The folder is gone: ${cwd}`, {cause});
	const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
	const hint = REFUSALS[code];
	return hint === undefined
		? new RadError('GIT_MISSING', 'Checkpoints need git, and it could not be started.', {cause})
		: new RadError('GIT_UNUSABLE', `Checkpoints need git, and the system did not let it start (${code}).`, {cause, hint});
};
