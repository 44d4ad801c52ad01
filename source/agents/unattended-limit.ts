import {parseDuration} from '../domain/duration.ts';
import {RadError} from '../domain/failures.ts';

const DEFAULT_UNATTENDED_MS = 10 * 60_000;

/** How long agents go on without a rad, in ms, from a text such as `10m`; 0 for not at all. @throws {RadError} `USAGE`. */
export const readUnattendedLimit = (text: string | undefined): number => {
	if (text === undefined || text === '') return DEFAULT_UNATTENDED_MS;
	const limit = text === '0' ? 0 : parseDuration(text);
	if (limit === undefined)
		throw new RadError('USAGE', `RAD_UNATTENDED_LIMIT is "${text}", which is not a duration.`, {hint: 'write 0, 30s, 10m or 1h'});
	return limit;
};
