import {expect, test} from 'vitest';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {AttemptPorts} from '../../../source/workflow/attempt-ports.ts';
import {cancelAgent} from '../../../source/workflow/cancel-agent.ts';
import {anAgent, anId} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const owner = {pid: 1, startTime: '1', bootId: 'boot'};
const [runId, rootId, childId, grandchildId, foreignId] = [anId('run'), anId('agt', 1), anId('agt', 2), anId('agt', 3), anId('agt', 4)];

test('refuses agents that are no process of rad, and says what to do instead', async () => {
	const store = openSqliteStore(`${newFolder()}/monitoring.db`, {create: true});
	// Nothing else is looked at before it is clear whose agent it is.
	const ports = {store} as AttemptPorts;
	const running = {planId: runId, stepId: 'a', status: 'running', endedAt: null, exitCode: null, error: null} as const;
	await store.createRun({id: runId, workflow: 'w', startedAt: 1, owner, planJson: '{}', stepIds: ['a']});
	const attempt = {runId, stepId: 'a', attempt: 1, agentId: rootId, tokenHash: 'x', startedAt: 1, endedAt: null};
	await store.startAttempt(attempt, anAgent({...running, id: rootId, parentId: null}));
	const subAgents = [
		anAgent({...running, id: childId, parentId: rootId, agentType: 'sub-agent'}),
		anAgent({...running, id: grandchildId, parentId: childId, agentType: 'sub-agent'}),
	];
	await store.recordProgress({subAgents}, 2);
	const adoptedId = await store.adoptRun({id: anId('run', 2), engine: 'claude', at: 3, owner});
	await store.adoptSession({...anAgent({...running, id: foreignId, planId: adoptedId, parentId: null}), sessionId: 's'}, 'stamp', 4);

	await expect(cancelAgent(ports, grandchildId, 'now')).rejects.toMatchObject({code: 'AGENT_NOT_OURS', exitCode: 7, hint: `rad cancel ${rootId}`});
	await expect(cancelAgent(ports, foreignId, 'now')).rejects.toMatchObject({
		code: 'AGENT_NOT_OURS',
		message: expect.stringContaining('not started by rad'),
	});
	await expect(cancelAgent(ports, anId('agt', 9), 'now')).rejects.toMatchObject({code: 'AGENT_UNKNOWN'});
	const end = {agentId: rootId, status: 'failed', exitCode: 1, error: null, failureCause: null} as const;
	await store.endAttempt(attempt, end, {status: 'failed', exitCode: 1, reason: null, outputs: {}}, 5);
	await expect(cancelAgent(ports, rootId, 'now')).rejects.toMatchObject({code: 'AGENT_OVER', exitCode: 4});
	expect(await store.findStopWish(childId)).toBeUndefined();
	store.close();
});
