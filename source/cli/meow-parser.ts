import meow from 'meow';
import type {FlagSpec, FlagSpecs} from './command.ts';
import {toPositiveName} from './flags.ts';

/** What was typed, not judged: any flag may be there, with any value. */
export type ParsedWords = {
	readonly input: readonly string[];
	/** By the flag's name in camelCase, as in the table. */
	readonly flags: ReadonlyArray<readonly [name: string, value: unknown]>;
};

/** As `parseWords`, of whatever was typed. */
export const parseByMeow = (words: readonly string[], known: FlagSpecs): ParsedWords => {
	const {input, flags} = meow({
		// Only asked for its `url`, to find a package.json, which `pkg` makes needless.
		importMeta: {url: 'file:///rad.js'} as ImportMeta,
		pkg: {name: 'rad'},
		argv: words,
		// All of these would print and exit by themselves.
		autoHelp: false,
		autoVersion: false,
		allowUnknownFlags: true,
		help: false,
		description: false,
		booleanDefault: undefined,
		flags: Object.fromEntries(Object.entries(known).map(([name, flag]) => [toPositiveName(name), toMeowFlag(flag)])),
	});
	return {input, flags: Object.entries(flags).map(([name, value]) => toTableEntry(name, value, known))};
};

/** Every flag with a value may be repeated as far as meow is concerned, since it would throw an error of its own. */
const toMeowFlag = (flag: FlagSpec) => ({
	...(flag.type === 'switch' ? {type: 'boolean' as const} : {type: 'string' as const, isMultiple: true as const}),
	...(flag.short === undefined ? {} : {shortFlag: flag.short as 'n'}),
});

/** meow reads `--no-color` as a `color` that is false. */
const toTableEntry = (name: string, value: unknown, known: FlagSpecs): readonly [name: string, value: unknown] => {
	const negative = value === false ? Object.keys(known).find(each => each !== name && toPositiveName(each) === name) : undefined;
	return negative === undefined ? [name, value] : [negative, true];
};
