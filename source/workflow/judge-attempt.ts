import type {Engine} from '../agents/engine.ts';
import type {AttemptOutcome} from '../domain/events.ts';
import type {AgentEnd} from '../domain/status.ts';
import type {AttemptReading} from './read-attempt.ts';

/** How an attempt ended for its agent and for its step. */
export type Judgement = {readonly status: AgentEnd; readonly exitCode: number | null; readonly error: string | null};

/**
 * Judges an attempt. Completed needs an exit code of 0 and, from a coding agent, its own word that the work was done: agents exit with
 * 0 after refusals and interrupts too. `isCancelling` tells that rad stopped it, which explains a missing ending.
 */
export const judgeAttempt = (engine: Engine, {exit, findings}: AttemptReading, isCancelling: boolean): Judgement => {
	if (exit === undefined) {
		return isCancelling
			? {status: 'cancelled', exitCode: null, error: 'killed on request'}
			: {status: 'lost', exitCode: null, error: 'its process is gone and left no exit code'};
	}
	const exitCode = exit.code;
	switch (exit.reason) {
		case 'not-started':
			return {status: 'failed', exitCode, error: `could not be started: ${exit.error ?? 'unknown reason'}`};
		case 'timeout':
			return {status: 'timed_out', exitCode, error: 'its time was up'};
		case 'unattended':
			return {status: 'cancelled', exitCode, error: 'stopped: rad was gone for too long'};
		case 'stopped':
			return {status: 'cancelled', exitCode, error: 'stopped on request'};
		case 'exited':
			break;
	}
	if (exit.signal !== null) return {status: isCancelling ? 'cancelled' : 'failed', exitCode, error: `ended by ${exit.signal}`};
	if (findings.verdict?.isError === true) return {status: 'failed', exitCode, error: findings.verdict.reason ?? `exit code ${exitCode}`};
	if (exitCode !== 0) return {status: 'failed', exitCode, error: `exit code ${exitCode}`};
	if (engine.needsVerdict && findings.verdict === undefined) return {status: 'failed', exitCode, error: 'ended without a result: aborted'};
	return {status: 'completed', exitCode, error: null};
};

/** What later steps may read of an attempt, and the core's view of its end. */
export const toOutcome = (
	judgement: Judgement,
	reading: AttemptReading,
	outputs: Readonly<Record<string, unknown>>,
	durationMs: number,
	redact: (text: string) => string,
): AttemptOutcome => ({
	status: judgement.status,
	exitCode: judgement.exitCode,
	reason: judgement.error,
	outputs: {
		tail: reading.tail,
		text: redact(reading.findings.finalMessage ?? ''),
		// A step may name its own outputs as it likes, but not say that it ended otherwise.
		...(redactTexts(outputs, redact) as typeof outputs),
		exit_code: judgement.exitCode,
		duration_ms: durationMs,
	},
});

/** The same value with known secrets taken out of every text in it: outcomes are kept in the store and printed. */
const redactTexts = (value: unknown, redact: (text: string) => string): unknown => {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return value.map(item => redactTexts(item, redact));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTexts(item, redact)]));
};
