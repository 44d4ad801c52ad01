import type {Tokens} from '../../domain/tokens.ts';
import type {UsageReading} from '../../telemetry/usage-reading.ts';

// Far above any real count, and a sum of thousands is still exact.
const MAX_COUNT = 10 ** 12;

/** The tokens of a reading; undefined when they cannot be true. */
export const toBelievable = (reading: UsageReading): Tokens | undefined =>
	reading.kind === 'known' && Object.values(reading.tokens).every(count => count <= MAX_COUNT) ? reading.tokens : undefined;
