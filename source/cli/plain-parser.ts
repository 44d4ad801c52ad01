import type {FlagSpecs} from './command.ts';
import {findFlag} from './flags.ts';
import type {ParsedWords} from './meow-parser.ts';

/**
 * Splits words into input and flags as `parseByMeow` does, but only where nothing is unusual, so that most commands need not load meow, which
 * takes longer than they do. Undefined for whatever is not plainly right: meow reads that, and it is judged there.
 *
 * @param known As for `parseWords`.
 */
export const parsePlainWords = (words: readonly string[], known: FlagSpecs): ParsedWords | undefined => {
	const rest = [...words];
	const input: string[] = [];
	const flags = new Map<string, true | string[]>();
	for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
		if (!word.startsWith('-')) {
			if (!PLAIN.test(word)) return undefined;
			input.push(word);
			continue;
		}
		const equals = word.indexOf('=');
		const found = findFlag(equals === -1 ? word : word.slice(0, equals), known);
		if (found === undefined || NEGATIVE.test(found[0])) return undefined;
		const [name, {type}] = found;
		if (type === 'switch') {
			if (equals !== -1 || flags.has(name) || TRUTH.test(rest[0] ?? '')) return undefined;
			flags.set(name, true);
			continue;
		}
		const value = equals === -1 ? rest.shift() : word.slice(equals + 1);
		if (value === undefined || !PLAIN.test(value)) return undefined;
		const before = flags.get(name);
		flags.set(name, Array.isArray(before) ? [...before, value] : [value]);
	}
	return {input, flags: [...flags]};
};

/** Texts that every parser reads alike: not empty, no flag, nothing to trim. */
const PLAIN = /^[^\s-](?:.*\S)?$/s;

/** After a switch, meow takes these as its value. */
const TRUTH = /^(?:true|false)$/;

/** What begins with `no` is left to meow. */
const NEGATIVE = /^no[A-Z]/;
