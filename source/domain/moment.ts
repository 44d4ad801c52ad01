import {parseDuration} from './duration.ts';

/** A moment as a user names it: so many milliseconds ago, or epoch milliseconds. */
export type Moment = {readonly agoMs: number} | {readonly at: number};

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** Reads `10m` (ago) or a time of ISO 8601, down to a day; without a zone it is of the local one. Undefined for anything else. */
export const parseMoment = (text: string): Moment | undefined => {
	const agoMs = parseDuration(text);
	if (agoMs !== undefined) return {agoMs};
	const [, year, month, day, time = '00:00', zone = ''] = SHAPE.exec(text) ?? [];
	// The system's reader takes the 30th of February for a day in March.
	if (day === undefined || Number(day) > daysOf(Number(year), Number(month))) return undefined;
	const at = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
	return Number.isNaN(at) ? undefined : {at};
};

/** Epoch milliseconds of a moment, seen from a time. */
export const toEpoch = (moment: Moment, now: number): number => ('at' in moment ? moment.at : now - moment.agoMs);

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
