import {displayWidth} from '../views/width.ts';
import {wrap} from '../views/wrap.ts';
import type {Command, FlagSpec, FlagSpecs, InputSpec} from './command.ts';
import {GLOBAL_FLAGS, toFlagWord} from './flags.ts';
import {TOPICS, type Topic} from './help-topics.ts';

const WIDTH = 80;
const SHORT_EXAMPLE = 40;
const GROUPS = ['Work', 'Look', 'Undo', 'More'] as const satisfies ReadonlyArray<Command['group']>;

/** The short list of everything. */
export const formatOverview = (commands: readonly Command[]): string =>
	toText([
		'rad runs workflows of AI coding agents: see, meter and undo what they do.',
		['Usage: rad <command> [words] [flags]'],
		...GROUPS.map(group => [
			group,
			...formatCommands(
				commands.filter(command => command.group === group),
				widest(commands),
			),
		]),
		['Flags of every command', ...formatFlags(GLOBAL_FLAGS)],
		[
			'Help',
			...formatPairs([['rad help <command>', 'how to use a command'], ...TOPICS.map(({name, summary}) => [`rad help ${name}`, summary] as const)]),
		],
	]);

/** The commands that begin with a noun. */
export const formatNoun = (noun: string, commands: readonly Command[]): string =>
	toText([
		[`Usage: rad ${noun} <command> [words] [flags]`],
		['Commands', ...formatCommands(commands.filter(({path}) => path.startsWith(`${noun} `)))],
		[`rad help ${noun} <command> tells more.`],
	]);

export const formatTopic = ({lines}: Topic): string =>
	toText([lines.flatMap(line => (typeof line === 'string' ? wrap(line, WIDTH) : formatPairs(line)))]);

/** Everything about one command. */
export const formatCommand = (command: Command): string =>
	toText([
		[`Usage: rad ${formatUsage(command)}`],
		...command.description.map(paragraph => wrap(paragraph, WIDTH)),
		section('Words', formatPairs(Object.entries(command.input).map(entry => [formatWord(entry), entry[1].description] as const))),
		section('Flags', formatFlags(command.flags)),
		command.pipeFields === undefined
			? []
			: wrap(`In a pipe each line has these fields, separated by tabs, without a header: ${command.pipeFields.join(', ')}.`, WIDTH),
		section('Examples', formatExamples(command.examples)),
		section('Exit codes', formatPairs(Object.entries(command.exitCodes))),
	]);

/** `run <workflow> [flags]`. */
export const formatUsage = (command: Command): string => `${formatWords(command)}${Object.keys(command.flags).length > 0 ? ' [flags]' : ''}`;

const formatWords = ({path, input}: Command): string => [path, ...Object.entries(input).map(formatWord)].join(' ');

const formatWord = ([name, {isRequired, isMany}]: readonly [string, InputSpec]): string =>
	isRequired ? `<${name}>` : `[${name}${isMany === true ? '...' : ''}]`;

const formatCommands = (commands: readonly Command[], width = 0): readonly string[] =>
	formatPairs(
		commands.map(command => [formatWords(command), command.summary] as const),
		width,
	);

const widest = (commands: readonly Command[]): number => Math.max(...commands.map(command => formatWords(command).length));

const formatFlags = (flags: FlagSpecs): readonly string[] =>
	formatPairs(
		Object.entries(flags).map(([name, flag]) => [`${formatShort(flag)}${toFlagWord(name)}${formatValue(flag)}`, describeFlag(flag)] as const),
	);

const formatShort = ({short}: FlagSpec): string => (short === undefined ? '' : `-${short}, `);

const formatValue = (flag: FlagSpec): string => (flag.type === 'switch' ? '' : ` ${flag.placeholder}`);

/** What a flag is for, and its choices. */
export const describeFlag = (flag: FlagSpec): string =>
	flag.type === 'choice' || flag.type === 'choices' ? `${flag.description} One of ${flag.choices.join(', ')}.` : flag.description;

/** Two columns; the second one is wrapped below itself. */
const formatPairs = (pairs: ReadonlyArray<readonly [string, string]>, minimum = 0): readonly string[] => {
	const width = Math.max(minimum, ...pairs.map(([left]) => displayWidth(left)));
	return pairs.flatMap(([left, right]) =>
		wrap(right, WIDTH - width - 4).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}  ${line}`),
	);
};

/** Beside each other when all commands are short; a command is never broken. */
const formatExamples = (examples: Command['examples']): readonly string[] =>
	examples.every(({words}) => words.length <= SHORT_EXAMPLE)
		? formatPairs(examples.map(({words, note}) => [words, note] as const))
		: examples.flatMap(({words, note}) => [`  ${words}`, `      ${note}`]);

const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [title, ...lines]);

const toText = (parts: ReadonlyArray<string | readonly string[]>): string =>
	parts
		.map(part => (typeof part === 'string' ? part : part.join('\n')))
		.filter(part => part !== '')
		.join('\n\n');
