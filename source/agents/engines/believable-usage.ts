import type {Tokens} from '../../domain/tokens.ts';
import type {UsageReading} from '../../telemetry/usage-reading.ts';
import {MAX_COUNT} from '../foreign.ts';

/** The tokens of a reading; undefined when they cannot be true. */
export const toBelievable = (reading: UsageReading): Tokens | undefined =>
	reading.kind === 'known' && Object.values(reading.tokens).every(count => count <= MAX_COUNT) ? reading.tokens : undefined;
