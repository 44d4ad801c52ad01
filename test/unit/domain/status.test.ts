import {describe, expect, it} from 'vitest';
import {
	AGENT_STATUSES,
	canMoveAgent,
	canMoveRun,
	canMoveStep,
	isAgentOver,
	isRunOver,
	isStepOver,
	RUN_STATUSES,
	STEP_STATUSES,
} from '../../../source/domain/status.ts';

describe('status moves', () => {
	it('never leave a final status', () => {
		for (const from of AGENT_STATUSES.filter(isAgentOver)) for (const to of AGENT_STATUSES) expect(canMoveAgent(from, to)).toBe(false);
		for (const from of RUN_STATUSES.filter(isRunOver)) for (const to of RUN_STATUSES) expect(canMoveRun(from, to)).toBe(false);
		for (const from of STEP_STATUSES.filter(isStepOver)) for (const to of STEP_STATUSES) expect(canMoveStep(from, to)).toBe(false);
	});

	it('let every live status end', () => {
		for (const from of AGENT_STATUSES.filter(status => !isAgentOver(status))) expect(canMoveAgent(from, 'lost')).toBe(true);
		for (const from of RUN_STATUSES.filter(status => !isRunOver(status))) expect(canMoveRun(from, 'cancelled')).toBe(true);
	});

	it('keep an interrupted run open, since it may go on or be cancelled', () => {
		expect(isRunOver('interrupted')).toBe(false);
		expect(canMoveRun('interrupted', 'completed')).toBe(false);
	});

	it('never complete an agent that did not run', () => {
		expect(canMoveAgent('starting', 'completed')).toBe(false);
	});
});
