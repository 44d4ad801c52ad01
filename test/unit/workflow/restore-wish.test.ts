import {describe, expect, it} from 'vitest';
import type {AgentRequest} from '../../../source/domain/records.ts';
import {findFinalWish, isRestoreOutstanding} from '../../../source/workflow/restore-wish.ts';
import {anAgent, anId} from '../../support/builders.ts';

const before = anId('cp', 1);
const other = anId('cp', 2);
const agent = anAgent({checkpointId: before});
const COMPLETED = {status: 'completed'} as const;

const aRequest = (change: Partial<AgentRequest>): AgentRequest => ({
	id: anId('req'),
	runId: agent.planId,
	stepId: agent.stepId,
	agentId: agent.id,
	createdAt: 1,
	decidedAt: null,
	status: 'pending',
	decidedBy: null,
	subject: {kind: 'restore', checkpointId: before},
	...change,
});

describe('findFinalWish', () => {
	it.each([
		['/restore', before],
		[`It went wrong.\n\n/restore ${other}`, other],
		['All is well.', undefined],
		[undefined, undefined],
	])('finds in %j the checkpoint %j', (message, checkpoint) => {
		expect(findFinalWish(agent, COMPLETED, message)).toBe(checkpoint);
	});

	it('finds none where the agent did not end by itself, or has no checkpoint', () => {
		expect(findFinalWish(agent, {status: 'failed'}, '/restore')).toBeUndefined();
		expect(findFinalWish({...agent, checkpointId: null}, COMPLETED, '/restore')).toBeUndefined();
	});
});

describe('isRestoreOutstanding', () => {
	it.each<[string, boolean, readonly AgentRequest[], string]>([
		['nothing was asked for', false, [], 'All is well.'],
		['its last message asks, and nobody has heard it', true, [], '/restore'],
		['its last message asked, and it was refused', false, [aRequest({status: 'denied'})], '/restore'],
		['its last message asks for another checkpoint than was refused', true, [aRequest({status: 'denied'})], `/restore ${other}`],
		['it was granted', true, [aRequest({status: 'granted'})], 'All is well.'],
		['it was not decided', true, [aRequest({})], 'All is well.'],
		['another agent was granted one', false, [aRequest({status: 'granted', agentId: anId('agt', 99)})], 'All is well.'],
		[
			'a tool call is offered again',
			false,
			[aRequest({subject: {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: '{}', writes: []}})],
			'All is well.',
		],
	])('where %s: %s', async (_case, isOutstanding, requests, message) => {
		expect(await isRestoreOutstanding({listRequests: async () => requests}, agent, COMPLETED, message)).toBe(isOutstanding);
	});
});
