import type {Configuration} from '../domain/configuration.ts';
import {isFailure} from '../domain/failures.ts';
import type {PruneLimits} from '../domain/records.ts';

export type CheckpointSettings = {
	/** What is kept when nobody says otherwise. @throws {RadError} `CONFIGURATION_UNUSABLE`: what was meant to be kept is not known. */
	readonly retention: () => Required<PruneLimits>;
	/** How long a look at the work tree may take. */
	readonly budgetMs: number;
};

/**
 * Takes what concerns checkpoints out of the settings. A mistake in a file must not stand in the way of an undo: then nothing is removed.
 *
 * @throws {RadError} `USAGE` for a variable that holds what cannot be.
 */
export const loadCheckpointSettings = async ({loadAnyway}: Pick<Configuration, 'loadAnyway'>): Promise<CheckpointSettings> => {
	const {settings, failure} = await loadAnyway();
	if (failure !== null && !isFailure(failure, 'CONFIGURATION_UNUSABLE')) throw failure;
	return {
		budgetMs: settings.checkpoints.timeoutMs,
		retention: () => {
			if (failure !== null) throw failure;
			return settings.checkpoints.retention;
		},
	};
};
