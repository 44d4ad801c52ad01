/** A JSON object of which nothing is known. Its keys are only read by names of our own, so an own `__proto__` in it is harmless. */
export type Foreign = Readonly<Record<string, unknown>>;

const NOTHING: Foreign = {};

export const isForeign = (value: unknown): value is Foreign => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value itself when it is an object, else an empty one. */
export const toForeign = (value: unknown): Foreign => (isForeign(value) ? value : NOTHING);

export const toList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

// Far above any real count, also of a conversation of months, and far below where sums stop being exact.
export const MAX_COUNT = 10 ** 10;

/** A whole number from 0 to 10¹⁰; anything else counts as 0, and so does the -0 that JSON can hold. */
export const toCount = (value: unknown): number =>
	typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? value + 0 : 0;

const [EARLIEST, LATEST] = [Date.UTC(2015, 0, 1), Date.UTC(2100, 0, 1)];

/** Epoch ms of a time as text; not a number for what is none, or none at which a model could have answered. */
export const toTime = (text: unknown): number => {
	const at = Date.parse(toText(text));
	return at >= EARLIEST && at < LATEST ? at : Number.NaN;
};

/** Parses a JSON object; undefined for anything else. */
export const parseObject = (text: string): Foreign | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return isForeign(value) ? value : undefined;
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
		throw error;
	}
};

/** JSON text of foreign data; undefined when it is nested too deeply to be written down. */
export const formatJson = (value: Foreign, replace?: (key: string, value: unknown) => unknown): string | undefined => {
	try {
		return JSON.stringify(value, replace);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
};
