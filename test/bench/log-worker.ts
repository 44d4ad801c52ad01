import process from 'node:process';
import {createLineSplitter} from '../../source/logs/line-splitter.ts';
import {openLogWriter} from '../../source/logs/log-writer.ts';
import {createRedactor} from '../../source/logs/redactor.ts';
import {createSystemClock} from '../../source/system-clock.ts';

// Writes what comes in by standard input as the log of an agent, into the file that is named first. Prints the most memory it had, in MB.
const clock = createSystemClock();
const writer = openLogWriter({
	file: process.argv[2] ?? '',
	fresh: true,
	clock,
	redactor: createRedactor({secrets: []}),
	maxBytes: Number.MAX_SAFE_INTEGER,
});
const splitter = createLineSplitter({maxBytes: 64 * 1024});
const add = (lines: readonly string[]): void => {
	for (const text of lines) writer.write({at: clock.now(), kind: 'out', text});
};
for await (const chunk of process.stdin as AsyncIterable<Buffer>) add(splitter.write(chunk));
add(splitter.end());
await writer.close();
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
