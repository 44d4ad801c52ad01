import {EXIT, isFailure} from '../domain/failures.ts';
import type {Context} from './command.ts';

/** Starts a run, and tells of one that its workflow skips: that is as it should be. Returns the exit code. */
export const tellSkipped = async ({out, notes}: Context, workflow: string, begin: () => Promise<number>, isJson: boolean): Promise<number> => {
	try {
		return await begin();
	} catch (error) {
		if (!isFailure(error, 'RUN_SKIPPED')) throw error;
		if (isJson) await out.jsonLines([{type: 'skipped', workflow, activeRun: error.details['run'] ?? null, reason: error.message}]);
		else await notes.line([{text: '○ ', tone: 'quiet'}, error.message]);
		return EXIT.done;
	}
};
