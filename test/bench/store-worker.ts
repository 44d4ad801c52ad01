import process from 'node:process';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import type {AgentId} from '../../source/domain/ids.ts';
import {createPatientStore} from '../../source/monitoring/patient-store.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {aUsageRecord} from '../support/builders.ts';

/** What a writer is told to do, as JSON in its first argument. */
export type WriterTask = {
	readonly database: string;
	readonly agentId: AgentId;
	/** Tells its records from those of others. */
	readonly name: string;
	/** How many transactions. */
	readonly count: number;
	readonly pauseMs: number;
	/** `usage` adds one response in each; `status` changes the agent's, which is an event. */
	readonly kind: 'usage' | 'status';
	/** True tells of each commit at once: its time in milliseconds since the epoch. */
	readonly tells: boolean;
};

/** What it prints at the end, as JSON: how long each commit took, in milliseconds. */
export type WriterAnswer = {readonly latencies: readonly number[]};

const task = JSON.parse(process.argv[2] ?? '') as WriterTask;
const store = createPatientStore(openSqliteStore(task.database, {create: false}), createSystemClock());

const commit = (index: number): Promise<void> =>
	task.kind === 'usage'
		? store.recordProgress({usage: [aUsageRecord({agentId: task.agentId, messageId: `${task.name}-${index}`, at: Date.now()})]}, Date.now())
		: store.moveAgent(task.agentId, index % 2 === 0 ? 'waiting' : 'running', Date.now());

// Everybody begins at once, when told so.
process.stdout.write('ready\n');
await createInterface({input: process.stdin})[Symbol.asyncIterator]().next();
const latencies: number[] = [];
for (let index = 0; index < task.count; index += 1) {
	const start = performance.now();
	await commit(index);
	latencies.push(performance.now() - start);
	if (task.tells) process.stdout.write(`${performance.timeOrigin + performance.now()}\n`);
	if (task.pauseMs > 0) await sleep(task.pauseMs);
}
store.close();
process.stdout.write(`${JSON.stringify({latencies} satisfies WriterAnswer)}\n`);
process.stdin.destroy();
