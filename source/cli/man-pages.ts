import type {Command, FlagSpec, FlagSpecs} from './command.ts';
import {GLOBAL_FLAGS, toFlagWord} from './flags.ts';
import {describeFlag, formatUsage} from './help.ts';
import {TOPICS, type Topic} from './help-topics.ts';
import {COMMANDS} from './table.ts';

/** A manual page: `file` is its name, `text` is for the man macros of roff. */
export type ManPage = {readonly file: string; readonly text: string};

/** The manual of the program: a page of all commands and topics, and one for each command. Made when rad is built. */
export const createManPages = (version: string): readonly ManPage[] => [
	{file: 'rad.1', text: toOverview(version)},
	...COMMANDS.map(command => ({file: `${toPageName(command)}.1`, text: toPage(command, version)})),
];

const toPageName = ({path}: Command): string => `rad-${path.replaceAll(' ', '-')}`;

const toOverview = (version: string): string =>
	toRoff([
		title('rad', version),
		...section('NAME', [`${roff('rad')} \\- ${roff('runs workflows of AI coding agents: see, meter and undo what they do')}`]),
		...section('SYNOPSIS', [`\\fBrad\\fR ${roff('<command> [words] [flags]')}`]),
		...section(
			'COMMANDS',
			COMMANDS.flatMap(command => item(`\\fB${roff(toPageName(command))}\\fR(1)`, command.summary)),
		),
		...section('FLAGS OF EVERY COMMAND', toFlags(GLOBAL_FLAGS)),
		...TOPICS.flatMap(topic => section(topic.name.replaceAll('-', ' ').toUpperCase(), toTopic(topic))),
	]);

const toPage = (command: Command, version: string): string =>
	toRoff([
		title(toPageName(command), version),
		...section('NAME', [`${roff(toPageName(command))} \\- ${roff(command.summary)}`]),
		...section('SYNOPSIS', [roff(`rad ${formatUsage(command)}`)]),
		...section('DESCRIPTION', command.description.flatMap(paragraph)),
		...section(
			'WORDS',
			Object.entries(command.input).flatMap(([name, {description}]) => item(italic(name), description)),
		),
		...section('FLAGS', toFlags(command.flags)),
		...section(
			'FIELDS IN A PIPE',
			(command.pipeFields ?? []).flatMap(field => ['.IP \\(bu 2', roff(field)]),
		),
		...section(
			'EXAMPLES',
			command.examples.flatMap(({words, note}) => item(`\\fB${roff(words)}\\fR`, note)),
		),
		...section(
			'EXIT STATUS',
			Object.entries(command.exitCodes).flatMap(([code, meaning]) => item(roff(code), meaning)),
		),
		...section('SEE ALSO', ['\\fBrad\\fR(1)']),
	]);

const title = (name: string, version: string): string => `.TH ${roff(name.toUpperCase())} 1 "" "rad ${roff(version)}" "User Commands"`;

const section = (name: string, lines: readonly string[]): readonly string[] =>
	lines.length === 0 ? [] : [`.SH ${roff(name)}`, ...(lines[0] === PARAGRAPH ? lines.slice(1) : lines)];

const item = (term: string, text: string): readonly string[] => ['.TP', term, roff(text)];

const PARAGRAPH = '.PP';
const paragraph = (text: string): readonly string[] => [PARAGRAPH, roff(text)];

const italic = (text: string): string => `\\fI${roff(text)}\\fR`;

const toFlags = (flags: FlagSpecs): readonly string[] =>
	Object.entries(flags).flatMap(([name, flag]) => item(toFlagTerm(name, flag), describeFlag(flag)));

const toFlagTerm = (name: string, flag: FlagSpec): string => {
	const words = [...(flag.short === undefined ? [] : [`-${flag.short}`]), toFlagWord(name)].map(word => `\\fB${roff(word)}\\fR`).join(', ');
	return flag.type === 'switch' ? words : `${words} ${italic(flag.placeholder)}`;
};

const toTopic = ({lines}: Topic): readonly string[] =>
	lines.flatMap(line => {
		if (typeof line === 'string') return line === '' ? [] : paragraph(line);
		return line.flatMap(([term, text]) => item(`\\fB${roff(term)}\\fR`, text));
	});

/** Texts as roff prints them: a backslash begins a command, and so does a point or a quote at the beginning of a line. */
const roff = (text: string): string =>
	text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replace(/^(?=[.'])/, '\\&')
		.replaceAll('\n', ' ');

const toRoff = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
