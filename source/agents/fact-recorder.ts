import type {Clock} from '../domain/clock.ts';
import type {AgentId, CheckpointId} from '../domain/ids.ts';
import type {Agent, LogKind, ToolCall, UsageRecord} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import {totalTokens} from '../domain/tokens.ts';
import type {LogWriter} from '../logs/log-writer.ts';
import type {AgentProgress, Store} from '../monitoring/store-port.ts';
import {apportion} from '../telemetry/apportion.ts';
import type {Pricing} from '../telemetry/pricing.ts';
import {cleanName} from './clean-name.ts';
import {deriveAgentId} from './derive-agent-id.ts';
import type {AgentFact, AgentKey} from './engine.ts';
import {toWorkspacePath} from './workspace-path.ts';

export type FactRecorderOptions = {
	readonly store: Pick<Store, 'recordProgress'>;
	readonly clock: Clock;
	readonly pricing: Pricing;
	/** The agent of the process. */
	readonly root: Agent;
	readonly workspaceRoot: string;
	/** Takes known secrets out of a text. */
	readonly redact: (text: string) => string;
	/** The checkpoint that was taken before a call of this process wrote; undefined while there is none. */
	readonly checkpointOf: (call: ToolCall) => CheckpointId | undefined;
	/** Opens the log of an agent; the recorder closes it. */
	readonly openLog: (agentId: AgentId) => {readonly writer: LogWriter; readonly file: string | null};
};

/** What is known of the work when all was read. */
export type Findings = {
	readonly verdict: Omit<Extract<AgentFact, {type: 'verdict'}>, 'type'> | undefined;
	/** The engine's id of its session; undefined while it told none. */
	readonly sessionId: string | undefined;
	readonly finalMessage: string | undefined;
	/** See the fact `final-message`. */
	readonly answer: unknown;
	/** Lines that should have been understood and were not. */
	readonly unreadable: number;
};

export type FactRecorder = {
	readonly add: (fact: AgentFact) => void;
	/** Commits what was added since the last call. */
	readonly flush: () => Promise<void>;
	readonly findings: () => Findings;
	readonly close: () => Promise<void>;
};

type Pending = {[Part in keyof Required<AgentProgress>]: Array<Required<AgentProgress>[Part][number]>};

/** Turns the facts of one process into rows and log lines. Recording the same facts again changes nothing: ids follow from what the engine says. */
export const createFactRecorder = (options: FactRecorderOptions): FactRecorder => {
	const {clock, root} = options;
	const clean = (text: string): string => options.redact(sanitizeLine(text));
	const book = createAgentBook(options);
	const spending = createSpending(options.pricing);
	const findings: {-readonly [Part in keyof Findings]: Findings[Part]} = {
		verdict: undefined,
		sessionId: undefined,
		finalMessage: undefined,
		answer: undefined,
		unreadable: 0,
	};
	const unsaved = createUnsaved(options.checkpointOf);
	let pending = emptyProgress();
	const handlers: FactHandlers = {
		session: ({sessionId, model, version}) => {
			const told = {sessionId: sanitizeLine(sessionId) || null, engineVersion: cleanName(version), model: cleanName(model)};
			findings.sessionId = told.sessionId ?? findings.sessionId;
			pending.sessions.push({agentId: root.id, ...told});
		},
		log: fact => book.write(fact.agent, fact.kind, fact.text),
		usage: ({agent, at = clock.now(), provider, model, messageId, tokens, tier = null, costNanoUsd}) =>
			spending.add(
				{agentId: book.idOf(agent), at, provider, model: sanitizeLine(model), messageId: sanitizeLine(messageId), tokens, tier},
				costNanoUsd,
			),
		'reported-cost': fact => spending.report(sanitizeLine(fact.model), fact.costNanoUsd),
		'tool-call': fact => pending.toolCalls.push(toToolCall(fact, book.idOf(fact.agent), options)),
		'tool-result': ({agent, callId, isError}) => pending.toolResults.push({agentId: book.idOf(agent), callId: sanitizeLine(callId), isError}),
		'sub-agent-started': fact => pending.subAgents.push(...book.start(fact)),
		'sub-agent-ended': ({agent, status, error}) =>
			pending.endedSubAgents.push({agentId: book.idOf(agent), status, error: error === null ? null : clean(error)}),
		'final-message': ({text, answer}) => {
			findings.finalMessage = text;
			findings.answer = answer;
		},
		verdict: ({type: _, ...verdict}) => {
			findings.verdict = {...verdict, reason: verdict.reason === null ? null : clean(verdict.reason)};
		},
		unreadable: ({reason}) => {
			findings.unreadable += 1;
			book.write(null, 'rad', `not understood: ${reason}`);
		},
	};
	return {
		add: fact => {
			// Each handler takes exactly the facts of its name.
			const handle = handlers[fact.type] as (fact: AgentFact) => unknown;
			handle(fact);
		},
		flush: async () => {
			// One by one: a session can hold more than a call takes arguments.
			for (const record of spending.take()) pending.usage.push(record);
			// Only now, and again while there is none: a call may ask for its checkpoint after its line was read.
			const toolCalls = unsaved.take(pending.toolCalls);
			const progress = {...pending, toolCalls};
			pending = emptyProgress();
			await book.flush();
			if (Object.values(progress).some(part => part.length > 0)) await options.store.recordProgress(progress, clock.now());
		},
		findings: () => ({...findings}),
		close: book.close,
	};
};

// Engines ask right before a call or right after its line; what is older has not asked and will not.
const MAX_UNSAVED = 50;

/** Finds the checkpoints of calls, also of those that were recorded before they had one. */
const createUnsaved = (checkpointOf: FactRecorderOptions['checkpointOf']) => {
	let waiting: readonly ToolCall[] = [];
	const withCheckpoint = (call: ToolCall): ToolCall => ({...call, checkpointId: checkpointOf(call) ?? null});
	return {
		/** The fresh calls, and those of before that have their checkpoint now. */
		take: (fresh: readonly ToolCall[]): ToolCall[] => {
			const old = waiting.map(withCheckpoint);
			const calls = fresh.map(withCheckpoint);
			waiting = [...old, ...calls].filter(({checkpointId, writes}) => checkpointId === null && writes.length > 0).slice(-MAX_UNSAVED);
			return [...old.filter(({checkpointId}) => checkpointId !== null), ...calls];
		},
	};
};

type FactHandlers = {readonly [Type in AgentFact['type']]: (fact: Extract<AgentFact, {type: Type}>) => unknown};

const emptyProgress = (): Pending => ({subAgents: [], endedSubAgents: [], sessions: [], usage: [], toolCalls: [], toolResults: []});

/** Knows which agent an engine's key means, and keeps the logs of all of them open. */
const createAgentBook = ({root, clock, openLog, redact}: FactRecorderOptions) => {
	const ids = new Map<AgentKey, AgentId>([[null, root.id]]);
	const logs = new Map<AgentId, LogWriter>([[root.id, openLog(root.id).writer]]);
	const idOf = (key: AgentKey): AgentId => ids.get(key) ?? root.id;
	return {
		idOf,
		write: (key: AgentKey, kind: LogKind, text: string): void => logs.get(idOf(key))?.write({at: clock.now(), kind, text}),
		/** The new agent; nothing when it was started before. */
		start: (fact: Extract<AgentFact, {type: 'sub-agent-started'}>): readonly Agent[] => {
			if (ids.has(fact.agent)) return [];
			const id = deriveAgentId(root.id, fact.agent);
			const {writer, file} = openLog(id);
			ids.set(fact.agent, id);
			logs.set(id, writer);
			return [toSubAgent(root, {id, parentId: idOf(fact.parent), logFile: file, startedAt: clock.now()}, {...fact, name: redact(fact.name)})];
		},
		flush: async (): Promise<void> => {
			for (const log of logs.values()) await log.flush();
		},
		close: async (): Promise<void> => {
			for (const log of logs.values()) await log.close();
		},
	};
};

const toToolCall = (
	fact: Extract<AgentFact, {type: 'tool-call'}>,
	agentId: AgentId,
	{clock, workspaceRoot, redact}: FactRecorderOptions,
): ToolCall => ({
	agentId,
	at: clock.now(),
	callId: sanitizeLine(fact.callId),
	tool: sanitizeLine(fact.tool),
	argumentsJson: redact(fact.argumentsJson),
	writes: fact.writes.flatMap(file => toWorkspacePath(workspaceRoot, file) ?? []),
	checkpointId: null,
	isError: null,
});

const toSubAgent = (
	root: Agent,
	known: Pick<Agent, 'id' | 'parentId' | 'logFile' | 'startedAt'>,
	{name, model}: Extract<AgentFact, {type: 'sub-agent-started'}>,
): Agent => ({
	...root,
	...known,
	agentType: 'sub-agent',
	name: cleanName(name) ?? '',
	model: model === null ? null : sanitizeLine(model),
	status: 'running',
});

type Usage = Omit<UsageRecord, 'costNanoUsd' | 'costSource' | 'cacheSavedNanoUsd'>;

/** Prices usage as it comes; once the engine reports its own total for a model, that total is spread over the records, exactly. */
const createSpending = (pricing: Pricing) => {
	const records = new Map<string, UsageRecord>();
	const reported = new Map<string, number>();
	/** All models that the engine ever reported a cost of. */
	const named = new Set<string>();
	const changed = new Set<string>();
	const keyOf = ({agentId, messageId}: Usage): string => `${agentId} ${messageId}`;
	const spread = (covered: ReadonlyArray<readonly [string, UsageRecord]>, totalNanoUsd: number): void => {
		const weights = covered.map(([, record]) => estimate(pricing, record)?.costNanoUsd ?? totalTokens(record.tokens));
		const shares = apportion(totalNanoUsd, weights);
		for (const [index, [key, record]] of covered.entries()) {
			records.set(key, {...record, costNanoUsd: shares[index] ?? 0, costSource: 'reported'});
			changed.add(key);
		}
	};
	const spreadReported = (): void => {
		if (reported.size === 0) return;
		const all = [...records];
		const isResponse = ({messageId}: UsageRecord): boolean => !messageId.startsWith(SETTLEMENT_PREFIX);
		// A gateway may call a model otherwise in its answers than the engine does in its sums: then nobody knows whose cost is whose.
		const isClear = all.every(([, record]) => named.has(record.model) || !isResponse(record));
		if (isClear)
			for (const [model, total] of reported)
				spread(
					all.filter(([, record]) => record.model === model),
					total,
				);
		else
			spread(
				all,
				[...reported.values()].reduce((sum, total) => sum + total, 0),
			);
	};
	return {
		add: (usage: Usage, ownCostNanoUsd: number | undefined) => {
			const key = keyOf(usage);
			const first = records.get(key);
			const price = estimate(pricing, usage);
			records.set(key, {
				agentId: usage.agentId,
				provider: usage.provider,
				model: usage.model,
				messageId: usage.messageId,
				tokens: usage.tokens,
				tier: usage.tier,
				at: first?.at ?? usage.at,
				costNanoUsd: ownCostNanoUsd ?? price?.costNanoUsd ?? null,
				costSource: ownCostNanoUsd !== undefined ? 'reported' : price === undefined ? 'unknown' : 'estimated',
				cacheSavedNanoUsd: price?.cacheSavedNanoUsd ?? null,
			});
			changed.add(key);
		},
		report: (model: string, costNanoUsd: number): void => {
			reported.set(model, costNanoUsd);
			named.add(model);
		},
		/** The records that are new or changed since the last call. */
		take: (): readonly UsageRecord[] => {
			spreadReported();
			reported.clear();
			const taken = [...changed].flatMap(key => records.get(key) ?? []);
			changed.clear();
			return taken;
		},
	};
};

const estimate = (pricing: Pricing, {provider, model, tokens, tier, at}: Usage) => pricing.price({provider, model, tokens, tier, at});
