import {parseDuration} from '../domain/duration.ts';
import {RadError} from '../domain/failures.ts';
import type {PruneLimits} from '../domain/records.ts';
import {parseSize} from '../domain/size.ts';
import {USUAL_LIMITS} from './retention.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type CheckpointSettings = {
	/** What is kept when nobody says otherwise. */
	readonly retention: Required<PruneLimits>;
	/** How long a look at the work tree may take. */
	readonly budgetMs: number;
};

// The first look at a very large tree reads every file that no commit has.
const USUAL_BUDGET_MS = 2 * 60_000;

/** Reads what `RAD_CHECKPOINT_…` variables say. @throws {RadError} `USAGE` for a value that cannot be. */
export const readCheckpointSettings = (environment: Environment): CheckpointSettings => ({
	retention: {
		keep: read(environment, 'RAD_CHECKPOINT_KEEP', parseCount, 'a whole number') ?? USUAL_LIMITS.keep,
		olderThanMs: read(environment, 'RAD_CHECKPOINT_MAX_AGE', parseDuration, 'a duration like 7d or 12h') ?? USUAL_LIMITS.olderThanMs,
		maxSizeBytes: read(environment, 'RAD_CHECKPOINT_MAX_SIZE', parseSize, 'a size like 500MB or 1GB') ?? USUAL_LIMITS.maxSizeBytes,
	},
	budgetMs: read(environment, 'RAD_CHECKPOINT_TIMEOUT', parseDuration, 'a duration like 30s or 10m') ?? USUAL_BUDGET_MS,
});

const parseCount = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

const read = (environment: Environment, name: string, parse: (text: string) => number | undefined, shape: string): number | undefined => {
	const text = environment[name] ?? '';
	const value = text === '' ? undefined : parse(text);
	if (text !== '' && value === undefined)
		throw new RadError('USAGE', `${name} is "${text}", which is not ${shape}.`, {details: {topic: 'environment'}});
	return value;
};
