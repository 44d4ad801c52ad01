import {type ChildProcess, spawn} from 'node:child_process';
import {toText} from '../../../foreign.ts';
import {sendSignal} from '../../../send-signal.ts';
import type {ToolResult} from '../agent-loop.ts';
import {createOutputCollector} from './cap-text.ts';
import {fail, type Tool, type ToolContext} from './tool.ts';

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 3600;
/** Between asking a command to end and killing it. */
const GRACE_MS = 1000;
/** A process that left the group may hold the output open for ever. */
const DRAIN_MS = 500;

export const shellTool: Tool = {
	name: 'shell',
	needs: 'full',
	description:
		'Runs a command by /bin/sh in the workspace, without input. What it leaves running is ended with it. Its output and how it ended are told.',
	parameters: {
		command: {type: 'string', description: 'The command line.'},
		timeout_seconds: {
			type: 'integer',
			description: `After how many seconds it is stopped: ${DEFAULT_SECONDS} unless told, at most ${MAX_SECONDS}.`,
			optional: true,
		},
	},
	run: async (input, context) => {
		const refusal = await context.askFirst('');
		if (refusal !== null || context.signal.aborted) return fail(`The command was not run, ${refusal ?? 'since the work was stopped'}`);
		const {timeout_seconds: wanted} = input;
		const seconds = typeof wanted === 'number' ? Math.min(MAX_SECONDS, Math.max(1, wanted)) : DEFAULT_SECONDS;
		return runCommand(toText(input['command']), seconds, context);
	},
};

type Ending = {readonly code: number | null; readonly signal: string | null};

const runCommand = async (command: string, seconds: number, {root, environment, clock, signal}: ToolContext): Promise<ToolResult> => {
	const child = spawn('/bin/sh', ['-c', command], {cwd: root, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
	const output = createOutputCollector();
	for (const stream of [child.stdout, child.stderr]) stream.on('data', output.add);
	const ended = waitForEnd(child);
	const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
	const done = new AbortController();
	const inTime = await Promise.race([ended, clock.sleep(seconds * 1000, AbortSignal.any([signal, done.signal])).then(() => undefined)]);
	const ending = inTime ?? (await stopGroup(child, ended, clock));
	// The group outlives its leader while anything in it runs.
	if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
	await Promise.race([closed, clock.sleep(DRAIN_MS, done.signal)]);
	done.abort();
	child.stdout.destroy();
	child.stderr.destroy();
	const words = inTime !== undefined ? formatEnding(ending) : signal.aborted ? 'It was stopped.' : `It was stopped after ${seconds} seconds.`;
	return {isError: inTime === undefined || ending.code !== 0, text: [output.text().trimEnd(), `[${words}]`].filter(text => text !== '').join('\n')};
};

const waitForEnd = (child: ChildProcess): Promise<Ending & {readonly problem?: string}> =>
	new Promise(resolve => {
		child.once('exit', (code, name) => resolve({code, signal: name}));
		child.once('error', error => resolve({code: null, signal: null, problem: error.message}));
	});

const stopGroup = async (child: ChildProcess, ended: Promise<Ending>, clock: ToolContext['clock']): Promise<Ending> => {
	if (child.pid === undefined) return ended;
	sendSignal(-child.pid, 'SIGTERM');
	const grace = new AbortController();
	const ending = await Promise.race([ended, clock.sleep(GRACE_MS, grace.signal).then(() => undefined)]);
	grace.abort();
	if (ending === undefined) sendSignal(-child.pid, 'SIGKILL');
	return ended;
};

const formatEnding = ({code, signal, problem}: Ending & {readonly problem?: string}): string =>
	problem === undefined ? (code === null ? `It was ended by ${signal}.` : `It ended with exit code ${code}.`) : `It could not be started: ${problem}`;
