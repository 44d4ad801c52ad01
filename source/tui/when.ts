import {formatDay} from '../domain/figures.ts';
import {formatTime} from '../views/format.ts';

/** In eight columns: the time for today, `28 Feb` for another day, of the local time zone. */
export const formatWhen = (at: number, now: number): string => {
	const date = new Date(at);
	if (date.toDateString() === new Date(now).toDateString()) return formatTime(at);
	return formatDay(at).padStart(6).padEnd(8);
};
