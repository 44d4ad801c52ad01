const FACTORS: Readonly<Record<string, number>> = {'': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12};
const SHAPE = /^(\d{1,12}(?:\.\d{1,6})?) ?([kmgt]?)b?$/i;

/** Reads `500MB`, `1.5 GB`, `200k` or a plain number of bytes into bytes, in powers of 1,000; undefined for anything else. */
export const parseSize = (text: string): number | undefined => {
	const [, value, unit] = SHAPE.exec(text) ?? [];
	const bytes = Math.round(Number(value) * (FACTORS[unit?.toLowerCase() ?? ''] ?? 1));
	return Number.isSafeInteger(bytes) ? bytes : undefined;
};
