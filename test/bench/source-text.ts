/** Random numbers that are the same each time: 0 ≤ n < 1. */
export type Random = () => number;

/** Mulberry32, which is short and good enough for texts and sizes. */
export const createRandom = (seed: number): Random => {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
};

const MEDIAN_BYTES = 5000;
// With this spread the mean is 3.6 times the median, as in the source of Linux.
const SPREAD = 1.6;
const LARGEST_BYTES = 2 ** 20;

/** A size as source files have it: most are small, a few are large, the mean is about 17 kB. */
export const nextSize = (random: Random): number => {
	const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return Math.max(20, Math.min(LARGEST_BYTES, Math.round(MEDIAN_BYTES * Math.exp(SPREAD * normal))));
};

const VOWELS = 'aeiou';
const CONSONANTS = 'bcdfghklmnprstvwz';
const letterOf = (letters: string, random: Random): string => letters[Math.floor(random() * letters.length)] ?? '';

const nextWord = (random: Random): string =>
	Array.from({length: 1 + Math.floor(random() * 4)}, () => letterOf(CONSONANTS, random) + letterOf(VOWELS, random)).join('');

const nextLine = (words: readonly string[], random: Random): string => {
	// Few words are used often and most seldom, and a piece of code uses its own few again and again: that is why sources pack so well.
	const word = (): string => words[Math.floor(words.length * random() ** 3)] ?? '';
	const indent = '\t'.repeat(Math.floor(random() * 4));
	switch (Math.floor(random() * 5)) {
		case 0:
			return `${indent}if (${word()}->${word()} != ${word()}) {`;
		case 1:
			return `${indent}return ${word()}_${word()}(${word()}, ${Math.floor(random() * 100)});`;
		case 2:
			return `${indent}/* ${word()} ${word()} ${word()} ${word()} of the ${word()}. */`;
		case 3:
			return `${indent}}`;
		default:
			return `${indent}${word()}.${word()} = ${word()}_${word()}(&${word()}, ${word()});`;
	}
};

const LINES_OF_ONE_VOCABULARY = 300;

/** A long text that packs about as well as source code; files are cut out of it. */
export const createText = (sizeBytes: number, random: Random): Buffer => {
	const parts: string[] = [];
	let size = 0;
	while (size < sizeBytes) {
		const words = Array.from({length: 150}, () => nextWord(random));
		const part = `${Array.from({length: LINES_OF_ONE_VOCABULARY}, () => nextLine(words, random)).join('\n')}\n`;
		parts.push(part);
		size += part.length;
	}
	return Buffer.from(parts.join(''), 'latin1');
};
