import {readFileSync} from 'node:fs';
import path from 'node:path';
import {attemptFiles, type ShimExit} from '../agents/attempt-files.ts';
import type {Engine} from '../agents/engine.ts';
import {createFactRecorder, type Findings} from '../agents/fact-recorder.ts';
import {followOutputs} from '../agents/follow-outputs.ts';
import type {AgentId, RunId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import {createLineSplitter} from '../logs/line-splitter.ts';
import type {AttemptPorts} from './attempt-ports.ts';

// An engine's event may carry a whole file; a line for people need not be longer than anybody reads.
const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;
const FLUSH_MS = 200;
const TAIL_LINES = 20;

/** How an attempt ended, and what its output told; `exit` is undefined when it is lost. */
export type AttemptReading = {readonly exit: ShimExit | undefined; readonly findings: Findings; readonly tail: string};

export type ReadOptions = {
	readonly directory: string;
	readonly agent: Agent;
	readonly engine: Engine;
	/** Begin the logs anew: the outputs are read from their beginning once more. */
	readonly fresh: boolean;
	/** Called about every 200 ms while the attempt goes on. */
	readonly onTick: () => Promise<void>;
};

export const attemptDirectory = (runsDirectory: string, runId: RunId, stepId: string, attempt: number): string =>
	path.join(runsDirectory, runId, `${stepId}.${attempt}`);

/** Path of an agent's log, below the workspace. The id is checked and safe; nothing that a user or an agent typed is part of it. */
export const logFileOf = (agentId: AgentId): string => `.radium/logs/${agentId}.log`;

/** Follows an attempt to its end, recording what it does. Reading the same attempt again records the same. */
export const readAttempt = async (ports: AttemptPorts, options: ReadOptions): Promise<AttemptReading> => {
	const {agent, engine} = options;
	const openLog = (agentId: AgentId) => ({
		writer: ports.openLog(path.join(ports.logsDirectory, `${agentId}.log`), {fresh: options.fresh}),
		file: logFileOf(agentId),
	});
	const recorder = createFactRecorder({...ports, root: agent, openLog});
	const reader = engine.openReader();
	const maxBytes = engine.agentType === 'shell' ? MAX_TEXT_BYTES : MAX_EVENT_BYTES;
	const splitters = {out: createLineSplitter({maxBytes}), err: createLineSplitter({maxBytes: MAX_TEXT_BYTES})};
	const tail: string[] = [];
	const addLines = (lines: readonly string[], stream: 'out' | 'err'): void => {
		for (const line of lines) for (const fact of reader.readLine(line, stream)) recorder.add(fact);
		if (engine.agentType === 'shell') tail.push(...lines.map(line => line.slice(0, 400)));
		tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
	};
	let lastFlush = ports.clock.now();
	try {
		const state = await followOutputs({
			directory: options.directory,
			look: ports.supervisor.look,
			clock: ports.clock,
			onChunk: (stream, bytes) => addLines(splitters[stream].write(bytes), stream),
			onRound: async () => {
				if (ports.clock.now() - lastFlush < FLUSH_MS) return;
				await recorder.flush();
				await options.onTick();
				lastFlush = ports.clock.now();
			},
		});
		addLines(splitters.out.end(), 'out');
		addLines(splitters.err.end(), 'err');
		for (const fact of reader.end()) recorder.add(fact);
		const exit = state.kind === 'ended' ? state.exit : undefined;
		recorder.add({type: 'log', agent: null, kind: 'rad', text: describeEnd(exit)});
		await recorder.flush();
		return {exit, findings: recorder.findings(), tail: tail.join('\n')};
	} finally {
		await recorder.close();
	}
};

/** Reads the `key=value` lines that a shell step hands on. A value that is JSON is taken as JSON. */
export const readOutputs = (directory: string): Readonly<Record<string, unknown>> => {
	const text = readFileSync(attemptFiles(directory).output, 'utf8').slice(0, MAX_TEXT_BYTES);
	const pairs = text.split('\n').flatMap(line => {
		const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
		return key === undefined || value === undefined ? [] : [[key, toValue(value)] as const];
	});
	return Object.fromEntries(pairs);
};

const toValue = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
};

const describeEnd = (exit: ShimExit | undefined): string => {
	if (exit === undefined) return 'lost: its process is gone and left no exit code';
	const left = exit.leftovers === 0 ? '' : `; stopped ${exit.leftovers} process${exit.leftovers === 1 ? '' : 'es'} that it had left running`;
	switch (exit.reason) {
		case 'not-started':
			return `could not be started: ${exit.error ?? 'unknown reason'}`;
		case 'timeout':
			return `stopped: its time was up${left}`;
		case 'unattended':
			return `stopped: rad was gone and the time for going on alone was up${left}`;
		case 'stopped':
			return `stopped on request${left}`;
		case 'exited':
			return `${exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`}${left}`;
	}
};
