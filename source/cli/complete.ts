import type {Command, FlagSpec, FlagSpecs} from './command.ts';
import {findFlag, GLOBAL_FLAGS, toFlagWord} from './flags.ts';
import {TOPICS} from './help-topics.ts';

/** What a shell can put in place of the last word. */
export type Candidate = {readonly text: string; readonly note: string};

/** Names in a workspace that words can stand for. */
export type Noun = 'agent' | 'checkpoint' | 'run' | 'workflow';

/** Looks up the names of a kind, newest first; called only where one may be meant. */
export type NameLookup = (noun: Noun) => Promise<readonly Candidate[]>;

/** What the words of commands and the values of flags are names of. */
const NOUNS: Readonly<Record<string, readonly Noun[]>> = {
	agent: ['agent'],
	checkpoint: ['checkpoint'],
	from: ['checkpoint'],
	run: ['run'],
	'run|agent': ['run', 'agent'],
	to: ['checkpoint'],
	workflow: ['workflow'],
	RUN: ['run'],
	WORKFLOW: ['workflow'],
};

/**
 * What the last of some words, which may be empty or begun, can become.
 *
 * @param words The words after the program's name, as the shell splits them.
 */
export const complete = async (words: readonly string[], commands: readonly Command[], lookUp: NameLookup): Promise<readonly Candidate[]> => {
	const {before, current} = splitAtCursor(words);
	const {input, open} = readWords(before, commands);
	const command = commands.find(({path}) => path === input.slice(0, 2).join(' ')) ?? commands.find(({path}) => path === input[0]);
	const flags: FlagSpecs = {...command?.flags, ...GLOBAL_FLAGS};
	const equals = current.startsWith('--') ? current.indexOf('=') : -1;
	if (equals !== -1) {
		const flag = current.slice(0, equals);
		const values = await completeValue(findFlag(flag, flags)?.[1], lookUp);
		return keepBegun(
			values.map(({text, note}) => ({text: `${flag}=${text}`, note})),
			current,
		);
	}
	if (open !== undefined) return keepBegun(await completeValue(open, lookUp), current);
	if (current.startsWith('-')) return keepBegun(toFlags(flags), current);
	return keepBegun(command === undefined ? toCommands(input, commands) : await completeWord(command, input, lookUp, commands), current);
};

/** The folder that is named by `--workspace`, if it is. */
export const findWorkspaceWord = (words: readonly string[]): string | undefined => {
	const parts = words.filter(word => word !== '=');
	const joined = parts.find(word => word.startsWith('--workspace='));
	return joined?.slice('--workspace='.length) ?? (parts.includes('--workspace') ? parts[parts.indexOf('--workspace') + 1] : undefined);
};

/** bash splits `--status=failed` at the sign, so that only what comes after it is completed. */
const splitAtCursor = (words: readonly string[]): {readonly before: readonly string[]; readonly current: string} => {
	const parts = words.filter((word, index) => word !== '=' || index === words.length - 1);
	const current = parts.at(-1) ?? '';
	return {before: parts.slice(0, -1), current: current === '=' ? '' : current};
};

/** The words that are no flags and no values of flags, and the flag that still wants its value. */
const readWords = (
	words: readonly string[],
	commands: readonly Command[],
): {readonly input: readonly string[]; readonly open: FlagSpec | undefined} => {
	const known: FlagSpecs = Object.assign({}, ...commands.map(({flags}) => flags), GLOBAL_FLAGS);
	const input: string[] = [];
	let open: FlagSpec | undefined;
	for (const word of words) {
		if (open !== undefined) open = undefined;
		else if (!word.startsWith('-')) input.push(word);
		else if (!word.includes('=')) open = takesValue(findFlag(word, known)?.[1]);
	}
	return {input, open};
};

const takesValue = (flag: FlagSpec | undefined): FlagSpec | undefined => (flag?.type === 'switch' ? undefined : flag);

const completeValue = async (flag: FlagSpec | undefined, lookUp: NameLookup): Promise<readonly Candidate[]> => {
	if (flag === undefined || flag.type === 'switch') return [];
	if (flag.type === 'choice' || flag.type === 'choices') return flag.choices.map(text => ({text, note: ''}));
	return lookUpAll(flag.placeholder, lookUp);
};

const lookUpAll = async (name: string, lookUp: NameLookup): Promise<readonly Candidate[]> =>
	(await Promise.all((NOUNS[name] ?? []).map(lookUp))).flat();

const toFlags = (flags: FlagSpecs): readonly Candidate[] =>
	Object.entries(flags).map(([name, {description}]) => ({text: toFlagWord(name), note: description}));

/** The first words of commands, or the second ones after the first. */
const toCommands = ([first]: readonly string[], commands: readonly Command[]): readonly Candidate[] => {
	if (first !== undefined)
		return commands.flatMap(({path, summary}) => (path.startsWith(`${first} `) ? [{text: path.slice(first.length + 1), note: summary}] : []));
	const firsts = new Map(commands.map(({path, summary}) => [path.split(' ')[0] ?? path, path.includes(' ') ? '' : summary]));
	return [...firsts].map(([text, note]) => ({text, note}));
};

const completeWord = async (
	{path, input: inputs}: Command,
	input: readonly string[],
	lookUp: NameLookup,
	commands: readonly Command[],
): Promise<readonly Candidate[]> => {
	const words = input.slice(path.split(' ').length);
	const places = Object.entries(inputs);
	const last = places.at(-1);
	const [name, spec] = places[words.length] ?? (last?.[1].isMany === true ? last : []);
	if (name === undefined) return [];
	if (path === 'help')
		return [...toCommands(words, commands), ...(words.length === 0 ? TOPICS.map(({name: text, summary: note}) => ({text, note})) : [])];
	return spec?.choices?.map(text => ({text, note: ''})) ?? lookUpAll(name, lookUp);
};

/** Only what any shell takes as it is: these are names that anybody may have chosen. */
const HARMLESS = /^[\w@%+=:,./-]+$/;

const keepBegun = (candidates: readonly Candidate[], current: string): readonly Candidate[] =>
	candidates.filter(({text}) => text.startsWith(current) && HARMLESS.test(text));
