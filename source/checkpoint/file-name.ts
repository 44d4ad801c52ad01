/**
 * A path below the top of the work tree, with `/`, as git stores it: bytes, not text.
 *
 * Each character stands for one byte (Latin-1), so that names which are not UTF-8 survive and names can be keys of maps.
 */
export type FileName = string & {readonly [fileName]: true};
declare const fileName: unique symbol;

export const toFileName = (bytes: Uint8Array): FileName => Buffer.from(bytes).toString('latin1') as FileName;
export const toBytes = (name: string): Buffer => Buffer.from(name, 'latin1');

/** A path that is text, for example one of our own, as a name. */
export const fromText = (path: string): FileName => toFileName(Buffer.from(path, 'utf8'));

/** Splits git's `-z` output; each character of a part is one byte. */
export const splitZero = (bytes: Buffer): string[] => {
	const parts = bytes.toString('latin1').split('\0');
	if (parts.at(-1) === '') parts.pop();
	return parts;
};

/** Names as git reads them with `-z --stdin`. */
export const joinZero = (names: Iterable<string>): Buffer => toBytes([...names].map(name => `${name}\0`).join(''));

/** The absolute path of a name, in bytes, as Node's file functions take it. */
export const toPath = (top: string, name: FileName): Buffer => Buffer.concat([Buffer.from(`${top === '/' ? '' : top}/`), toBytes(name)]);

/** The folders that a name lies in, outermost first. */
export const parentsOf = (name: FileName): FileName[] => {
	const parts = name.split('/');
	return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/') as FileName);
};

export const isBelow = (name: string, folder: string): boolean => name === folder || name.startsWith(`${folder}/`);

const ESCAPES: Readonly<Record<string, string>> = {'\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\'};
const NEEDS_QUOTES = /[\x00-\x1f\x7f-\x9f\ufffd]|^"/;

/**
 * Shows a name to people: as it is, or the way git quotes names when it holds control characters or bytes that are no UTF-8
 * (`"a\nb\377"`). `parseShownName` gives the same bytes back.
 */
export const showName = (name: FileName): string => {
	const text = toBytes(name).toString('utf8');
	if (!NEEDS_QUOTES.test(text)) return text;
	return `"${name.replaceAll(/[^\x20-\x7e]|["\\]/g, byte => ESCAPES[byte] ?? `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
};

/** Reads what `showName` made. */
export const parseShownName = (text: string): FileName => {
	if (!/^".*"$/s.test(text)) return fromText(text);
	const plain = text.slice(1, -1).replaceAll(/\\(?:([0-7]{3})|(.))/gs, (_, octal: string | undefined, letter: string) => toByte(octal, letter));
	return plain as FileName;
};

const toByte = (octal: string | undefined, letter: string): string => {
	if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
	return Object.entries(ESCAPES).find(([, escaped]) => escaped === `\\${letter}`)?.[0] ?? letter;
};
