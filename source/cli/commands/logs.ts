import {EXIT} from '../../domain/failures.ts';
import {toEpoch} from '../../domain/moment.ts';
import {quote} from '../../domain/quote.ts';
import type {Rad} from '../../domain/rad.ts';
import type {Agent} from '../../domain/records.ts';
import {formatPlural} from '../../views/format.ts';
import {LOG_LEVELS, type LogFilter, toLineTest} from '../../views/log-filter.ts';
import {type Context, defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {JSON_LINES_FLAG, SINCE_FLAG} from '../flags.ts';
import {toIsoTime} from '../listing.ts';
import {findLogSource, isRunWord, type LogSource} from '../log-source.ts';
import type {Output} from '../output.ts';
import {toSignalExit} from '../print-failure.ts';
import {createLogPrinter, type LogForm, type PrintLogs} from '../print-logs.ts';
import {printPaged} from '../print-paged.ts';
import {createQueue} from '../queue.ts';
import {checkLogs, followLogs, tailLogs} from '../read-logs.ts';
import {usageError} from '../usage.ts';

const DEFAULT_LINES = 100;

export const logsCommand = defineCommand({
	path: 'logs',
	group: 'Look',
	summary: 'Show what agents said and did',
	description: [
		'Prints the last lines of the clean log of an agent; without an id, of the newest one. Control sequences were removed from it and known secrets were masked.',
		'Of several agents, of a run, or with --children, the lines are put in the order of their times, and each tells whose it is. With --follow, agents that start meanwhile are followed too.',
		'With --level, --grep or --since only the lines that fit all of them count: the whole log is looked through for the last ones.',
		'On a terminal, what is longer than the screen is shown by the program of PAGER, or by less where that is not set, but not with --follow or --json.',
		'With --raw a pipe gets the bytes that the agent wrote, all of them.',
	],
	input: {
		'run|agent': {isRequired: false, isMany: true, description: 'Ids of agents or runs, or beginnings of them; that of a run begins with run_.'},
	},
	flags: {
		lines: {type: 'count', short: 'n', placeholder: 'N', description: `How many of the last lines; ${DEFAULT_LINES} when not given.`},
		follow: {type: 'switch', short: 'f', description: 'Go on until the agents are over, or Ctrl-C.'},
		children: {type: 'switch', description: 'Also of all agents that the agent has started, and that those have.'},
		level: {
			type: 'choice',
			placeholder: 'LEVEL',
			choices: LOG_LEVELS,
			description: 'Only what was said, without thoughts and results of tools; only what was done; or only what went wrong.',
		},
		grep: {type: 'text', placeholder: 'TEXT', description: 'Only lines with this text, whatever its case. It is no pattern.'},
		since: {...SINCE_FLAG, description: `Only lines since then. ${SINCE_FLAG.description}`},
		raw: {type: 'switch', description: 'What the agent wrote, unchanged. Not to a terminal, which it could control.'},
		noPager: {type: 'switch', description: 'Print all at once, also what is longer than the screen.'},
		json: JSON_LINES_FLAG,
	},
	pipeFields: [
		'agent (this and its name only where several can be meant)',
		'name',
		'time',
		'kind (out, err, text, think, tool, result or rad)',
		'text',
	],
	examples: [
		{words: 'rad logs', note: 'the newest agent'},
		{words: 'rad logs agt_3k9t -f', note: 'follow one'},
		{words: 'rad logs run_3k9t -f', note: 'follow all agents of a run'},
		{words: 'rad logs agt_3k9t --children', note: 'with its sub-agents'},
		{words: 'rad logs agt_3k9t --grep "rate limit"', note: 'search all of it'},
		{words: 'rad logs run_3k9t --level problems --since 10m', note: 'what went wrong of late'},
	],
	exitCodes: {
		0: 'Done.',
		2: 'An id fits several agents or runs, or flags that do not go together.',
		3: 'There is no such agent or run, or none of the agents has a log.',
		130: 'Ctrl-C.',
	},
	run: async ({input, flags, ...context}) => {
		const words = input['run|agent'];
		if (flags.raw) checkRaw(words, flags, context.out);
		const rad = await context.open();
		const source = await findLogSource(rad, words, flags.children);
		if (flags.raw) return printRaw(rad, source, context);
		const form = {isJson: flags.json, isPlural: source.isPlural};
		const since = flags.since === undefined ? undefined : toEpoch(flags.since, context.clock.now());
		const filter = {level: flags.level, text: flags.grep, since};
		const wish: Wish = {count: flags.lines ?? DEFAULT_LINES, withChildren: flags.children, filter, isWanted: toLineTest(filter)};
		if (flags.follow) return follow(rad, source, wish, createLogPrinter(context.out, form), context);
		const pager = flags.json || flags.noPager ? undefined : context.pager;
		return printTail(rad, source, wish, form, {...context, pager});
	},
});

/** How many of the last lines are wanted, and which. */
type Wish = {
	readonly count: number;
	readonly withChildren: boolean;
	readonly filter: LogFilter;
	readonly isWanted: ReturnType<typeof toLineTest>;
};

const checkRaw = (words: readonly string[], {raw: _, ...others}: Readonly<Record<string, unknown>>, out: Output): void => {
	if (Object.values(others).some(value => value !== undefined && value !== false)) throw usageError('--raw goes with no other flag.', 'logs');
	if (words.length > 1 || words.some(isRunWord)) throw usageError('--raw is for one agent.', 'logs');
	if (out.isTerminal) throw usageError('--raw is not for a terminal, which it could control; write it to a file or a pipe.', 'logs');
};

const printTail = async (rad: Rad, source: LogSource, wish: Wish, form: LogForm, context: Context): Promise<number> => {
	const {out, notes, signal} = context;
	const agents = await source.list();
	const tails = await tailLogs(rad, agents, {...wish, signal});
	if (signal.aborted) return toSignalExit(signal);
	checkLogs(tails, agents);
	const {lines, hasMore, missing} = tails;
	await printPaged(to => createLogPrinter(to, form)(lines), context);
	if (signal.aborted) return toSignalExit(signal);
	if (form.isJson) return EXIT.done;
	if (missing.length > 0) await notes.line([{text: `There is no log of ${formatPlural(missing.length, 'agent')} of these.`, tone: 'quiet'}]);
	// Who asks for no line knows that there may be some.
	if (wish.count === 0) return EXIT.done;
	if (lines.length === 0 && out.isTerminal) await notes.line([{text: tellNothing(agents, wish), tone: 'quiet'}]);
	if (hasMore) await notes.line([{text: `There are earlier lines: ${toLonger(source, wish, context)}`, tone: 'quiet'}]);
	return EXIT.done;
};

const tellNothing = (agents: readonly Agent[], {isWanted}: Wish): string => {
	const [first] = agents;
	if (first === undefined) return 'No agent of it has started yet.';
	const subject = agents.length === 1 ? first.name : 'these agents';
	if (isWanted !== undefined) return `No line of ${subject} fits.`;
	if (agents.length > 1) return 'None of these agents has printed anything.';
	return first.endedAt === null ? `${first.name} has printed nothing yet.` : `${first.name} printed nothing.`;
};

/** The command that prints more of the same. */
const toLonger = ({ids}: LogSource, {count, withChildren, filter: {level, text, since}}: Wish, context: Context): string => {
	const flags = [
		...(withChildren ? ['--children'] : []),
		...(level === undefined ? [] : [`--level ${level}`]),
		...(text === undefined ? [] : [`--grep=${quote(text)}`]),
		...(since === undefined ? [] : [`--since ${toIsoTime(since)}`]),
	];
	return toCommandLine(['logs', ...ids, ...flags, `-n ${count * 10}`].join(' '), context);
};

const follow = async (rad: Rad, source: LogSource, {count, isWanted}: Wish, print: PrintLogs, {out, signal}: Context): Promise<number> => {
	const queue = createQueue();
	const end = AbortSignal.any([signal, out.closed]);
	await followLogs(rad, source, {count, isWanted, signal: end}, lines => queue.add(() => print(lines)));
	await queue.settle();
	return signal.aborted ? toSignalExit(signal) : EXIT.done;
};

const printRaw = async (rad: Rad, source: LogSource, {out, signal}: Context): Promise<number> => {
	for (const agent of await source.list()) {
		for await (const chunk of await rad.logs.raw(agent)) {
			await out.raw(chunk);
			if (signal.aborted) return toSignalExit(signal);
			if (out.closed.aborted) break;
		}
	}
	return EXIT.done;
};
