import {at, type Row} from './entry.ts';

const WRITER = 'integration/logs/log-writer.test.ts';
const SPLITTER = 'unit/logs/line-splitter.test.ts';
const FOLLOW = 'integration/logs/follow-log.test.ts';

/** L: logs and other output. */
export const LOGS: readonly Row[] = [
	{
		id: 'L1',
		of: ['R10'],
		fault: 'An agent prints a line that looks like one of rad.',
		tests: [
			at(WRITER, 'lets no agent write a line that looks like one of rad'),
			at('unit/logs/log-line.test.ts', 'that an agent wrote into the file itself is sanitised when it is read'),
		],
	},
	{
		id: 'L2',
		of: ['R8', 'R9'],
		fault: 'A gigabyte without a line break.',
		tests: [
			at(SPLITTER, 'counts a line of a gigabyte without keeping it'),
			at('e2e/run.test.ts', 'survives a flood %s in little memory', 'in one line'),
			at(WRITER, 'cuts what is longer than 64 KiB and tells how much', 'tells the true number of bytes that are left out of a line of %d'),
		],
	},
	{
		id: 'L3',
		of: ['R9'],
		fault: 'A log beyond its size.',
		tests: [at(WRITER, 'stops at its limit, says so once, counts the rest, and still takes the word of rad')],
	},
	{
		id: 'L4',
		of: ['R9', 'R11'],
		fault: 'Output that is no text.',
		tests: [at(SPLITTER, 'replaces bytes that are no UTF-8 and goes on', 'gives the same lines however the bytes are cut')],
	},
	{id: 'L5', of: ['R9'], fault: 'A character that comes in two pieces.', tests: [at(SPLITTER, 'keeps a character that is split over two pieces')]},
	{
		id: 'L6',
		of: ['R9'],
		fault: 'No space, or an error of the disk, while a log is written.',
		tests: [at(WRITER, 'does not disturb the agent when its lines cannot be written, and tells later how many are lost')],
	},
	{
		id: 'L7',
		of: ['R9'],
		fault: 'A log is removed, replaced or cut while it is written.',
		tests: [
			at(
				WRITER,
				'goes on in a new file when the log was %s',
				'goes on in a new folder when that of the log was removed',
				'tells that the log was cut short',
			),
		],
	},
	{
		id: 'L8',
		of: ['R9'],
		fault: 'The same while somebody follows the log.',
		tests: [
			at(
				FOLLOW,
				'goes on after the log was replaced, reading the old file to its end',
				'tells once that the log was removed, and finds it again',
				'goes on after the log was cut short',
			),
		],
	},
	{
		id: 'L9',
		of: ['R9'],
		fault: 'Standard output and standard error in turn.',
		tests: [
			at('integration/agents/supervisor.test.ts', 'leaves its outputs in files and its exit code behind'),
			at(FOLLOW, 'loses no end of a burst'),
			at('e2e/hostile-agents.test.ts', 'ten thousand lines in turn on both of its outputs stay in the order of each'),
		],
	},
	{
		id: 'L10',
		of: ['R9'],
		fault: 'A power cut while a log is written. The log of an agent whose end was told is whole; of one at work the last lines may be missing.',
		tests: [at('faults/power/cut.test.ts', 'loses nothing that was acknowledged, ${CUTS} times')],
	},
	{
		id: 'L11',
		of: ['R27'],
		fault: 'A reader that takes one line and goes.',
		tests: [
			at('integration/cli/streams.test.ts', 'a reader that takes one line and goes is no failure'),
			at('e2e/streams.test.ts', 'ends well when nobody reads, and with 5 when the output cannot be written'),
		],
	},
	{
		id: 'L12',
		of: ['R27'],
		fault: 'Output onto a full disk.',
		tests: [
			at('integration/cli/streams.test.ts', 'a full disk ends with 5 and says so'),
			at('e2e/streams.test.ts', 'ends well when nobody reads, and with 5 when the output cannot be written'),
		],
	},
	{
		id: 'L13',
		of: ['R27'],
		fault: 'Megabytes into a pipe that is read late.',
		tests: [
			at('integration/cli/streams.test.ts', 'a reader gets every byte, however much more than a pipe holds'),
			at('e2e/quick.test.ts', 'write all of it to a pipe that nobody reads for a while, and to a file'),
		],
	},
	{
		id: 'L14',
		of: ['R9', 'R5'],
		fault: 'rad is killed in the middle of a line.',
		tests: [
			at(
				'e2e/hostile-agents.test.ts',
				'a line of its log that rad was killed in is marked, until the log is written again as a whole',
				'several rads at once write its log once',
			),
			at(FOLLOW, 'ends when the agent is over and all was read, the last half line too'),
			at('integration/logs/logs-service.test.ts', 'gives a last line that has no end, marked as incomplete'),
		],
	},
];
