type FieldRule = {readonly name: string; readonly from: number; readonly to: number; readonly words: readonly string[]};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly FieldRule[] = [
	{name: 'minute', from: 0, to: 59, words: []},
	{name: 'hour', from: 0, to: 23, words: []},
	{name: 'day of the month', from: 1, to: 31, words: []},
	{name: 'month', from: 1, to: 12, words: MONTHS},
	{name: 'day of the week', from: 0, to: 7, words: DAYS},
];

/** What is wrong with the time of a crontab, as the end of a sentence; null where every cron takes it. */
export const findCronProblem = (text: string): string | null => {
	const fields = splitCron(text);
	if (fields.length !== FIELDS.length) return 'is not a time of cron; write five fields, minute hour day month weekday, such as "15 2 * * 1-5"';
	const wrong = FIELDS.flatMap((rule, index) => findFieldProblem(rule, fields[index] ?? '') ?? []);
	return wrong[0] ?? null;
};

/** The five fields of it. */
export const splitCron = (text: string): readonly string[] => text.trim().split(/[ \t]+/);

const findFieldProblem = (rule: FieldRule, field: string): string | null => {
	const wrong = field.split(',').find(part => !isPart(rule, part));
	if (wrong === undefined) return null;
	const words = rule.words.length === 0 ? '' : `, ${rule.words[0]} to ${rule.words.at(-1)}`;
	return `has "${wrong}" for the ${rule.name}; write ${rule.from} to ${rule.to}${words}, *, ranges (1-5), lists (1,3) or steps (*/2)`;
};

const isPart = (rule: FieldRule, part: string): boolean => {
	const [, range = '', from = '', to, step] = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
	if (step !== undefined && (Number(step) < 1 || (range !== '*' && to === undefined))) return false;
	if (range === '*') return true;
	const first = toNumber(rule, from);
	const last = to === undefined ? first : toNumber(rule, to);
	return first !== undefined && last !== undefined && first <= last;
};

const toNumber = ({from, to, words}: FieldRule, text: string): number | undefined => {
	const word = words.indexOf(text.toLowerCase());
	const value = word === -1 ? (/^\d{1,2}$/.test(text) ? Number(text) : Number.NaN) : word + from;
	return value >= from && value <= to ? value : undefined;
};

/** True of a name of the IANA's table of time zones, such as Europe/Berlin. */
export const isTimeZone = (name: string): boolean => {
	// Newer versions of Node take an offset for a zone, which no cron does.
	if (!/^[A-Za-z]/.test(name)) return false;
	try {
		new Intl.DateTimeFormat('en', {timeZone: name});
		return true;
	} catch (error) {
		if (error instanceof RangeError) return false;
		throw error;
	}
};
