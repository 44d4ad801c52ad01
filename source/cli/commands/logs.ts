import {EXIT, RadError} from '../../domain/failures.ts';
import type {Rad} from '../../domain/rad.ts';
import type {Agent, LogKind, LogLine} from '../../domain/records.ts';
import {formatTime} from '../../views/format.ts';
import type {Line, Span} from '../../views/line.ts';
import {type Context, defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {JSON_LINES_FLAG} from '../flags.ts';
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
		'With --raw a pipe gets the bytes that the agent wrote, all of them.',
	],
	input: {agent: {isRequired: false, description: 'Id of an agent, or the beginning of one.'}},
	flags: {
		lines: {type: 'count', short: 'n', placeholder: 'N', description: `How many of the last lines; ${DEFAULT_LINES} when not given.`},
		follow: {type: 'switch', short: 'f', description: 'Go on until the agent is over, or Ctrl-C.'},
		raw: {type: 'switch', description: 'What the agent wrote, unchanged. Not to a terminal, which it could control.'},
		json: JSON_LINES_FLAG,
	},
	pipeFields: ['time', 'kind (out, err, text, think, tool, result or rad)', 'text'],
	examples: [
		{words: 'rad logs', note: 'the newest agent'},
		{words: 'rad logs agt_3k9t -f', note: 'follow one'},
		{words: 'rad logs agt_3k9t -n 100000 | grep -i error', note: 'search all of it'},
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
		const count = flags.lines ?? DEFAULT_LINES;
		return flags.follow ? follow(rad, agent, count, print, context) : printTail(rad, agent, count, print, {...context, isJson: flags.json});
	},
});

type Print = (out: Output, lines: readonly LogLine[]) => Promise<void>;

const checkRaw = (flags: {readonly lines: number | undefined; readonly follow: boolean; readonly json: boolean}, out: Output): void => {
	if (flags.lines !== undefined || flags.follow || flags.json) throw usageError('--raw goes with no other flag.', 'logs');
	if (out.isTerminal) throw usageError('--raw is not for a terminal, which it could control; write it to a file or a pipe.', 'logs');
};

const findNewest = async (rad: Rad): Promise<Agent> => {
	const newest = (await rad.monitor.list()).at(-1);
	if (newest === undefined) throw new RadError('AGENT_UNKNOWN', 'No agent has run in this workspace yet.', {hint: 'rad run <workflow>'});
	return newest;
};

const printTail = async (rad: Rad, agent: Agent, count: number, print: Print, context: Context & {readonly isJson: boolean}): Promise<number> => {
	const {lines, hasMore} = await rad.logs.tail(agent, count);
	await print(context.out, lines);
	// Who asks for no line knows that there may be some.
	if (count === 0) return EXIT.done;
	const nothing = agent.endedAt === null ? 'has printed nothing yet' : 'printed nothing';
	if (lines.length === 0 && context.out.isTerminal) await context.notes.line([{text: `${agent.name} ${nothing}.`, tone: 'quiet'}]);
	if (hasMore && !context.isJson) {
		const more = toCommandLine(`logs ${agent.id} -n ${count * 10}`, context);
		await context.notes.line([{text: `There are earlier lines: ${more}`, tone: 'quiet'}]);
	}
	return EXIT.done;
};

const follow = async (rad: Rad, agent: Agent, count: number, print: Print, {out, signal}: Context): Promise<number> => {
	const queue = createQueue();
	await rad.logs.follow(agent, {
		count,
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
