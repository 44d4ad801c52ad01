const NANO_PER_CENT = 10_000_000n;
const NANO_PER_USD = 1_000_000_000n;
/** Rounds up to the fourth decimal. */
const SMALLEST_SHOWN = 50_000n;
const MAX_NANO_USD = 1e15;

/** `1h02m`, `12m04s`, `3.2s`, `45ms`; a negative duration tells that the clock was changed. */
export const formatDuration = (durationMs: number): string => {
	if (durationMs < 0) return 'clock changed';
	if (durationMs < 1000) return `${Math.floor(durationMs)}ms`;
	const seconds = Math.floor(durationMs / 1000);
	if (seconds < 10) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)}s`;
	if (seconds < 60) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes}m${pad2(seconds % 60)}s`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours}h${pad2(minutes % 60)}m` : `${Math.floor(hours / 24)}d${pad2(hours % 24)}h`;
};

/** Whole digits in groups: `1,234,567`. */
export const formatInteger = (count: number | bigint): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** Dollars from whole billionths: two decimals from a dollar on, four below; less than that is `<$0.0001`, so that it does not read as free. */
export const formatNanoUsd = (nanoUsd: number | bigint): string => {
	const nano = BigInt(nanoUsd);
	if (nano < 0n) return `-${formatNanoUsd(-nano)}`;
	if (nano > 0n && nano < SMALLEST_SHOWN) return '<$0.0001';
	const [step, decimals] = nano >= NANO_PER_USD - SMALLEST_SHOWN ? [NANO_PER_CENT, 2] : [NANO_PER_CENT / 100n, 4];
	const rounded = ((nano + step / 2n) / step) * step;
	const fraction = String(rounded % NANO_PER_USD)
		.padStart(9, '0')
		.slice(0, decimals);
	return `$${formatInteger(rounded / NANO_PER_USD)}.${fraction}`;
};

/** Reads `2.50` or `$2.50` into whole billionths of a dollar, more than nothing and at most a million dollars; undefined for anything else. */
export const parseUsd = (text: string): number | undefined => {
	const [, dollars, fraction = ''] = /^\$?(\d{1,7})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
	const nanoUsd = Number(dollars) * Number(NANO_PER_USD) + Number(fraction.padEnd(9, '0'));
	return nanoUsd > 0 && nanoUsd <= MAX_NANO_USD ? nanoUsd : undefined;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `28 Feb`, of the local time zone. */
export const formatDay = (at: number): string => {
	const date = new Date(at);
	return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
};

/** `15:04` for today, `28 Feb 15:04` for another day, of the local time zone. */
export const formatMoment = (at: number, now: number): string => {
	const date = new Date(at);
	const time = `${pad2(date.getHours())}:${pad2(date.getMinutes())}`;
	return date.toDateString() === new Date(now).toDateString() ? time : `${formatDay(at)} ${time}`;
};

/** In two digits at least. */
export const pad2 = (value: number): string => String(value).padStart(2, '0');
