import {readFileSync} from 'node:fs';
import {createProcessTable} from './agents/create-process-table.ts';
import {runShim} from './agents/shim/shim.ts';
import {createSystemClock} from './system-clock.ts';

// The program that stands between rad and one agent: `node shim.cjs <folder of the attempt>`. A step waits for its start.
const main = async (): Promise<void> => {
	const [, , directory] = process.argv;
	const processes = createProcessTable(process.platform);
	const self = processes.identify(process.pid);
	if (directory === undefined || self === undefined) throw new Error('usage: shim.cjs <folder>');
	// The terminal may close and rad may die: that alone is no reason to stop an agent at work.
	process.on('SIGHUP', () => {});
	// The agent's environment comes over standard input: it may hold what this program must not be started with, and it touches no disk.
	const environment = JSON.parse(readFileSync(0, 'utf8')) as Record<string, string>;
	await runShim({
		directory,
		environment,
		self,
		processes,
		clock: createSystemClock(),
		onStop: stop => {
			process.on('SIGINT', () => stop('graceful'));
			process.on('SIGTERM', () => stop('now'));
		},
	});
};

void main();
