import {existsSync, readFileSync, rmSync} from 'node:fs';
import process from 'node:process';
import {openRad} from './compose.ts';
import {EXIT} from './domain/failures.ts';
import {parseId} from './domain/ids.ts';
import type {StartOptions} from './domain/rad.ts';
import {sanitizeText} from './domain/sanitize.ts';
import {createMachine} from './machine.ts';
import {runnerFiles, writeFailure} from './workflow/start-runner.ts';
import {toLayout} from './workspace/layout.ts';

// The program of a background run: `node runner.js <workspace> <run id>`. Its own output is a log file.
const [, , root, id] = process.argv;
const runId = parseId('run', id ?? '');
if (root === undefined || runId === undefined) throw new Error('usage: runner.js <workspace> <run id>');
const {runs} = toLayout(root);
const [controller, kill] = [new AbortController(), new AbortController()];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)
	process.on(signal, () => (controller.signal.aborted ? kill : controller).abort(signal));
// The terminal that started it may close.
process.on('SIGHUP', () => {});
/** What it is told of a new run; undefined where it is to go on with one. */
const takeOptions = (): StartOptions | undefined => {
	const file = runnerFiles(runs, runId).options;
	if (!existsSync(file)) return undefined;
	const options = JSON.parse(readFileSync(file, 'utf8')) as StartOptions;
	rmSync(file);
	return options;
};
const machine = createMachine(process, kill.signal, error => report(`rad: ${String(error)}`));
const {redact} = machine.redactor;
const report = (text: string): void => void process.stderr.write(`${redact(sanitizeText(text))}\n`);
try {
	const rad = await openRad(machine, root);
	const options = takeOptions();
	const attendance = {signal: controller.signal, onNotice: report};
	try {
		const run = options === undefined ? await rad.runs.resume(runId, attendance) : await rad.runs.executeAs(runId, {...options, ...attendance});
		process.exitCode = run.status === 'completed' ? EXIT.done : EXIT.workFailed;
	} finally {
		await rad.close();
	}
} catch (error) {
	writeFailure(runs, runId, error, redact);
	report(`rad: ${String(error)}`);
	process.exitCode = EXIT.bug;
}
