const UNITS: ReadonlyArray<readonly [string, number]> = [
	['d', 86_400_000],
	['h', 3_600_000],
	['m', 60_000],
	['s', 1000],
	['ms', 1],
];
const SHAPE = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?(?:(\d{1,9})ms)?$/;

/** Reads `90s`, `30m`, `1h30m`, `2d` into milliseconds; undefined for anything else. */
export const parseDuration = (text: string): number | undefined => {
	const match = text === '' ? null : SHAPE.exec(text);
	if (match === null) return undefined;
	return UNITS.reduce((sum, [, factor], index) => sum + Number(match[index + 1] ?? 0) * factor, 0);
};
