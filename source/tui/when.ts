import {formatTime} from '../views/format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** In eight columns: the time for today, `28 Feb` for another day, of the local time zone. */
export const formatWhen = (at: number, now: number): string => {
	const date = new Date(at);
	if (date.toDateString() === new Date(now).toDateString()) return formatTime(at);
	return `${String(date.getDate()).padStart(2)} ${MONTHS[date.getMonth()]}`.padEnd(8);
};
