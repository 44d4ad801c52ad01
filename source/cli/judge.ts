import {suggest} from '../domain/suggest.ts';
import type {Command, FlagSpecs, JudgedWords} from './command.ts';
import {type Typed, toFlagValues, toText} from './flag-values.ts';
import {findFlag, GLOBAL_FLAGS, toFlagWord, toPositiveName} from './flags.ts';
import type {ParsedWords} from './meow-parser.ts';
import {didYouMean, usageError} from './usage.ts';

/** What the words are judged by: what a command does is not asked. */
type Shape = Omit<Command, 'run'>;

/** What the words on the command line ask for. */
export type Verdict<Row = Command> =
	/** `workspace` is the text of `--workspace`; `isQuiet` tells that `--quiet` was typed. */
	| {readonly kind: 'command'; readonly command: Row; readonly words: JudgedWords; readonly workspace: string | undefined; readonly isQuiet: boolean}
	/** The help of a command or of a noun; of everything when the topic is empty. */
	| {readonly kind: 'help'; readonly topic: string}
	| {readonly kind: 'version'};

/**
 * Judges the words by the command table.
 *
 * @throws {RadError} `USAGE`, with what was probably meant.
 */
export const judge = <Row extends Shape>(words: readonly string[], commands: readonly Row[], parsed: ParsedWords): Verdict<Row> => {
	const known = toKnownFlags(commands);
	const {command, rest} = findCommand(parsed.input, commands);
	const isAsked = (name: string): boolean => parsed.flags.some(([each, value]) => each === name && value === true);
	const topic = command?.path ?? parsed.input.join(' ');
	checkValues(words, known, command?.path ?? '');
	const typed = checkFlags(words, parsed, command, known);
	if (command !== undefined) checkContradictions(words, command);
	const isIncomplete = command === undefined && (topic === '' || isNoun(topic, commands));
	// A script must not take the help for what it asked for.
	if (isIncomplete && isAsked('json') && !isAsked('help')) throw usageError('--json needs a command.', topic);
	if (isAsked('version')) return {kind: 'version'};
	if (isAsked('help') || parsed.input.length === 0) return {kind: 'help', topic};
	if (command !== undefined) {
		const workspace = toText(typed['workspace'], 'workspace', topic);
		const given = {input: toInput(rest, command), flags: toFlagValues(typed, command)};
		return {kind: 'command', command, words: given, workspace, isQuiet: isAsked('quiet')};
	}
	if (isNoun(topic, commands)) return {kind: 'help', topic};
	throw unknownCommand(parsed.input, commands);
};

/** The flags of all commands and the global ones; the parser must know all of them, wherever they stand. */
export const toKnownFlags = (commands: readonly Shape[]): FlagSpecs => ({
	...Object.assign({}, ...commands.map(({flags}) => flags)),
	...GLOBAL_FLAGS,
});

/** True for the first word of commands with two: `monitor`. */
export const isNoun = (word: string, commands: readonly Shape[]): boolean => commands.some(({path}) => path.startsWith(`${word} `));

const findCommand = <Row extends Shape>(input: readonly string[], commands: readonly Row[]): {command: Row | undefined; rest: readonly string[]} => {
	const [first = '', second = ''] = input;
	const long = commands.find(({path}) => path === `${first} ${second}`);
	if (long !== undefined) return {command: long, rest: input.slice(2)};
	return {command: commands.find(({path}) => path === first), rest: input.slice(1)};
};

const unknownCommand = (input: readonly string[], commands: readonly Shape[]): Error => {
	const [first = '', second] = input;
	const paths = commands.map(({path}) => path);
	if (isNoun(first, commands)) {
		const guess = suggest(
			`${first} ${second ?? ''}`,
			paths.filter(path => path.startsWith(`${first} `)),
		);
		return usageError(`There is no command ${first} ${second ?? ''}.${didYouMean(guess === undefined ? undefined : `rad ${guess}`)}`, first);
	}
	const guess = suggest(first, [...new Set(paths.map(path => path.split(' ')[0] ?? path))]);
	return usageError(`There is no command ${first}.${didYouMean(guess === undefined ? undefined : `rad ${guess}`)}`);
};

/** A flag that takes a value must be followed by one and a switch by none: the parser would silently read both as something else. */
const checkValues = (words: readonly string[], known: FlagSpecs, topic: string): void => {
	const before = toFlagWords(words);
	for (const [index, word] of before.entries()) {
		const [name, value] = splitFlag(word);
		const found = findFlag(name, known);
		if (found === undefined) continue;
		const [key, {type}] = found;
		if (type === 'switch' && value !== undefined) throw usageError(`${toFlagWord(key)} takes no value.`, topic);
		if (type === 'switch') continue;
		const next = value ?? before[index + 1];
		if (next === undefined || (value !== undefined && value === '') || isFlagLike(next, value)) throw usageError(`${name} needs a value.`, topic);
	}
};

/** The words that may be flags: those before `--`. */
const toFlagWords = (words: readonly string[]): readonly string[] => {
	const end = words.indexOf('--');
	return end === -1 ? words : words.slice(0, end);
};

/** The parser would let the later one win. */
const checkContradictions = (words: readonly string[], {flags, path}: Shape): void => {
	for (const name of Object.keys(flags)) {
		const pair = [toPositiveName(name), name].map(toFlagWord);
		if (pair[0] !== pair[1] && pair.every(word => toFlagWords(words).includes(word)))
			throw usageError(`${pair.join(' and ')} do not go together.`, path);
	}
};

const splitFlag = (word: string): readonly [string, string | undefined] => {
	const equals = word.startsWith('-') ? word.indexOf('=') : -1;
	return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
};

const isFlagLike = (next: string, value: string | undefined): boolean => value === undefined && /^-(?!\d+$)/.test(next);

const checkFlags = (words: readonly string[], parsed: ParsedWords, command: Shape | undefined, known: FlagSpecs): Typed => {
	// Without a command only a flag that no command has is judged: it may have swallowed the command's name.
	const allowed = command === undefined ? known : {...command.flags, ...GLOBAL_FLAGS};
	const given = parsed.flags.filter(([, value]) => !(Array.isArray(value) && value.length === 0));
	const stranger = given.find(([name]) => !Object.hasOwn(allowed, name));
	if (stranger === undefined) return Object.fromEntries(given);
	const word = toTypedWord(stranger[0], words);
	const guess = suggest(word, Object.keys({...(command?.flags ?? {}), ...GLOBAL_FLAGS}).map(toFlagWord));
	throw usageError(`${command === undefined ? 'rad' : `rad ${command.path}`} has no flag ${word}.${didYouMean(guess)}`, command?.path);
};

/** How a flag was typed; the parser only tells its name in camelCase. */
const toTypedWord = (name: string, words: readonly string[]): string => {
	if (name.length === 1) return `-${name}`;
	const expected = toFlagWord(name);
	return words.map(word => splitFlag(word)[0]).find(word => word === expected || word.replace('--no-', '--') === expected) ?? expected;
};

const describeRoom = (names: readonly string[]): string => {
	if (names.length === 0) return 'no words';
	return `${names.length === 1 ? 'one word' : `at most ${names.length} words`} (${names.join(', ')})`;
};

const toInput = (rest: readonly string[], {input, path}: Shape): JudgedWords['input'] => {
	const names = Object.keys(input);
	const isMany = (name: string | undefined): boolean => name !== undefined && input[name]?.isMany === true;
	const extra = isMany(names.at(-1)) ? undefined : rest[names.length];
	if (extra !== undefined) throw usageError(`rad ${path} takes ${describeRoom(names)}: one too many is ${extra}`, path);
	const missing = names.find((name, index) => input[name]?.isRequired === true && rest[index] === undefined);
	if (missing !== undefined) throw usageError(`rad ${path} needs a ${missing}.`, path);
	for (const [index, name] of names.entries()) checkChoice(rest[index], input[name]?.choices, path);
	return Object.fromEntries(names.map((name, index) => [name, isMany(name) ? rest.slice(index) : rest[index]]));
};

const checkChoice = (word: string | undefined, choices: readonly string[] | undefined, path: string): void => {
	if (word === undefined || choices === undefined || choices.includes(word)) return;
	throw usageError(`rad ${path} cannot take ${word}.${didYouMean(suggest(word, choices))} It is one of ${choices.join(', ')}.`, path);
};
