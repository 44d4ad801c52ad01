import {EXIT, RadError} from '../../domain/failures.ts';
import {toEpoch} from '../../domain/moment.ts';
import type {Rad} from '../../domain/rad.ts';
import type {Agent, LogKind, LogLine} from '../../domain/records.ts';
import {formatTime} from '../../views/format.ts';
import type {Line, Span} from '../../views/line.ts';
import {LOG_LEVELS, type LogFilter, toLineTest} from '../../views/log-filter.ts';
import {type Context, defineCommand} from '../command.ts';
import {quote, toCommandLine} from '../command-line.ts';
import {JSON_LINES_FLAG, SINCE_FLAG} from '../flags.ts';
import {toLogLineJson} from '../json-records.ts';
import {toIsoTime} from '../listing.ts';
import type {Output} from '../output.ts';
import {toSignalExit} from '../print-failure.ts';
import {createQueue} from '../queue.ts';
import {usageError} from '../usage.ts';

const DEFAULT_LINES = 100;

export const logsCommand = defineCommand({
	path: 'logs',
	group: 'Look',
	summary: 'Show what an agent said and did',
	description: [
		'Prints the last lines of the clean log of an agent; without an id, of the newest one. Control sequences were removed from it and known secrets were masked.',
		'With --level, --grep or --since only the lines that fit all of them count: the whole log is looked through for the last ones.',
		'With --raw a pipe gets the bytes that the agent wrote, all of them.',
	],
	input: {agent: {isRequired: false, description: 'Id of an agent, or the beginning of one.'}},
	flags: {
		lines: {type: 'count', short: 'n', placeholder: 'N', description: `How many of the last lines; ${DEFAULT_LINES} when not given.`},
		follow: {type: 'switch', short: 'f', description: 'Go on until the agent is over, or Ctrl-C.'},
		level: {
			type: 'choice',
			placeholder: 'LEVEL',
			choices: LOG_LEVELS,
			description: 'Only what was said, without thoughts and results of tools; only what was done; or only what went wrong.',
		},
		grep: {type: 'text', placeholder: 'TEXT', description: 'Only lines with this text, whatever its case. It is no pattern.'},
		since: {...SINCE_FLAG, description: `Only lines since then. ${SINCE_FLAG.description}`},
		raw: {type: 'switch', description: 'What the agent wrote, unchanged. Not to a terminal, which it could control.'},
		json: JSON_LINES_FLAG,
	},
	pipeFields: ['time', 'kind (out, err, text, think, tool, result or rad)', 'text'],
	examples: [
		{words: 'rad logs', note: 'the newest agent'},
		{words: 'rad logs agt_3k9t -f', note: 'follow one'},
		{words: 'rad logs agt_3k9t --grep "rate limit"', note: 'search all of it'},
		{words: 'rad logs agt_3k9t --level problems --since 10m', note: 'what went wrong of late'},
	],
	exitCodes: {
		0: 'Done.',
		2: 'The id fits several agents, or flags that do not go together.',
		3: 'There is no such agent, or it has no log.',
		130: 'Ctrl-C.',
	},
	run: async ({input, flags, ...context}) => {
		if (flags.raw) checkRaw(flags, context.out);
		const rad = await context.open();
		const agent = input.agent === undefined ? await findNewest(rad) : await rad.monitor.find(input.agent);
		if (flags.raw) return printRaw(rad, agent, context);
		const print = flags.json ? printJson : context.out.isTerminal ? printForPerson : printForPipe;
		const since = flags.since === undefined ? undefined : toEpoch(flags.since, context.clock.now());
		const wish: Wish = {count: flags.lines ?? DEFAULT_LINES, filter: {level: flags.level, text: flags.grep, since}};
		return flags.follow ? follow(rad, agent, wish, print, context) : printTail(rad, agent, wish, print, {...context, isJson: flags.json});
	},
});

/** How many of the last lines are wanted, and which. */
type Wish = {readonly count: number; readonly filter: LogFilter};

type Print = (out: Output, lines: readonly LogLine[]) => Promise<void>;

const checkRaw = ({raw: _, ...others}: Readonly<Record<string, unknown>>, out: Output): void => {
	if (Object.values(others).some(value => value !== undefined && value !== false)) throw usageError('--raw goes with no other flag.', 'logs');
	if (out.isTerminal) throw usageError('--raw is not for a terminal, which it could control; write it to a file or a pipe.', 'logs');
};

const findNewest = async (rad: Rad): Promise<Agent> => {
	const newest = (await rad.monitor.list()).at(-1);
	if (newest === undefined) throw new RadError('AGENT_UNKNOWN', 'No agent has run in this workspace yet.', {hint: 'rad run <workflow>'});
	return newest;
};

const printTail = async (rad: Rad, agent: Agent, wish: Wish, print: Print, context: Context & {readonly isJson: boolean}): Promise<number> => {
	const {count, filter} = wish;
	const isWanted = toLineTest(filter);
	const {lines, hasMore} = await rad.logs.tail(agent, count, {isWanted, signal: context.signal});
	if (context.signal.aborted) return toSignalExit(context.signal);
	await print(context.out, lines);
	// Who asks for no line knows that there may be some.
	if (count === 0) return EXIT.done;
	if (lines.length === 0 && context.out.isTerminal) await context.err.line([{text: tellNothing(agent, isWanted !== undefined), tone: 'quiet'}]);
	if (hasMore && !context.isJson) await context.err.line([{text: `There are earlier lines: ${toLonger(agent, wish, context)}`, tone: 'quiet'}]);
	return EXIT.done;
};

const tellNothing = ({name, endedAt}: Agent, isFiltered: boolean): string => {
	if (isFiltered) return `No line of ${name} fits.`;
	return endedAt === null ? `${name} has printed nothing yet.` : `${name} printed nothing.`;
};

/** The command that prints more of the same. */
const toLonger = ({id}: Agent, {count, filter: {level, text, since}}: Wish, context: Context): string => {
	const flags = [
		...(level === undefined ? [] : [`--level ${level}`]),
		...(text === undefined ? [] : [`--grep=${quote(text)}`]),
		...(since === undefined ? [] : [`--since ${toIsoTime(since)}`]),
	];
	return toCommandLine(['logs', id, ...flags, `-n ${count * 10}`].join(' '), context);
};

const follow = async (rad: Rad, agent: Agent, {count, filter}: Wish, print: Print, {out, signal}: Context): Promise<number> => {
	const queue = createQueue();
	await rad.logs.follow(agent, {
		count,
		isWanted: toLineTest(filter),
		signal: AbortSignal.any([signal, out.closed]),
		untilEnd: true,
		onLines: lines => queue.add(() => print(out, lines)),
	});
	await queue.settle();
	return signal.aborted ? toSignalExit(signal) : EXIT.done;
};

const printRaw = async (rad: Rad, agent: Agent, {out, signal}: Context): Promise<number> => {
	for await (const chunk of await rad.logs.raw(agent)) {
		await out.raw(chunk);
		if (signal.aborted) return toSignalExit(signal);
		if (out.closed.aborted) break;
	}
	return EXIT.done;
};

const printJson: Print = (out, lines) => out.jsonLines(lines.map(toLogLineJson));

const printForPipe: Print = (out, lines) => out.lines(lines.map(({at, kind, text}) => `${toIsoTime(at)}\t${kind}\t${text}`));

const printForPerson: Print = (out, lines) => out.lines(lines.map(toLine));

const TONES: Record<LogKind, Span['tone']> = {
	out: undefined,
	err: 'bad',
	text: 'strong',
	think: 'quiet',
	tool: 'active',
	result: 'quiet',
	rad: 'attention',
};

const KIND_WIDTH = 6;

const toLine = ({at, kind, text}: LogLine): Line => {
	const tone = TONES[kind];
	return [
		{text: `${formatTime(at)} `, tone: 'quiet'},
		{text: kind.padEnd(KIND_WIDTH), ...(tone === undefined ? {} : {tone})},
		{text: '│ ', tone: 'quiet'},
		text,
	];
};
