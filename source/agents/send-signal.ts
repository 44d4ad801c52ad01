import type {Signal} from './process-table.ts';

/** Sends a signal to a process, or with a negative number to a group. False when nobody was there to get it. */
export const sendSignal = (pid: number, signal: Signal): boolean => {
	try {
		process.kill(pid, signal);
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false;
		throw error;
	}
};
