import {describe, expect, it} from 'vitest';
import type {ShimExit} from '../../../source/agents/attempt-files.ts';
import type {Engine} from '../../../source/agents/engine.ts';
import {createShellEngine} from '../../../source/agents/engines/shell/shell-engine.ts';
import type {Findings} from '../../../source/agents/fact-recorder.ts';
import {judgeAttempt, toOutcome} from '../../../source/workflow/judge-attempt.ts';
import {ON_REQUEST, type StopReason, toStopReason} from '../../../source/workflow/stop-reason.ts';

const shell = createShellEngine();
const agent: Engine = {...shell, name: 'agent', agentType: 'agent', needsVerdict: true};
const anExit = (change: Partial<ShimExit> = {}): ShimExit => ({
	reason: 'exited',
	code: 0,
	signal: null,
	error: null,
	endedAt: 1,
	leftovers: 0,
	...change,
});
const findings = (verdict: Findings['verdict']): Findings => ({
	verdict,
	sessionId: undefined,
	finalMessage: 'said',
	answer: undefined,
	unreadable: 0,
});
const good = findings({isError: false, reason: null, cause: null});
const judge = (engine: Engine, exit: ShimExit | undefined, found: Findings = good, stop: StopReason | null = null) =>
	judgeAttempt(engine, {exit, findings: found, tail: ''}, stop);

describe('judgeAttempt', () => {
	it('completes a command that exits with 0, and an agent that also says that it is done', () => {
		expect(judge(shell, anExit(), findings(undefined))).toEqual({
			status: 'completed',
			exitCode: 0,
			error: null,
			failureCause: null,
			spent: null,
		});
		expect(judge(agent, anExit())).toMatchObject({status: 'completed'});
	});

	it('does not believe an exit code of 0 without a result', () => {
		expect(judge(agent, anExit(), findings(undefined))).toMatchObject({
			status: 'failed',
			exitCode: 0,
			error: 'ended without a result: aborted',
			failureCause: 'crash',
		});
	});

	it('believes an agent that says that it failed, with its own words', () => {
		expect(judge(agent, anExit(), findings({isError: true, reason: 'rate limit', cause: 'rate_limit'}))).toMatchObject({
			status: 'failed',
			error: 'rate limit',
			failureCause: 'rate_limit',
		});
	});

	it.each([1, 3, 130, 255])('never completes an exit code of %i, whatever the agent says', code => {
		expect(judge(agent, anExit({code}))).toMatchObject({status: 'failed', exitCode: code});
	});

	it.each([
		['a signal', anExit({code: null, signal: 'SIGSEGV'}), 'failed'],
		['its time', anExit({reason: 'timeout'}), 'timed_out'],
		['a request', anExit({reason: 'stopped'}), 'cancelled'],
		['the death of rad', anExit({reason: 'unattended'}), 'cancelled'],
		['a program that is not there', anExit({reason: 'not-started', code: null, error: 'ENOENT'}), 'failed'],
		['nothing that anybody knows', undefined, 'lost'],
	] as const)('tells an end by %s', (_, exit, status) => {
		expect(judge(shell, exit).status).toBe(status);
	});

	it('knows why there is no ending in a run that was killed on request', () => {
		expect(judge(shell, undefined, good, ON_REQUEST)).toMatchObject({status: 'cancelled'});
		expect(judge(shell, anExit({code: null, signal: 'SIGKILL'}), good, ON_REQUEST)).toMatchObject({status: 'cancelled'});
	});

	it('fails what was stopped for what it had spent, and leaves alone what was done before that', () => {
		const stop = toStopReason({scope: 'step', text: 'its budget is spent: $0.31 of $0.30', isFinal: true});

		expect(judge(agent, anExit({reason: 'stopped', code: 130}), good, stop)).toMatchObject({
			status: 'failed',
			error: 'stopped as its budget is spent: $0.31 of $0.30',
			spent: 'step',
		});
		expect(judge(agent, undefined, good, stop)).toMatchObject({status: 'failed', error: 'killed as its budget is spent: $0.31 of $0.30'});
		expect(judge(agent, anExit(), good, stop)).toMatchObject({status: 'completed', error: null});
	});
});

describe('toOutcome', () => {
	it('lets a step name outputs as it likes but not say that it ended otherwise', () => {
		const reading = {exit: anExit({code: 3}), findings: good, tail: 'last words'};

		const {outputs} = toOutcome(
			{status: 'failed', exitCode: 3, error: 'x', failureCause: null, spent: null},
			reading,
			{text: 'mine', exit_code: 0, cost_usd: 0, other: [1, {key: 'a secret'}]},
			{duration_ms: 50, cost_usd: 0.25},
			text => text.replace('secret', '***'),
		);

		expect(outputs).toEqual({text: 'mine', tail: 'last words', other: [1, {key: 'a ***'}], exit_code: 3, duration_ms: 50, cost_usd: 0.25});
	});
});
