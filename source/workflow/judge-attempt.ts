import type {ShimExit} from '../agents/attempt-files.ts';
import type {Engine} from '../agents/engine.ts';
import type {Findings} from '../agents/fact-recorder.ts';
import {findUsageLimit} from '../agents/usage-limit.ts';
import type {AttemptOutcome} from '../domain/events.ts';
import type {UsageLimit} from '../domain/question.ts';
import type {AgentEnd, FailureCause} from '../domain/status.ts';
import type {AttemptReading} from './read-attempt.ts';
import {ON_REQUEST, type StopReason} from './stop-reason.ts';

/** How an attempt ended for its agent and for its step. */
export type Judgement = {
	readonly status: AgentEnd;
	readonly exitCode: number | null;
	readonly error: string | null;
	readonly failureCause: FailureCause | null;
	/** Whose budget it was stopped for. */
	readonly spent: StopReason['spent'];
	/** Where it failed since its provider allows no more for some time. */
	readonly limit?: UsageLimit;
};

/**
 * Judges an attempt. Completed needs an exit code of 0 and, from a coding agent, its own word that the work was done: agents exit with
 * 0 after refusals and interrupts too. That rad stops it explains a missing ending.
 */
export const judgeAttempt = (engine: Engine, {exit, findings}: AttemptReading, stop: StopReason | null): Judgement => {
	if (exit === undefined)
		return stop === null
			? toEnd('lost', null, 'its process is gone and left no exit code')
			: toEnd(stop.status, null, `killed ${stop.text}`, null, stop.spent);
	switch (exit.reason) {
		case 'not-started':
			return toEnd('failed', exit.code, `could not be started: ${exit.error ?? 'unknown reason'}`);
		case 'timeout':
			return toEnd('timed_out', exit.code, 'its time was up');
		case 'idle':
			return toEnd('timed_out', exit.code, 'it printed nothing for too long');
		case 'unattended':
			return toEnd('cancelled', exit.code, 'stopped: rad was gone for too long');
		case 'stopped': {
			const {status, text, spent} = stop ?? ON_REQUEST;
			return toEnd(status, exit.code, `stopped ${text}`, null, spent);
		}
		case 'exited':
			return judgeExit(engine, exit, findings.verdict, stop);
	}
};

const judgeExit = (engine: Engine, {code, signal, endedAt}: ShimExit, verdict: Findings['verdict'], stop: StopReason | null): Judgement => {
	// A coding agent that ends without a word of its own has crashed; a command of the shell says it with its exit code.
	const silent = engine.needsVerdict ? 'crash' : null;
	if (signal !== null) return toEnd(stop?.status ?? 'failed', code, `ended by ${signal}`, stop === null ? silent : null, stop?.spent ?? null);
	if (verdict?.isError === true) {
		const limit = verdict.cause === 'rate_limit' ? findUsageLimit(verdict, endedAt) : undefined;
		const end = toEnd('failed', code, verdict.reason ?? `exit code ${code}`, verdict.cause);
		return limit === undefined ? end : {...end, limit: {engine: engine.name, ...limit}};
	}
	if (code !== 0) return toEnd('failed', code, `exit code ${code}`, verdict === undefined ? silent : null);
	if (engine.needsVerdict && verdict === undefined) return toEnd('failed', code, 'ended without a result: aborted', 'crash');
	return toEnd('completed', code, null);
};

const toEnd = (
	status: AgentEnd,
	exitCode: number | null,
	error: string | null,
	failureCause: Judgement['failureCause'] = null,
	spent: Judgement['spent'] = null,
): Judgement => ({status, exitCode, error, failureCause, spent});

/** What rad itself knows of an attempt. */
export type Facts = {
	readonly duration_ms: number;
	readonly cost_usd: number | null;
	readonly changed?: boolean | null;
	readonly commit?: string | null;
	/** Absolute path of the folder of its artifacts. */
	readonly artifacts?: string;
};

/** What later steps may read of an attempt, and the core's view of its end. */
export const toOutcome = (
	judgement: Judgement,
	reading: AttemptReading,
	outputs: Readonly<Record<string, unknown>>,
	facts: Facts,
	redact: (text: string) => string,
): AttemptOutcome => ({
	// The agent was cancelled, but nobody wanted that: it is lost to the step.
	status: reading.exit?.reason === 'unattended' ? 'lost' : judgement.status,
	exitCode: judgement.exitCode,
	reason: judgement.error,
	cause: judgement.failureCause,
	...(judgement.spent === null ? {} : {spent: judgement.spent}),
	...(judgement.limit === undefined ? {} : {limit: judgement.limit}),
	outputs: {
		tail: reading.tail,
		text: redact(reading.findings.finalMessage ?? ''),
		// A step may name its own outputs as it likes, but not say that it ended otherwise.
		...(redactTexts(outputs, redact) as typeof outputs),
		exit_code: judgement.exitCode,
		...facts,
	},
});

/** The same value with known secrets taken out of every text in it: outcomes are kept in the store and printed. */
const redactTexts = (value: unknown, redact: (text: string) => string): unknown => {
	if (typeof value === 'string') return redact(value);
	if (typeof value === 'number') return redact(String(value)) === String(value) ? value : redact(String(value));
	if (Array.isArray(value)) return value.map(item => redactTexts(item, redact));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactTexts(item, redact)]));
};
