// JSON escapes C0 itself. DEL, C1 and the bidirectional and line-separating characters are legal in it, and dangerous on a terminal.
const UNSAFE = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** JSON text that any terminal can show: a reader gets the same value. A bigint becomes a number while that is exact, else a string of digits. */
export const encodeJson = (value: unknown, indent: number): string =>
	JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? toExactNumber(each) : each), indent).replaceAll(
		UNSAFE,
		character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

const toExactNumber = (value: bigint): number | string => {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : String(value);
};
