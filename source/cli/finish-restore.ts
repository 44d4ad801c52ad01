import {isFailure} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import {toCommandLine} from './command-line.ts';
import type {Output} from './output.ts';

type Caller = {readonly err: Output} & Parameters<typeof toCommandLine>[1];

/**
 * Finishes a restore that was cut short, before a command looks at the workspace: nobody should meet a work tree between two states.
 * Tells what was done. What cannot be finished is told too, and is no reason not to do what the user asked for.
 */
export const finishRestore = async (rad: Rad, {err, ...caller}: Caller): Promise<void> => {
	if (!rad.checkpoints.isRestoreUnfinished()) return;
	try {
		const result = await rad.checkpoints.resume('finish', {isPatient: false});
		if (result === undefined) return;
		await err.line(`A restore of ${result.target} had been cut short; it is finished now.`);
		if (result.safety !== null)
			await err.line(`To bring back the half-done state: ${toCommandLine(`checkpoint restore ${result.safety.id}`, caller)}`);
	} catch (error) {
		// Another rad is at work there: perhaps it is about that very restore.
		if (isFailure(error, 'CHECKPOINT_BUSY')) return;
		if (!isFailure(error)) throw error;
		await err.line([{text: `A restore was cut short and cannot be finished now: ${error.message}`, tone: 'attention'}]);
		await err.line(`  try: ${toCommandLine('checkpoint resume', caller)}`);
	}
};
