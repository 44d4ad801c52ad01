import {appendFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {AgentId, RunId} from '../../source/domain/ids.ts';
import type {Agent} from '../../source/domain/records.ts';
import {formatLogLine} from '../../source/logs/log-line.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {toLayout} from '../../source/workspace/layout.ts';
import {anAgent, anId, aUsageRecord} from '../support/builders.ts';

/** What the load is told to be, as JSON in its first argument. */
export type LoadTask = {
	readonly root: string;
	readonly agents: number;
	readonly linesPerSecond: number;
	readonly rowsPerSecond: number;
};

/**
 * What it does when it is told so, one word a line: begin or end to work, or change one row. It ends with its input. It writes `ready`,
 * and after each change when that was committed, in milliseconds since the epoch.
 */
export type LoadCommand = 'work' | 'rest' | 'change';

const TURN_MS = 50;
const TURNS = 1000 / TURN_MS;

const {root, agents, linesPerSecond, rowsPerSecond} = JSON.parse(process.argv[2] ?? '') as LoadTask;
const layout = toLayout(root);
const store = openSqliteStore(layout.database, {create: false});
const owner = createProcessTable(process.platform).identify(process.pid);
if (owner === undefined) throw new Error('this process must be known');
const runId: RunId = anId('run', 999_999);
const idOf = (index: number): AgentId => anId('agt', 900_000 + index);
const startedAt = Date.now();

/** Most agents of a long run are over. */
const AT_WORK = 50;

/** The first one has a process; the others live in it, ten below each of a hundred. */
const toAgent = (index: number): Agent =>
	anAgent({
		id: idOf(index),
		planId: runId,
		stepId: 'crowd',
		parentId: index === 0 ? null : idOf(Math.floor((index - 1) / 10)),
		agentType: index === 0 ? 'agent' : 'sub-agent',
		name: `agent ${index} of the crowd`,
		status: index === 0 ? 'starting' : 'running',
		processId: null,
		processStart: null,
		bootId: null,
		startedAt,
	});

const create = async (): Promise<void> => {
	await store.createRun({id: runId, workflow: 'crowd', startedAt, owner, planJson: '{}', stepIds: ['crowd']});
	const attempt = {runId, stepId: 'crowd', attempt: 1, agentId: idOf(0), tokenHash: 'none', startedAt, endedAt: null};
	await store.startAttempt(attempt, toAgent(0));
	await store.noteProcess(idOf(0), owner, startedAt);
	const subAgents = Array.from({length: agents - 1}, (_, index) => toAgent(index + 1));
	const endedSubAgents = subAgents.slice(0, -AT_WORK).map(({id: agentId}) => ({agentId, status: 'completed', error: null}) as const);
	await store.recordProgress({subAgents, endedSubAgents}, startedAt);
};

/** The newest agent that works is the one that is selected. */
const chatty = idOf(agents - 1);
const log = join(root, `.radium/logs/${chatty}.log`);
let line = 0;
let row = 0;

const print = (): void => {
	const at = Date.now();
	const lines = Array.from({length: linesPerSecond / TURNS}, () => {
		line += 1;
		return `${formatLogLine({at, kind: line % 5 === 0 ? 'tool' : 'out', text: `line ${line} of what it has to say`})}\n`;
	});
	appendFileSync(log, lines.join(''));
};

const update = async (): Promise<void> => {
	row += 1;
	await store.recordProgress(
		{usage: [aUsageRecord({agentId: idOf((row * 37) % agents), messageId: `m${row}`, at: Date.now(), costNanoUsd: 1_000_000})]},
		Date.now(),
	);
};

let isWorking = false;
const work = async (): Promise<void> => {
	const rowsPerTurn = rowsPerSecond / TURNS;
	for (let owed = 0; isWorking; ) {
		const began = performance.now();
		print();
		for (owed += rowsPerTurn; owed >= 1; owed -= 1) await update();
		await new Promise(resolve => setTimeout(resolve, Math.max(0, TURN_MS - (performance.now() - began))));
	}
};

let isWaiting = false;
const change = async (): Promise<void> => {
	isWaiting = !isWaiting;
	await store.moveAgent(chatty, isWaiting ? 'waiting' : 'running', Date.now());
	process.stdout.write(`${performance.timeOrigin + performance.now()}\n`);
};

await create();
print();
process.stdout.write('ready\n');
for await (const command of createInterface({input: process.stdin}) as AsyncIterable<LoadCommand>) {
	if (command === 'change') await change();
	else {
		const wasWorking = isWorking;
		isWorking = command === 'work';
		if (isWorking && !wasWorking) void work();
	}
}
isWorking = false;
store.close();
