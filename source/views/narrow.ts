/**
 * True of a text of characters that take one column each and join with no neighbour: ASCII, Latin, Greek, Cyrillic, dashes, quotes, arrows, lines,
 * blocks, braille and the marks that rad draws. Its width is its length, which spares the tables of all emoji, slow to make, for nearly all texts.
 */
export const isNarrow = (text: string): boolean => NARROW.test(text);

const NARROW =
	/^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u0370-\u0377\u037A-\u037F\u0384-\u038A\u038E-\u03A1\u03A3-\u0482\u048A-\u052F\u2010-\u2027\u2030-\u205E\u2190-\u2319\u2500-\u25FC\u2713-\u2718\u276F\u27F3\u2800-\u28FF]*$/;
