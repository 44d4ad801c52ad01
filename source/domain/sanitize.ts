/**
 * Turns text from outside into text that a terminal only prints.
 *
 * - Control sequences are removed whole: CSI, OSC, DCS, APC, PM, SOS and two-character escapes, in their 7-bit and C1 forms. A sequence
 *   is abandoned at the first character that cannot belong to it, a string sequence (OSC, DCS …) at a line break, at CAN or SUB, and
 *   every one after 4,096 characters: what follows is text, what was swallowed until then is lost.
 * - CR, LF and CRLF become one `\n`. Tabs stay. Every other control character becomes U+FFFD.
 * - Bidirectional controls and U+2028/2029 become visible: `⟨U+202E⟩`.
 * - Lone surrogates become U+FFFD. Of more than eight combining or invisible characters in a row the rest is cut.
 *
 * What it does not do: an overwritten line (a progress bar) is not folded but kept as many lines, and letters that look alike stay.
 */
export type Sanitizer = {
	/** Takes the next piece of decoded text and returns what is certain by now; pieces may be cut anywhere. */
	readonly write: (text: string) => string;
	/** Returns what was held back; the sanitiser is then as new. An unfinished sequence is dropped. */
	readonly end: () => string;
};

/** Inside which kind of sequence the next character is. OSC alone may be ended by BEL. */
type Mode = 'text' | 'escape' | 'intermediate' | 'csi' | 'osc' | 'string';

const SEQUENCE_LIMIT = 4096;
const MARKS_PER_CELL = 8;
const REPLACEMENT = '\ufffd';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const STRING_TERMINATOR = 0x9c;

/** Characters that begin a sequence, wherever they stand. */
const OPENERS: ReadonlyMap<number, Mode> = new Map([
	[0x1b, 'escape'],
	[0x90, 'string'],
	[0x98, 'string'],
	[0x9b, 'csi'],
	[0x9d, 'osc'],
	[0x9e, 'string'],
	[0x9f, 'string'],
]);

/** Characters after ESC that begin a longer sequence. */
const ESCAPED_OPENERS: ReadonlyMap<number, Mode> = new Map([
	[0x50, 'string'],
	[0x58, 'string'],
	[0x5b, 'csi'],
	[0x5d, 'osc'],
	[0x5e, 'string'],
	[0x5f, 'string'],
]);

// Letters, digits and symbols of the BMP that are neither controls nor marks; what is left out here is looked at one by one.
const PLAIN = String.raw`[\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u2100-\u2ced\u3001-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua66e\uac00-\ud7a3]*`;
const PLAIN_RUN = new RegExp(PLAIN, 'y');
const PLAIN_TEXT = new RegExp(`^${PLAIN}$`);
/** Colours and the like, which are nearly all that agents print besides plain text; far shorter than `SEQUENCE_LIMIT`. */
const SHORT_CSI = /\x1b\[[\x20-\x3f]{0,64}[\x40-\x7e]/g;
const BIDI_OR_SEPARATOR = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const MARK = /[\p{M}\p{Default_Ignorable_Code_Point}]/u;

/** Makes a sanitiser for one stream. The result is the same however the stream is cut into pieces. */
export const createSanitizer = (): Sanitizer => {
	let mode: Mode = 'text';
	let sequenceLength = 0;
	let heldSurrogate = '';
	let isAfterCr = false;
	let marks = 0;

	/** Reads one character of a sequence; false when it does not belong to it. */
	const readSequence = (code: number): boolean => {
		const next = OPENERS.get(code) ?? advance(mode, code);
		sequenceLength = OPENERS.has(code) ? 1 : sequenceLength + 1;
		mode = next === undefined || sequenceLength >= SEQUENCE_LIMIT ? 'text' : next;
		return next !== undefined;
	};

	const readMark = (character: string): string => {
		marks += 1;
		return marks > MARKS_PER_CELL ? '' : character;
	};

	/** Reads one whole character outside of sequences. */
	const readCharacter = (character: string, code: number): string => {
		const isLineEndOfCr = isAfterCr && code === LF;
		isAfterCr = code === CR;
		if (isLineEndOfCr) return '';
		if (MARK.test(character) && !BIDI_OR_SEPARATOR.test(character)) return readMark(character);
		marks = 0;
		return toVisible(character, code);
	};

	const readPlainRun = (text: string, from: number): number => {
		PLAIN_RUN.lastIndex = from;
		PLAIN_RUN.test(text);
		const to = PLAIN_RUN.lastIndex;
		if (to > from) {
			marks = 0;
			isAfterCr = false;
		}
		return to;
	};

	const write = (piece: string): string => {
		const text = heldSurrogate + piece;
		heldSurrogate = '';
		let clean = '';
		let index = 0;
		while (index < text.length) {
			if (mode === 'text' && !isAfterCr) {
				const end = readPlainRun(text, index);
				clean += text.slice(index, end);
				index = end;
				if (index === text.length) break;
			}
			const unit = text.charCodeAt(index);
			if ((mode !== 'text' || OPENERS.has(unit)) && readSequence(unit)) {
				isAfterCr = false;
				index += 1;
				continue;
			}
			if (index === text.length - 1 && isHighSurrogate(unit)) {
				heldSurrogate = text.slice(index);
				break;
			}
			const code = text.codePointAt(index) ?? unit;
			const size = code > 0xffff ? 2 : 1;
			clean += readCharacter(text.slice(index, index + size), code);
			index += size;
		}
		return clean;
	};

	const end = (): string => {
		const rest = heldSurrogate === '' ? '' : REPLACEMENT;
		mode = 'text';
		heldSurrogate = '';
		isAfterCr = false;
		marks = 0;
		return rest;
	};
	return {write, end};
};

/** Sanitises a whole text; line breaks and tabs stay. */
export const sanitizeText = (text: string): string => {
	if (PLAIN_TEXT.test(text)) return text;
	// When only plain text is left, each escape began one of these, so that none could be part of something else.
	const withoutColours = text.replace(SHORT_CSI, '');
	if (PLAIN_TEXT.test(withoutColours)) return withoutColours;
	const sanitizer = createSanitizer();
	return sanitizer.write(text) + sanitizer.end();
};

/** Sanitises a text that must stay on one line: line breaks and tabs become spaces. */
export const sanitizeLine = (text: string): string => sanitizeText(text).replaceAll(/[\n\t]/g, ' ');

/** The mode after a character of a sequence (`text`: it was the last one), or undefined when the character does not belong to the sequence. */
const advance = (mode: Mode, code: number): Mode | undefined => {
	if (code === CAN || code === SUB) return 'text';
	switch (mode) {
		case 'text':
			return undefined;
		case 'escape':
			return ESCAPED_OPENERS.get(code) ?? advanceEscape(code);
		case 'intermediate':
			return advanceEscape(code);
		case 'csi':
			if (code >= 0x20 && code <= 0x3f) return 'csi';
			return code >= 0x40 && code <= 0x7e ? 'text' : undefined;
		case 'osc':
			return code === BEL ? 'text' : advanceString(mode, code);
		case 'string':
			return advanceString(mode, code);
	}
};

const advanceEscape = (code: number): Mode | undefined => {
	if (code >= 0x20 && code <= 0x2f) return 'intermediate';
	return code >= 0x30 && code <= 0x7e ? 'text' : undefined;
};

const advanceString = (mode: Mode, code: number): Mode | undefined => {
	if (code === STRING_TERMINATOR) return 'text';
	return code === LF || code === CR || (code >= 0x80 && code <= 0x9f) ? undefined : mode;
};

const toVisible = (character: string, code: number): string => {
	if (code === CR) return '\n';
	if (code === LF || code === TAB) return character;
	if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || isSurrogate(code)) return REPLACEMENT;
	return BIDI_OR_SEPARATOR.test(character) ? `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩` : character;
};

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
