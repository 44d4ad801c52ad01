import path from 'node:path';
import {readSpec, type ShimExit} from '../agents/attempt-files.ts';
import type {Engine} from '../agents/engine.ts';
import {createFactRecorder, type Findings} from '../agents/fact-recorder.ts';
import {followOutputs} from '../agents/follow-outputs.ts';
import {openRecordsReader} from '../agents/read-records.ts';
import type {AgentId, RunId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import {sanitizeText} from '../domain/sanitize.ts';
import {createLineSplitter} from '../logs/line-splitter.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {WriteGate} from './write-gate.ts';

// An engine's event may carry a whole file; a line for people need not be longer than anybody reads.
const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024;
const FLUSH_MS = 200;
const TAIL_LINES = 20;
const TAIL_LINE_CHARACTERS = 400;

/** How an attempt ended, and what its output told; `exit` is undefined when it is lost. */
export type AttemptReading = {readonly exit: ShimExit | undefined; readonly findings: Findings; readonly tail: string};

export type ReadOptions = {
	readonly directory: string;
	readonly agent: Agent;
	readonly engine: Engine;
	/** Begin the logs anew: the outputs are read from their beginning once more. */
	readonly fresh: boolean;
	/** See `WriteGate`. */
	readonly checkpointOf: WriteGate['checkpointOf'];
	/** Called about every 200 ms while the attempt goes on; `hasEnded` tells that the agent has said how it ended. */
	readonly onTick: (hasEnded: boolean) => Promise<void>;
};

export const attemptDirectory = (runsDirectory: string, runId: RunId, stepId: string, attempt: number): string =>
	path.join(runsDirectory, runId, `${stepId}.${attempt}`);

/** Path of an agent's log, below the workspace. The id is checked and safe; nothing that a user or an agent typed is part of it. */
export const logFileOf = (agentId: AgentId): string => `.radium/logs/${agentId}.log`;

/** Follows an attempt to its end, recording what it does. Reading the same attempt again records the same. */
export const readAttempt = async (ports: AttemptPorts, options: ReadOptions): Promise<AttemptReading> => {
	const {agent, engine} = options;
	const spec = readSpec(options.directory);
	const workspaceRoot = spec?.workspaceRoot ?? ports.workspaceRoot;
	const openLog = (agentId: AgentId) => ({
		writer: ports.openLog(path.join(ports.logsDirectory, `${agentId}.log`), {fresh: options.fresh}),
		file: logFileOf(agentId),
	});
	const recorder = createFactRecorder({...ports, workspaceRoot, root: agent, checkpointOf: options.checkpointOf, openLog});
	const reader = engine.openReader({
		since: agent.startedAt,
		root: workspaceRoot,
		isContinued: spec?.launch.isContinued === true,
	});
	const records = openRecordsReader({
		directory: options.directory,
		engine,
		reader,
		since: agent.startedAt,
		clock: ports.clock,
		findSession: () => recorder.findings().sessionId,
	});
	const maxBytes = engine.agentType === 'shell' ? MAX_TEXT_BYTES : MAX_EVENT_BYTES;
	const splitters = {out: createLineSplitter({maxBytes}), err: createLineSplitter({maxBytes: MAX_TEXT_BYTES})};
	const tail: string[] = [];
	const addLines = (lines: readonly string[], stream: 'out' | 'err'): void => {
		for (const line of lines) for (const fact of reader.readLine(line, stream)) recorder.add(fact);
		if (engine.agentType !== 'shell') return;
		tail.push(...lines.slice(-TAIL_LINES).map(line => line.slice(0, TAIL_LINE_CHARACTERS)));
		tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
	};
	let lastFlush = ports.clock.elapsed();
	try {
		const state = await followOutputs({
			directory: options.directory,
			look: ports.supervisor.look,
			over: ports.supervisor.over(options.directory),
			clock: ports.clock,
			onChunk: (stream, bytes) => addLines(splitters[stream].write(bytes), stream),
			onRound: async () => {
				if (ports.clock.elapsed() - lastFlush < FLUSH_MS) return;
				for (const fact of records.poll()) recorder.add(fact);
				await recorder.flush();
				await options.onTick(recorder.findings().verdict !== undefined);
				lastFlush = ports.clock.elapsed();
			},
		});
		addLines(splitters.out.end(), 'out');
		addLines(splitters.err.end(), 'err');
		for (const fact of records.finish()) recorder.add(fact);
		// A sub-agent that never told its end gets that of the process it lived in.
		for (const fact of reader.end()) if (fact.type !== 'sub-agent-ended') recorder.add(fact);
		const exit = state.kind === 'ended' ? cleanError(state.exit, ports.redact) : undefined;
		recorder.add({type: 'log', agent: null, kind: 'rad', text: describeEnd(exit)});
		await recorder.flush();
		return {exit, findings: recorder.findings(), tail: ports.redact(sanitizeText(tail.join('\n')))};
	} finally {
		records.close();
		await recorder.close();
	}
};

/** The system may repeat what it was given to start. */
const cleanError = (exit: ShimExit, redact: AttemptPorts['redact']): ShimExit =>
	exit.error === null ? exit : {...exit, error: redact(sanitizeText(exit.error))};

const describeEnd = (exit: ShimExit | undefined): string => {
	if (exit === undefined) return 'lost: its process is gone and left no exit code';
	const left = exit.leftovers === 0 ? '' : `; stopped ${exit.leftovers} process${exit.leftovers === 1 ? '' : 'es'} that it had left running`;
	switch (exit.reason) {
		case 'not-started':
			return `could not be started: ${exit.error ?? 'unknown reason'}`;
		case 'timeout':
			return `stopped: its time was up${left}`;
		case 'idle':
			return `stopped: it printed nothing for too long${left}`;
		case 'unattended':
			return `stopped: rad was gone and the time for going on alone was up${left}`;
		case 'stopped':
			return `stopped on request${left}`;
		case 'exited':
			return `${exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`}${left}`;
	}
};
