import type {FlagSpecs} from './command.ts';
import type {ParsedWords} from './meow-parser.ts';
import {parsePlainWords} from './plain-parser.ts';

/** Splits words into input and flags. `known` must hold the flags of all commands: whether a flag takes the next word depends on it. */
export const parseWords = async (words: readonly string[], known: FlagSpecs): Promise<ParsedWords> =>
	// meow is loaded only here: that takes longer than most commands do.
	parsePlainWords(words, known) ?? (await import('./meow-parser.ts')).parseByMeow(words, known);
