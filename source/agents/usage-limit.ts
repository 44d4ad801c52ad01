import type {UsageLimit} from '../domain/question.ts';

/** Whatever ends sooner is a matter of retries. */
const SHORTEST_MS = 60_000;
const DAY_MS = 86_400_000;
/** Plans are counted by months at the longest. */
const LONGEST_MS = 32 * DAY_MS;
// What is longer than any message is not searched.
const MAX_REASON = 4000;

const LIMIT =
	/usage[ _]limit|\bhit your (?:[\w-]+ ){0,3}limit\b|exhausted your (?:daily )?(?:quota|capacity)|exceeded your current quota|insufficient_quota|out of (?:extra )?usage/i;

/**
 * Whether a refused agent has used up what its provider, or its plan, allows for hours or days, and when it may work again. Undefined for a
 * passing limit, which retries are for. `resetsAt` of the failure is the engine's own figure (epoch ms); without one, its words are read:
 *
 * - Claude Code: `You've hit your limit · resets 2pm (Asia/Shanghai)`, of old `Claude AI usage limit reached|1762560000`;
 * - Codex: `You've hit your usage limit. … try again at 7:58 PM`, `at Oct 10th, 2025 7:58 PM`, `in 2 days 17 hours 14 minutes`;
 * - Gemini CLI: `You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.`
 *
 * The words are foreign: at worst the time is wrong, and they are shown beside it.
 *
 * @param now epoch ms.
 * @param timeZone of times that do not name theirs; that of this machine where it is missing.
 */
export const findUsageLimit = (
	{reason, resetsAt}: {readonly reason: string | null; readonly resetsAt?: number | undefined},
	now: number,
	timeZone?: string,
): Pick<UsageLimit, 'resetsAt'> | undefined => {
	const text = (reason ?? '').slice(0, MAX_REASON);
	if (resetsAt === undefined && !LIMIT.test(text)) return undefined;
	const at = resetsAt ?? findReset(text, now, timeZone);
	if (at === undefined || at > now + LONGEST_MS) return {resetsAt: null};
	return at < now + SHORTEST_MS ? undefined : {resetsAt: at};
};

const findReset = (text: string, now: number, timeZone: string | undefined): number | undefined =>
	readEpoch(text) ?? readWait(text, now) ?? readClock(text, now, timeZone);

/** In seconds. */
const readEpoch = (text: string): number | undefined => {
	const [, seconds] = /(?:limit reached\||resets_at\W{1,4})(\d{10})\b/i.exec(text) ?? [];
	return seconds === undefined ? undefined : Number(seconds) * 1000;
};

const UNITS = {d: DAY_MS, h: 3_600_000, m: 60_000, s: 1000} as const;

const readWait = (text: string, now: number): number | undefined => {
	const [, wait] = /(?:try again in|resets? (?:after|in))\s+((?:\d+\s*[dhms][a-z]*[\s,]*)+)/i.exec(text) ?? [];
	if (wait === undefined) return undefined;
	const parts = [...wait.matchAll(/(?<!\d)(\d+)\s*([dhms])/gi)];
	return now + parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS], 0);
};

const CLOCK =
	/(?:try again at|resets)\s+(?:at\s+)?(?:([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}),?)?\s+(?:at\s+)?)?(\d{1,2})(?::(\d{2}))?\s*([ap])m(?:\s*\(([\w/+-]+)\))?/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The next such time of a clock on the wall; off by an hour where the clocks are changed until then. */
const readClock = (text: string, now: number, usual: string | undefined): number | undefined => {
	const [found, month, day, year, hour, minute = '0', half, zone] = CLOCK.exec(text) ?? [];
	if (found === undefined) return undefined;
	const wall = readWall(now, zone ?? usual);
	if (wall === undefined) return undefined;
	const today = new Date(wall);
	const time = ((Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0)) * UNITS.h + Number(minute) * UNITS.m;
	const toDay = (inYear: number): number =>
		month === undefined
			? Date.UTC(inYear, today.getUTCMonth(), today.getUTCDate())
			: Date.UTC(inYear, MONTHS.indexOf(month.toLowerCase()), Number(day));
	const next = toDay(Number(year ?? today.getUTCFullYear())) + time;
	const isPast = next <= wall;
	if (month === undefined) return now + (isPast ? next + DAY_MS : next) - wall;
	return now + (isPast && year === undefined ? toDay(today.getUTCFullYear() + 1) + time : next) - wall;
};

/** What a clock there shows, as if it were UTC; undefined for a zone that nobody knows. */
const readWall = (now: number, timeZone: string | undefined): number | undefined => {
	try {
		const parts = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		}).formatToParts(now);
		const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find(part => part.type === type)?.value);
		return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
};
