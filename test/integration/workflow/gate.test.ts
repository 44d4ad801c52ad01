import process from 'node:process';
import {expect, test} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import type {ProcessIdentity} from '../../../source/domain/records.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {waitForDecision} from '../../../source/workflow/gate.ts';
import {anId} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const self = createProcessTable(process.platform).identify(process.pid) as ProcessIdentity;
const runId = anId('run');

test('an answer that comes before anybody waits for it is no trouble', async () => {
	const store = openSqliteStore(`${newFolder()}/monitoring.db`, {create: true});
	const clock = {now: () => 1000, elapsed: () => 0, sleep: async () => {}};
	await store.createRun({id: runId, workflow: 'w', startedAt: 1, owner: self, planJson: '{}', stepIds: ['gate']});
	const question = {about: 'gate', message: 'Go on?', show: [], outputs: {}, until: null, onTimeout: 'reject'} as const;
	await store.askStep(runId, 'gate', question, 2);
	await store.decideStep(runId, 'gate', {isApproved: true, by: 'user', comment: null}, 3);

	await waitForDecision({store, clock}, {runId, signal: new AbortController().signal, news: new AbortController().signal});

	expect(await store.getRun(runId)).toMatchObject({status: 'running', error: null});
	store.close();
});
