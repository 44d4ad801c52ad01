import {createSystemClock} from '../../../system-clock.ts';
import {askBeforeWrite} from '../ask-before-write.ts';
import {play} from './play.ts';

// The program that plays a recording: `node player.js <folder of the recording> <folder to work in> <speed>`.
const [, , directory, root, speed] = process.argv;
if (directory === undefined || root === undefined) throw new Error('usage: player.js <recording> <folder> [speed]');
const controller = new AbortController();

// As the recorded program does it: the signal is told by the exit code. It calls an interrupt no failure, and leaves out its result.
const EXIT_CODES = {SIGINT: 0, SIGHUP: 129, SIGTERM: 143} as const;
let stoppedWith: number | undefined;
for (const [name, exitCode] of Object.entries(EXIT_CODES)) {
	process.on(name, () => {
		stoppedWith ??= exitCode;
		controller.abort();
	});
}
const hookUrl = process.env['RAD_HOOK_URL'];
const exitCode = await play({
	directory,
	root,
	speed: Number(speed ?? 1),
	clock: createSystemClock(),
	print: line => process.stdout.write(`${line}\n`),
	warn: line => process.stderr.write(`${line}\n`),
	beforeWrite: async ({path, ...call}) => (hookUrl === undefined ? null : await askBeforeWrite(hookUrl, {...call, files: [path]})),
	signal: controller.signal,
});
process.exitCode = stoppedWith ?? exitCode;
