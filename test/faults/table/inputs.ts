import {at, type Row} from './entry.ts';

const LOAD = 'unit/workflow/load-workflow.test.ts';
const WRITER = 'integration/logs/log-writer.test.ts';
const OPEN = 'integration/monitoring/sqlite-open.test.ts';
const INIT = 'integration/workspace/init-workspace.test.ts';

/** N: names and paths. I: inputs. M: money and usage. */
export const INPUTS: readonly Row[] = [
	{
		id: 'N1',
		of: ['R17'],
		fault: 'An id of a step that is a path.',
		tests: [at(LOAD, 'an unsafe id'), at(LOAD, 'refuses the id of a step that is %s, and repeats nothing that steers a terminal', 'a path to above')],
	},
	{
		id: 'N2',
		of: ['R17'],
		fault: 'Ids with slashes, shell code, dashes.',
		tests: [
			at(LOAD, 'an unsafe id'),
			at('unit/domain/ids.test.ts', 'refuses %j'),
			at(
				LOAD,
				'refuses the id of a step that is %s, and repeats nothing that steers a terminal',
				'a path',
				'a path of Windows',
				'code of the shell',
				'an option',
			),
		],
	},
	{
		id: 'N3',
		of: ['R11', 'R17'],
		fault: 'Names with NUL, line breaks and control characters.',
		tests: [
			at('faults/tui/hostile-output.test.tsx', '${FRAMES} frames hold only what a terminal prints, and each row is as wide as the screen'),
			at('unit/cli/commands.test.ts', 'fits an agent of a hostile name into one line'),
			at(
				LOAD,
				'refuses the id of a step that is %s, and repeats nothing that steers a terminal',
				'NUL',
				'a line break',
				'a control sequence',
				'text that runs from right to left',
			),
		],
	},
	{
		id: 'N4',
		of: ['R17'],
		fault: 'Ids of hundreds of characters.',
		tests: [
			at(LOAD, 'refuses the id of a step that is %s, and repeats nothing that steers a terminal', '300 characters', '100 characters of three bytes'),
		],
	},
	{
		id: 'N5',
		of: ['R17'],
		fault: 'Names that mean something to JavaScript, or to a file system.',
		tests: [
			at(LOAD, '__proto__', 'constructor'),
			at(LOAD, 'refuses the id of a step that is %s, and repeats nothing that steers a terminal', 'dots', 'nothing'),
		],
	},
	{
		id: 'N6',
		of: ['R17'],
		fault: 'Names that Windows keeps for itself.',
		not: 'rad does not run on Windows.',
	},
	{
		id: 'N7',
		of: ['R17'],
		fault: 'Two names that differ in case alone.',
		not: 'Ids of steps are written in small letters of ASCII only.',
	},
	{
		id: 'N8',
		of: ['R17'],
		fault: 'A link in the place of a log.',
		tests: [
			at(WRITER, 'refuses %s in place of the file', 'a symbolic link', 'a link to nothing'),
			at('integration/logs/follow-log.test.ts', 'refuses a log that is a symbolic link'),
		],
	},
	{
		id: 'N9',
		of: ['R17'],
		fault: 'The folder of logs is a link.',
		tests: [
			at(WRITER, 'refuses a folder that is a symbolic link', 'makes no folder through a symbolic link'),
			at('e2e/run.test.ts', 'refuses a workspace folder that is a link or that others may write'),
		],
	},
	{
		id: 'N10',
		of: ['R17', 'R8'],
		fault: 'A second name of a file, a pipe or a device in the place of a log or the store.',
		tests: [
			at(WRITER, 'a file with a second name', 'a folder'),
			at(OPEN, 'refuses a link and a second name of a file'),
			at(WRITER, 'a pipe that nobody reads'),
			at(OPEN, 'refuses a pipe without waiting for who writes into it'),
		],
	},
	{
		id: 'N11',
		of: ['R19'],
		fault: 'A .radium of somebody else, or that others may write.',
		tests: [
			at(INIT, 'refuses the folder of another user', 'a folder that others may write'),
			at('e2e/run.test.ts', 'refuses a workspace folder that is a link or that others may write'),
		],
	},
	{id: 'N12', of: ['R17'], fault: 'A link in the place of the store.', tests: [at(OPEN, 'refuses a link and a second name of a file')]},
	{
		id: 'N13',
		of: ['R15', 'R3'],
		fault: 'A repository that brings a .radium of its own.',
		tests: [
			at('e2e/run.test.ts', 'has its workflows checked, listed and shown without a store'),
			at('unit/workspace/zod-settings.test.ts', 'is refused with a command, and says where it belongs'),
			at('e2e/crash.test.ts', 'goes on with nothing that may have come with a clone: what stands in its store would be run'),
		],
	},
	{
		id: 'N14',
		of: ['R28'],
		fault: 'A workspace at an odd path.',
		tests: [
			at('integration/checkpoint/matrix/places.test.ts', 'work in folders with odd names'),
			at(
				'faults/surroundings.test.ts',
				'at a path with %s',
				'starts nothing at a path with %s, and says why',
				'starts nothing at a path that is no UTF-8, and says why',
			),
		],
	},
	{
		id: 'I1',
		of: ['R8'],
		fault: 'A line of JSON of 100 MB.',
		tests: [
			at('unit/agents/claude-reader-shapes.test.ts', 'does not parse a line of more than 16 MiB'),
			at('unit/agents/api-reader.test.ts', 'does not parse a line of more than 16 MiB'),
		],
	},
	{
		id: 'I2',
		of: ['R8'],
		fault: 'JSON that is nested very deep.',
		tests: [
			at('unit/agents/claude-reader-shapes.test.ts', 'survives arguments that are nested 100,000 deep'),
			at('e2e/hostile-agents.test.ts', 'an output nested too deep'),
			at('unit/workflow/answer.test.ts', 'carries along nothing that is too large or too deep'),
		],
	},
	{
		id: 'I3',
		of: ['R8'],
		fault: 'Keys that would change all objects.',
		tests: [
			at('unit/agents/claude-reader-shapes.test.ts', 'is not led astray by __proto__'),
			at('unit/workflow/zod-fit.test.ts', 'repeats no word of the value, and takes no prototype from it'),
			at(LOAD, '__proto__', 'constructor'),
		],
	},
	{
		id: 'I4',
		of: ['R8'],
		fault: 'Workflows that grow without end when they are read.',
		tests: [at(LOAD, 'refuses %s without choking', 'an alias bomb', 'a deep file')],
	},
	{
		id: 'I5',
		of: ['R8'],
		fault: 'Workflows of hundreds of kilobytes.',
		tests: [at(LOAD, 'refuses %s without choking', 'a huge file', 'thousands of unknown needs')],
	},
	{
		id: 'I6',
		of: ['R27'],
		fault: 'Odd YAML: repeated keys, tabs, several documents, marks at the beginning.',
		tests: [
			at(
				LOAD,
				'a repeated key',
				'a tab',
				'merged keys',
				'two documents',
				'reads a file that begins with a byte order mark',
				'says in one sentence what is wrong with a file of %s',
			),
		],
	},
	{
		id: 'I7',
		of: ['R8'],
		fault: 'A million lines a second, a gigabyte a second.',
		tests: [
			at(WRITER, 'takes a million lines in memory that does not grow with them'),
			at('integration/logs/follow-log.test.ts', 'skips what it cannot keep up with, and says how much'),
			at('e2e/hostile-agents.test.ts', 'a flood of short lines', 'a flood of blank lines'),
			at('e2e/run.test.ts', 'survives a flood %s in little memory', 'in short lines'),
		],
		open: 'rad does not limit the raw output: what an agent prints fills the disk.',
	},
	{
		id: 'I8',
		of: ['R8'],
		fault: 'Texts that make a pattern slow.',
		tests: [
			at('unit/logs/redactor.test.ts', 'takes linear time for a megabyte of "%s"'),
			at('unit/agents/restore-request.test.ts', 'is done in time with a flood: %s'),
			at('unit/agents/failure-cause.test.ts', 'takes no time for a text without end'),
			at('integration/agents/api-tools.test.ts', 'gives up on an expression that would never end'),
			at('faults/patterns.test.ts', 'takes a time that grows as the text does: %s', 'is made of a text in known places only', 'is found: %s'),
		],
	},
	{
		id: 'I9',
		of: ['R23'],
		fault: 'An engine changes what it prints.',
		tests: [
			at(
				'unit/agents/claude-reader-shapes.test.ts',
				'passes over events of types that it does not know',
				'counts and shows a line that is no JSON object',
			),
			at('unit/agents/claude-reader.test.ts', 'understands every line of %s'),
		],
	},
	{
		id: 'I10',
		of: ['R27'],
		fault: 'An agent that prints nothing, or only to standard error.',
		tests: [
			at(
				'integration/agents/supervisor.test.ts',
				'has an identity even when it is over at once',
				'leaves its outputs in files and its exit code behind',
			),
			at('unit/workflow/judge-attempt.test.ts', 'completes a command that exits with 0, and an agent that also says that it is done'),
			at('unit/tui/effects.test.ts', 'says that an agent has printed nothing instead of loading for ever'),
		],
	},
	{
		id: 'M1',
		of: ['R23'],
		fault: 'Counts that cannot be.',
		tests: [
			at('unit/telemetry/usage.test.ts', 'is unknown, not 0, when it holds %s', 'never throws and never holds an impossible count, whatever comes'),
			at('contract/store.test.ts', 'refuses %s, and all of the record with it'),
		],
	},
	{
		id: 'M2',
		of: ['R23'],
		fault: 'A message whose usage is told several times.',
		tests: [
			at('unit/telemetry/usage.test.ts', 'gives the last counts of each message, with the split of its first event'),
			at('contract/store.test.ts', 'counts a usage record once, from its last value'),
		],
	},
	{
		id: 'M3',
		of: ['R23'],
		fault: 'A message that stands in two sessions.',
		tests: [
			at('integration/agents/import-sessions.test.ts', 'counts a message once, also where a forked session or a copied folder holds it again'),
			at('unit/agents/codex-reader.test.ts', 'count once what a thread took over from the one it was copied from'),
		],
	},
	{
		id: 'M4',
		of: ['R23'],
		fault: 'Providers that count cached tokens in, and others that do not.',
		tests: [at('unit/telemetry/usage.test.ts', 'is told in buckets that do not overlap', 'adds up for $format')],
	},
	{
		id: 'M5',
		of: ['R23'],
		fault: 'Counts that grow in a stream.',
		tests: [at('unit/telemetry/usage.test.ts', 'has the last of counts that grow')],
	},
	{
		id: 'M6',
		of: ['R22'],
		fault: 'Prices that no binary fraction holds.',
		tests: [at('unit/telemetry/pricing.test.ts', 'is rounded once, to the billionth', 'is exact for counts that no binary fraction holds')],
	},
	{
		id: 'M7',
		of: ['R22'],
		fault: 'Sums beyond what a number holds.',
		tests: [
			at('unit/telemetry/totals.test.ts', 'stays exact beyond what a number holds'),
			at('contract/store.test.ts', 'sums money beyond what a double holds'),
		],
	},
	{
		id: 'M8',
		of: ['R23'],
		fault: 'A model without a price.',
		tests: [
			at('unit/tui/panes.test.ts', 'mark a sum as a lower bound when a price is missing'),
			at('unit/cli/commands.test.ts', 'marks a cost as a lower bound and as unknown'),
			at('unit/telemetry/prices-service.test.ts', 'has tokens and no money for a model without a price, never 0'),
		],
	},
	{
		id: 'M9',
		of: ['R24'],
		fault: 'Prices change.',
		tests: [
			at('integration/telemetry/price-file.test.ts', 'a new price changes no cost that is recorded, and is told beside it'),
			at('contract/store.test.ts', 'keeps the cost that a record had, whatever the prices are when it is read again'),
		],
	},
	{
		id: 'M10',
		of: ['R22'],
		fault: 'A budget that is reached exactly.',
		tests: [
			at('integration/workflow/budget.test.ts', 'a limit is reached at it, not above it, and money is compared in whole numbers'),
			at('e2e/run.test.ts', 'lets an agent leave that is done with the response that reaches the limit'),
		],
	},
];
