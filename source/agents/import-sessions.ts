import {setImmediate as giveWay} from 'node:timers/promises';
import type {WithLock} from '../checkpoint/sqlite-lock.ts';
import type {Clock} from '../domain/clock.ts';
import type {Ids} from '../domain/ids.ts';
import type {ImportResult} from '../domain/imports.ts';
import type {Observed} from '../domain/progress.ts';
import type {Agent, ProcessIdentity, UsageRecord} from '../domain/records.ts';
import type {AdoptedSession, AgentProgress, Store} from '../monitoring/store-port.ts';
import type {Pricing} from '../telemetry/pricing.ts';
import {toAdoptedAgent} from './adopted/adopted-agent.ts';
import type {AgentFact, SavedSession, SessionKeeper} from './engine.ts';
import {createFactRecorder} from './fact-recorder.ts';

export type ImportOptions = Observed & {
	readonly store: Pick<Store, 'adoptRun' | 'adopt' | 'listSessions' | 'listResponses'>;
	readonly engines: readonly SessionKeeper[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly pricing: Pricing;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly self: ProcessIdentity;
	/** Only sessions that worked in this folder or below it; null for all. */
	readonly folder: string | null;
	/** Only sessions that changed since then, epoch ms. */
	readonly since: number;
	readonly redact: (text: string) => string;
	/** Two imports at once would each take in what the other does. */
	readonly withLock: WithLock;
	readonly signal: AbortSignal;
};

/** Files are read without a pause; a Ctrl-C is heard only in one. */
const BREATH_MS = 50;

/** Rows of one transaction: large enough for its cost not to matter, small enough for others to get a turn. */
const BATCH_ROWS = 5000;

/**
 * Takes the sessions that engines keep on this machine into the store, as agents that rad did not start. A session that is there and has
 * not changed is passed over, one that changed is read anew, and one that rad itself ran is not counted a second time.
 */
export const importSessions = (options: ImportOptions): Promise<readonly ImportResult[]> =>
	options.withLock(async () => {
		const results: ImportResult[] = [];
		for (const engine of options.engines) results.push(await importEngine(engine, options));
		return results;
	});

const importEngine = async (engine: SessionKeeper, options: ImportOptions): Promise<ImportResult> => {
	const {store, environment, since, clock, signal, onProgress} = options;
	const directory = engine.findRecordsDirectory(environment);
	const found = directory === null ? [] : engine.history.list(directory);
	const known = new Map((await store.listSessions(engine.name)).map(session => [session.sessionId, session]));
	const counts = {found: found.length, imported: 0, unchanged: 0, own: 0, elsewhere: 0, older: 0, unreadable: 0, empty: 0, responses: 0, oddRows: 0};
	const batch = createBatch(engine, options);
	let lastBreath = clock.elapsed();
	for (const [index, session] of found.entries()) {
		onProgress?.({stage: 'read-sessions', subject: engine.name, done: index, total: found.length});
		if (clock.elapsed() - lastBreath > BREATH_MS) {
			await giveWay();
			lastBreath = clock.elapsed();
		}
		if (signal.aborted) break;
		const before = known.get(session.sessionId);
		if (session.changedAt < since) counts.older += 1;
		else if (before !== undefined && before.stamp === null) counts.own += 1;
		else if (before?.stamp === session.stamp) counts.unchanged += 1;
		else if (!session.canRead()) counts.unreadable += 1;
		else if (!isWanted(session, options.folder)) counts.elsewhere += 1;
		else {
			const {hasAny, responses, oddRows} = await batch.add(session, before?.agentId);
			counts[hasAny ? 'imported' : 'empty'] += 1;
			counts.responses += responses;
			counts.oddRows += oddRows;
		}
	}
	await batch.write(clock.now());
	return {engine: engine.name, directory, ...counts};
};

const isWanted = (session: SavedSession, folder: string | null): boolean => {
	if (folder === null) return true;
	const own = session.findFolder();
	return own !== null && (own === folder || own.startsWith(`${folder}/`));
};

/** What came of a session: nothing is kept of one that tells of no work. */
type Added = {readonly hasAny: boolean; readonly responses: number; readonly oddRows: number};

/** Gathers sessions until they are worth a transaction. The run that holds them is made with the first one. */
const createBatch = (engine: SessionKeeper, options: ImportOptions) => {
	const {store, clock, ids, self} = options;
	let batch: AdoptedSession[] = [];
	let rows = 0;
	let run: Awaited<ReturnType<Store['adoptRun']>> | undefined;
	const responses = createResponses(engine, options);
	const write = async (at: number): Promise<void> => {
		if (batch.length > 0) await store.adopt(batch, at);
		batch = [];
		rows = 0;
	};
	return {
		write,
		add: async (session: SavedSession, known: Agent['id'] | undefined): Promise<Added> => {
			const facts = session.read();
			const isWork = ({type}: AgentFact): boolean => type === 'usage' || type === 'tool-call';
			if (known === undefined && !facts.some(isWork))
				return {hasAny: false, responses: 0, oddRows: facts.filter(({type}) => type === 'unreadable').length};
			run ??= await store.adoptRun({id: ids.next('run'), engine: engine.name, at: clock.now(), owner: self});
			const root = toAdoptedAgent({engine: engine.name, sessionId: session.sessionId, id: known ?? ids.next('agt'), planId: run});
			const {usage: told, toolCalls, subAgents, endedSubAgents, oddRows} = await readFacts(facts, root, options);
			const usage = await responses.keepNew(told);
			const times = findTimes(usage);
			const ends = new Map(endedSubAgents.map(end => [end.agentId, end]));
			const complete = (agent: Agent): Agent => ({
				...withTimes({...agent, status: ends.get(agent.id)?.status ?? 'completed'}, times, session.changedAt),
				model: agent.model ?? usage.find(({agentId}) => agentId === agent.id)?.model ?? null,
			});
			const {sessionId, stamp} = session;
			batch.push({engine: engine.name, sessionId, stamp, agents: [complete(root), ...subAgents.map(complete)], usage, toolCalls});
			rows += usage.length + toolCalls.length;
			if (rows > BATCH_ROWS) await write(clock.now());
			return {hasAny: true, responses: usage.length, oddRows};
		},
	};
};

/** Of so many sessions the responses are looked up, as mostly few have grown; with more, to know all of the store's takes less. */
const FEW_SESSIONS = 8;

/** Knows whose each response is: a session that was forked or copied holds those of another one, which must not count again. */
const createResponses = (engine: SessionKeeper, {store}: ImportOptions) => {
	const owners = new Map<string, Agent['id']>();
	let sessions = 0;
	const learn = async (usage: readonly UsageRecord[]): Promise<void> => {
		sessions += 1;
		if (sessions > FEW_SESSIONS + 1) return;
		const wanted = sessions > FEW_SESSIONS ? null : usage.map(({messageId}) => messageId);
		// What was read a moment ago may not be in the store yet.
		for (const {messageId, agentId} of await store.listResponses(engine.name, wanted)) if (!owners.has(messageId)) owners.set(messageId, agentId);
	};
	return {
		keepNew: async (usage: readonly UsageRecord[]): Promise<readonly UsageRecord[]> => {
			await learn(usage);
			return usage.filter(({messageId, agentId}) => {
				const owner = owners.get(messageId) ?? agentId;
				owners.set(messageId, owner);
				return owner === agentId;
			});
		},
	};
};

type SessionReading = Required<AgentProgress> & {readonly oddRows: number};

const readFacts = async (facts: readonly AgentFact[], root: Agent, {pricing, clock, redact}: ImportOptions): Promise<SessionReading> => {
	const read: AgentProgress[] = [];
	const recorder = createFactRecorder({
		store: {recordProgress: async progress => void read.push(progress)},
		clock,
		pricing,
		root,
		workspaceRoot: '/',
		redact,
		checkpointOf: () => undefined,
		openLog: () => ({writer: NO_LOG, file: null}),
	});
	for (const fact of facts) recorder.add(fact);
	await recorder.flush();
	await recorder.close();
	const [progress = {}] = read;
	const results = new Map((progress.toolResults ?? []).map(result => [`${result.agentId} ${result.callId}`, result.isError]));
	return {
		subAgents: progress.subAgents ?? [],
		endedSubAgents: progress.endedSubAgents ?? [],
		sessions: progress.sessions ?? [],
		usage: progress.usage ?? [],
		toolCalls: (progress.toolCalls ?? []).map(call => ({...call, isError: results.get(`${call.agentId} ${call.callId}`) ?? call.isError})),
		toolResults: [],
		oddRows: recorder.findings().unreadable,
	};
};

/** Nobody reads a log of what happened elsewhere: the engine has its own. */
const NO_LOG = {write: () => {}, flush: async () => {}, close: async () => {}};

type Times = ReadonlyMap<Agent['id'], {readonly first: number; readonly last: number}>;

const findTimes = (usage: Required<AgentProgress>['usage']): Times => {
	const times = new Map<Agent['id'], {first: number; last: number}>();
	for (const {agentId, at} of usage) {
		const before = times.get(agentId) ?? {first: at, last: at};
		times.set(agentId, {first: Math.min(before.first, at), last: Math.max(before.last, at)});
	}
	return times;
};

const withTimes = (agent: Agent, times: Times, changedAt: number): Agent => {
	const {first, last} = times.get(agent.id) ?? {first: changedAt, last: changedAt};
	return {...agent, startedAt: Math.round(first), endedAt: Math.round(last)};
};
