// A program that writes into a store, and says after each write that it was acknowledged. Bundled by `syscalls.test.ts`.
import {writeSync} from 'node:fs';
import process from 'node:process';
import {isFailure} from '../../../source/domain/failures.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {anAgent, anId, aRun, aUsageRecord, T0} from '../../support/builders.ts';

/** What to do: write a run with all that belongs to it, or only open the store, which brings it to the newest schema. */
export type Order = 'record' | 'open';

const say = (word: string): void => void writeSync(1, `${word}\n`);

const [, , order, file = ''] = process.argv;
const RESPONSES = 3;

const record = async (): Promise<void> => {
	const store = openSqliteStore(file, {create: false});
	const {id, owner} = aRun();
	const attempt = {runId: id, stepId: 'build', attempt: 1, agentId: anId('agt'), tokenHash: 'hash', startedAt: T0, endedAt: null};
	await store.createRun({id, workflow: 'wf', startedAt: T0, owner, planJson: '{}', stepIds: ['build']});
	say('run');
	await store.startAttempt(attempt, anAgent());
	say('agent');
	for (let n = 1; n <= RESPONSES; n += 1) {
		await store.recordProgress({usage: [aUsageRecord({messageId: `msg_${n}`})]}, T0);
		say('response');
	}
	const outcome = {status: 'completed', exitCode: 0, reason: null, outputs: {}} as const;
	await store.endAttempt(attempt, {agentId: anId('agt'), status: 'completed', exitCode: 0, error: null, failureCause: null}, outcome, T0);
	say('end');
	store.close();
};

const obey = async (): Promise<string> => {
	try {
		if (order === 'record') await record();
		else openSqliteStore(file, {create: false}).close();
		return 'done';
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error.code;
	}
};

void obey().then(say);
