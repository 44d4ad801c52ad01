import type {DiffOptions} from '../../source/domain/checkpoints.ts';
import {type Settings, toSettings} from '../../source/domain/configuration.ts';
import type {StoredEvent} from '../../source/domain/events.ts';
import {RadError} from '../../source/domain/failures.ts';
import {findByPrefix} from '../../source/domain/find-by-prefix.ts';
import type {CheckpointId, Id, RunId} from '../../source/domain/ids.ts';
import type {ImportResult} from '../../source/domain/imports.ts';
import type {Logs} from '../../source/domain/logs.ts';
import {type Allowance, listPlaces, mapPlanWork, type Part, type Plan} from '../../source/domain/plan.ts';
import type {
	EventFeed,
	Monitor,
	PartOptions,
	Rad,
	Runs,
	StartOptions,
	StartPreview,
	Telemetry,
	UsageFilter,
	WorkflowSummary,
} from '../../source/domain/rad.ts';
import type {
	Agent,
	AgentRequest,
	Checkpoint,
	CostSource,
	FileChange,
	LogLine,
	PruneLimits,
	PruneResult,
	RestorePlan,
	RestoreScope,
	Run,
	Step,
	StoreSize,
	ToolCall,
	UsageGrouping,
	UsageRecord,
	UsageTotals,
	VerifyResult,
} from '../../source/domain/records.ts';
import type {Requests} from '../../source/domain/requests.ts';
import {isAgentOver, isRunOver} from '../../source/domain/status.ts';
import {addTokens, NO_TOKENS} from '../../source/domain/tokens.ts';
import {createPrices} from '../../source/telemetry/prices-service.ts';
import {createPricing} from '../../source/telemetry/pricing.ts';
import {aCheckpoint, anId, aRestorePlan, aRun, T0} from './builders.ts';

/** Everything that a fake workspace holds. `logs` and `plans` are by the id of the agent and of the checkpoint. */
export type FakeData = {
	readonly runs: readonly Run[];
	/** Of every run. */
	readonly outputs?: Readonly<Record<string, unknown>>;
	readonly allowance?: Allowance;
	readonly steps: readonly Step[];
	readonly agents: readonly Agent[];
	readonly usage: readonly UsageRecord[];
	readonly toolCalls: readonly ToolCall[];
	readonly checkpoints: readonly Checkpoint[];
	readonly requests: readonly AgentRequest[];
	readonly events: readonly StoredEvent[];
	readonly workflows: readonly WorkflowSummary[];
	/** Plans by the name of their workflow. */
	readonly loaded: Readonly<Record<string, Plan>>;
	readonly logs: Readonly<Record<string, readonly LogLine[]>>;
	readonly plans: Readonly<Record<string, RestorePlan>>;
	readonly diffText: string;
	/** The checkpoint whose restore was cut short. */
	readonly cutShort: CheckpointId | undefined;
	readonly damaged: VerifyResult['damaged'];
	readonly size: StoreSize;
	readonly imports: readonly ImportResult[];
	readonly settings: Settings;
};

/** A call that a front end made in order to change something, in the order of the calls. */
export type FakeCall =
	| ({readonly action: 'execute' | 'start'} & StartOptions)
	| {readonly action: 'cancel'; readonly runId: string; readonly how: 'graceful' | 'now'}
	| {readonly action: 'cancel-agent'; readonly agentId: string; readonly how: 'graceful' | 'now'}
	| {readonly action: 'resume-run' | 'resume-detached'; readonly runId: string}
	| {readonly action: 'create-checkpoint'; readonly label: string}
	| ({readonly action: 'restore'; readonly checkpointId: string; readonly stopRuns: boolean} & RestoreScope)
	| {readonly action: 'resume'; readonly how: 'finish' | 'undo'}
	| {readonly action: 'prune'; readonly limits: PruneLimits; readonly isDryRun: boolean}
	| {readonly action: 'decide'; readonly requestId: string; readonly isGranted: boolean; readonly argumentsJson?: string}
	| {
			readonly action: 'answer';
			readonly runId: string;
			readonly stepId: string | undefined;
			readonly isApproved: boolean;
			readonly comment: string | null;
	  }
	| {readonly action: 'open-request'; readonly token: string; readonly checkpoint: string | undefined}
	| {readonly action: 'attend' | 'leave' | 'close'};

export type FakeRad = {
	readonly rad: Rad;
	readonly calls: readonly FakeCall[];
	readonly data: () => FakeData;
	/** Takes every input for a text, fills in nothing and evaluates no condition. */
	readonly previewStart: (options: StartOptions) => Promise<StartPreview>;
	/** Replaces parts of the workspace and tells every listener, as another process that writes would. */
	readonly update: (change: Partial<FakeData>) => void;
	/** Adds lines to an agent's log; whoever follows it hears them. */
	readonly log: (agentId: string, ...lines: readonly LogLine[]) => void;
};

/** The workspace lies below the top of its work tree, so that nobody takes one for the other. */
const TOP = '/work';

const NOTHING: FakeData = {
	runs: [],
	steps: [],
	agents: [],
	usage: [],
	toolCalls: [],
	checkpoints: [],
	requests: [],
	events: [],
	workflows: [],
	loaded: {},
	logs: {},
	plans: {},
	diffText: '',
	cutShort: undefined,
	damaged: [],
	size: {ownBytes: 3_400_000, sharedBytes: 0},
	imports: [],
	settings: toSettings(new Map(), {notifyFile: null, keys: [], files: []}),
};

type World = {
	data: FakeData;
	readonly calls: FakeCall[];
	readonly listeners: Set<() => void>;
	readonly followers: Set<(agentId: string, lines: readonly LogLine[]) => void>;
	readonly update: (change: Partial<FakeData>) => void;
};

/**
 * An in-memory `Rad` for tests of the front ends: keeps to the promises of the facade (order, filters, failures), does no work.
 * Runs and checkpoints are given oldest first and listed newest first. To see how a front end takes a failure, replace a member:
 * `{...fake.rad, monitor: {...fake.rad.monitor, list: () => Promise.reject(error)}}`.
 */
export const createFakeRad = (initial: Partial<FakeData> = {}): FakeRad => {
	const listeners = new Set<() => void>();
	const world: World = {
		data: {...NOTHING, ...initial},
		calls: [],
		listeners,
		followers: new Set(),
		update: change => {
			world.data = {...world.data, ...change};
			for (const listener of listeners) listener();
		},
	};
	const rad: Rad = {
		workspace: {root: '/work/payments-api', kind: 'git', directory: '/work/payments-api'},
		workflows: {
			list: async () => world.data.workflows,
			find: async name => {
				const found = world.data.workflows.find(workflow => workflow.name === name);
				if (found === undefined) throw new RadError('WORKFLOW_UNKNOWN', `There is no workflow "${name}".`);
				return found;
			},
			load: async name => {
				const plan = world.data.loaded[name];
				if (plan === undefined) throw new RadError('WORKFLOW_UNKNOWN', `There is no workflow "${name}".`);
				return plan;
			},
		},
		runs: createRuns(world),
		monitor: createMonitor(world),
		telemetry: createTelemetry(world),
		imports: {engines: ['claude', 'codex'], run: async () => world.data.imports},
		// The real one: it is made of pure functions.
		prices: createPrices({load: createPricing, records: createTelemetry(world).records, now: () => T0}),
		checkpoints: createCheckpoints(world),
		requests: createRequests(world),
		logs: createLogs(world),
		events: createEvents(world),
		configuration: {load: async () => world.data.settings},
		notify: async () => {},
		close: async () => void world.calls.push({action: 'close'}),
	};
	const previewStart: FakeRad['previewStart'] = async ({workflow, inputs, maxCostNanoUsd, withoutCheckpoints, part}) => {
		const plan = await rad.workflows.load(workflow);
		const defaults = plan.inputs.flatMap(({name, defaultValue}) => (defaultValue === null ? [] : [[name, defaultValue] as const]));
		const values = {...Object.fromEntries(defaults), ...inputs};
		return {
			plan: mapPlanWork(plan, step => ({...step, takesCheckpoints: step.takesCheckpoints && withoutCheckpoints !== true})),
			inputs: values,
			maxCostNanoUsd: maxCostNanoUsd ?? null,
			wishes: Object.fromEntries(listPlaces(plan).map(({node, name}) => [name, node.when === null ? true : null])),
			finishesRestore: world.data.cutShort !== undefined,
			conflict: null,
			...(part === undefined ? {} : {part: toPart(plan, part, world.data.runs[0]?.id ?? null)}),
		};
	};
	return {
		previewStart,
		rad,
		calls: world.calls,
		data: () => world.data,
		update: world.update,
		log: (agentId, ...lines) => appendLog(world, agentId, lines),
	};
};

/** As if all steps were one after the other. */
const toPart = ({steps}: Plan, {step, isOnly}: PartOptions, runId: RunId | null): Part => {
	const index = steps.findIndex(({id}) => id === step);
	const done = {status: 'completed', reason: null, isUnwanted: false, outputs: {}, takenFrom: runId} as const;
	const leftOut = {...done, status: 'skipped', isUnwanted: true, takenFrom: null} as const;
	const settled = [...steps.slice(0, index).map(({id}) => [id, done]), ...(isOnly ? steps.slice(index + 1) : []).map(({id}) => [id, leftOut])];
	return {step, isOnly, runId, steps: Object.fromEntries(settled)};
};

const appendLog = (world: World, agentId: string, lines: readonly LogLine[]): void => {
	world.data = {...world.data, logs: {...world.data.logs, [agentId]: [...(world.data.logs[agentId] ?? []), ...lines]}};
	for (const follower of world.followers) follower(agentId, lines);
};

const findOne = <Kind extends 'run' | 'agt' | 'cp', Found extends {readonly id: Id<Kind>}>(
	kind: Kind,
	prefix: string,
	all: readonly Found[],
): Found => {
	const wanted = findByPrefix(
		kind,
		prefix,
		all.map(({id}) => id),
	);
	return all.find(({id}) => id === wanted) as Found;
};

const createRuns = (world: World): Runs => {
	const begin = (action: 'execute' | 'start', {workflow, inputs, withoutCheckpoints, maxCostNanoUsd}: StartOptions): Run => {
		world.calls.push({
			action,
			workflow,
			inputs,
			...(withoutCheckpoints === undefined ? {} : {withoutCheckpoints}),
			...(maxCostNanoUsd === undefined ? {} : {maxCostNanoUsd}),
		});
		const run = aRun({id: anId('run', world.data.runs.length + 1), workflow});
		world.update({runs: [...world.data.runs, run]});
		return run;
	};
	const cancel: Runs['cancel'] = async (runId, how) => {
		world.calls.push({action: 'cancel', runId, how});
		const run = findOne('run', runId, world.data.runs);
		if (isRunOver(run.status)) throw new RadError('RUN_OVER', `The run is ${run.status}.`);
		const cancelled: Run = {...run, status: 'cancelled', endedAt: T0};
		world.update({
			runs: world.data.runs.map(each => (each.id === runId ? cancelled : each)),
			agents: world.data.agents.map(each =>
				each.planId === runId && !isAgentOver(each.status) ? {...each, status: 'cancelled', endedAt: T0} : each,
			),
		});
		return cancelled;
	};
	return {
		execute: async options => begin('execute', options),
		start: async options => begin('start', options),
		resume: async runId => {
			world.calls.push({action: 'resume-run', runId});
			return {...findOne('run', runId, world.data.runs), status: 'completed', endedAt: T0};
		},
		resumeDetached: async runId => {
			world.calls.push({action: 'resume-detached', runId});
			return {...findOne('run', runId, world.data.runs), status: 'running', endedAt: null};
		},
		list: async () => world.data.runs.toReversed(),
		find: async prefix => findOne('run', prefix, world.data.runs),
		outputs: async () => world.data.outputs ?? {},
		artifacts: async () => [],
		steps: async runId => world.data.steps.filter(step => step.runId === runId),
		allowance: async () => world.data.allowance ?? {costNanoUsd: null, tokens: null, turns: null},
		branch: async () => null,
		decide: async (runId, stepId, answer) => {
			world.calls.push({action: 'answer', runId, stepId, ...answer});
			const step = world.data.steps.find(
				each => each.runId === runId && each.status === 'waiting' && (stepId === undefined || each.stepId === stepId),
			);
			if (step === undefined) throw new RadError('STEP_NOT_WAITING', 'No step waits.', {details: {run: runId}});
			return {...step, decision: {...answer, by: 'user'}};
		},
		cancel,
		cancelAgent: async (agentId, how) => {
			world.calls.push({action: 'cancel-agent', agentId, how});
			const cancelled: Agent = {...findOne('agt', agentId, world.data.agents), status: 'cancelled', endedAt: T0};
			world.update({agents: world.data.agents.map(each => (each.id === agentId ? cancelled : each))});
			return cancelled;
		},
	};
};

const createMonitor = (world: World): Monitor => ({
	list: async (filter = {}) =>
		world.data.agents
			.filter(
				agent =>
					(filter.status === undefined || agent.status === filter.status) &&
					(filter.engine === undefined || agent.engine === filter.engine) &&
					(filter.model === undefined || agent.model?.toLowerCase().includes(filter.model.toLowerCase()) === true) &&
					(filter.runId === undefined || agent.planId === filter.runId) &&
					agent.planId !== filter.exceptRunId,
			)
			.slice(filter.limit === undefined ? 0 : -filter.limit),
	find: async prefix => findOne('agt', prefix, world.data.agents),
	figures: async runId => {
		const agents = world.data.agents.filter(({planId}) => planId === runId);
		const usage = await createTelemetry(world).byAgent({runId});
		return {runId, revision: 1, agents, usage: new Map(usage.map(each => [each.agentId, each]))};
	},
});

const createTelemetry = (world: World): Telemetry => {
	const isOf = (agentId: string, filter: UsageFilter): boolean =>
		(filter.agentId === undefined || filter.agentId === agentId) &&
		(filter.runId === undefined || world.data.agents.some(agent => agent.id === agentId && agent.planId === filter.runId));
	const records = (filter: UsageFilter = {}) =>
		world.data.usage.filter(record => isOf(record.agentId, filter) && record.at >= (filter.since ?? record.at));
	const isPlayedBack = ({agentId}: UsageRecord): boolean => world.data.agents.some(({id, isRecording}) => id === agentId && isRecording);
	return {
		totals: async filter => sumUsage(records(filter)),
		byModel: async filter =>
			group(records(filter), record => `${record.provider} ${record.model}`).map(part => ({
				provider: part[0].provider,
				model: part[0].model,
				...sumUsage(part),
			})),
		byAgent: async filter => group(records(filter), record => record.agentId).map(part => ({agentId: part[0].agentId, ...sumUsage(part)})),
		by: async (grouping, filter) => {
			const agentOf = (id: string) => world.data.agents.find(agent => agent.id === id);
			const keys: Readonly<Record<UsageGrouping, (record: UsageRecord) => string>> = {
				day: ({at}) => new Date(at).toISOString().slice(0, 10),
				model: ({model}) => model,
				engine: ({agentId}) => agentOf(agentId)?.engine ?? '',
				run: ({agentId}) => agentOf(agentId)?.planId ?? '',
				agent: ({agentId}) => agentId,
			};
			const groups = group(records(filter), keys[grouping]).map(part => ({
				key: keys[grouping](part[0]),
				...sumUsage(part),
				recorded: sumUsage(part.filter(isPlayedBack)),
			}));
			return grouping === 'day' ? groups.sort((a, b) => b.key.localeCompare(a.key)) : groups;
		},
		overTime: async (filter, {from, spanMs}) => {
			const spanOf = ({at}: UsageRecord): number => from + Math.floor((at - from) / spanMs) * spanMs;
			return group(
				records(filter).filter(({at}) => at >= from),
				record => String(spanOf(record)),
			)
				.map(part => ({...sumUsage(part), startsAt: spanOf(part[0]), recorded: sumUsage(part.filter(isPlayedBack))}))
				.sort((a, b) => a.startsAt - b.startsAt);
		},
		records: async filter => records(filter),
		toolCalls: async (filter = {}) => world.data.toolCalls.filter(call => isOf(call.agentId, filter)),
	};
};

type NonEmpty<Item> = readonly [Item, ...Item[]];

const group = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyArray<NonEmpty<Item>> => {
	const parts = new Map<string, [Item, ...Item[]]>();
	for (const item of items) {
		const part = parts.get(keyOf(item));
		if (part === undefined) parts.set(keyOf(item), [item]);
		else part.push(item);
	}
	return [...parts.values()];
};

/** The plain sum of some records, as the facade promises it. */
export const sumUsage = (records: readonly UsageRecord[]): UsageTotals => {
	const priced = records.filter(record => record.costNanoUsd !== null);
	return {
		tokens: records.reduce((sum, record) => addTokens(sum, record.tokens), NO_TOKENS),
		responses: records.length,
		costNanoUsd: priced.reduce((sum, record) => sum + BigInt(record.costNanoUsd ?? 0), 0n),
		unpriced: records.length - priced.length,
		costSource: toSource(priced),
		cacheSavedNanoUsd: records.reduce((sum, record) => sum + BigInt(record.cacheSavedNanoUsd ?? 0), 0n),
	};
};

const toSource = (priced: readonly UsageRecord[]): CostSource => {
	if (priced.length === 0) return 'unknown';
	return priced.every(record => record.costSource === 'reported') ? 'reported' : 'estimated';
};

const createCheckpoints = (world: World): Rad['checkpoints'] => {
	const add = (checkpoint: Checkpoint): Checkpoint => {
		world.update({checkpoints: [...world.data.checkpoints, checkpoint]});
		return checkpoint;
	};
	const nextId = () => anId('cp', world.data.checkpoints.length + 1);
	const find = (prefix: string) => findOne('cp', prefix, world.data.checkpoints);
	const preview = (id: CheckpointId, scope: RestoreScope = {}): RestorePlan => {
		const plan = world.data.plans[id] ?? aRestorePlan();
		const willStay = (change: FileChange): boolean => !isInScope(change, scope.paths) || (scope.keepNew === true && change.change === 'deleted');
		return {
			...plan,
			checkpoint: find(id),
			changes: plan.changes.filter(change => !willStay(change)),
			stagedSet: scope.index === 'never' ? 'left' : scope.index === 'always' ? 'restored' : plan.stagedSet,
		};
	};
	const diff = (from: CheckpointId, {path}: DiffOptions = {}): readonly FileChange[] =>
		preview(from).changes.filter(change => isInScope(change, path === undefined ? undefined : [path]));
	const addSafety = (target: CheckpointId): Checkpoint =>
		add(aCheckpoint({id: nextId(), kind: 'safety', label: `before restoring ${target}`, target, stepId: null}));
	return {
		create: async ({label}) => {
			world.calls.push({action: 'create-checkpoint', label});
			return add(aCheckpoint({id: nextId(), kind: 'manual', label, runId: null, stepId: null}));
		},
		list: async (filter = {}) => world.data.checkpoints.filter(({runId}) => filter.runId === undefined || runId === filter.runId).toReversed(),
		find: async prefix => find(prefix),
		diff: async (from, options) => diff(from, options),
		diffText: async () => world.data.diffText,
		top: async () => TOP,
		preview: async (id, scope) => preview(id, scope),
		restore: async (id, {signal: _, onProgress: __, stopRuns, ...scope}) => {
			world.calls.push({action: 'restore', checkpointId: id, stopRuns, ...scope});
			const restored = find(id);
			const active = world.data.runs.find(run => !isRunOver(run.status) && run.status !== 'interrupted');
			if (active !== undefined && !stopRuns) throw new RadError('RUN_ACTIVE', 'An agent is at work.', {details: {run: active.id}});
			if (active !== undefined) world.update({runs: world.data.runs.map(run => (run === active ? {...run, status: 'cancelled', endedAt: T0} : run))});
			const {changes, kept} = preview(id, scope);
			const isThere = changes.length === 0 && preview(id, scope).stagedSet !== 'restored';
			return {restored, safety: isThere ? null : addSafety(id), changes, kept, hasHeadMoved: false};
		},
		undoPoint: async () => world.data.checkpoints.findLast(({kind}) => kind === 'safety'),
		resume: async how => {
			world.calls.push({action: 'resume', how});
			const target = world.data.cutShort;
			if (target === undefined) return undefined;
			world.update({cutShort: undefined});
			return {target, outcome: how === 'finish' ? 'finished' : 'undone', safety: addSafety(target)};
		},
		isRestoreUnfinished: () => world.data.cutShort !== undefined,
		prune: async (limits, {isDryRun}) => {
			world.calls.push({action: 'prune', limits, isDryRun});
			return prune(world, limits, isDryRun);
		},
		verify: async () => ({
			checkpoints: world.data.checkpoints.length,
			objects: 120 * world.data.checkpoints.length,
			damaged: world.data.damaged,
			size: world.data.size,
		}),
		size: async () => world.data.size,
	};
};

const isInScope = ({path}: FileChange, paths: readonly string[] | undefined): boolean =>
	paths === undefined || paths.some(each => path === each || path.startsWith(`${each}/`));

/** Knows only one limit, how many stay; half of the space is freed when any goes. */
const prune = (world: World, {keep = Number.POSITIVE_INFINITY}: PruneLimits, isDryRun: boolean): PruneResult => {
	const {checkpoints, size: before} = world.data;
	const removed = checkpoints.slice(0, Math.max(0, checkpoints.length - keep));
	const kept = checkpoints.length - removed.length;
	if (isDryRun || removed.length === 0) return {removed, kept, before, after: before};
	const after = {...before, ownBytes: before.ownBytes / 2};
	world.update({checkpoints: checkpoints.slice(removed.length), size: after});
	return {removed, kept, before, after};
};

const createRequests = (world: World): Requests => ({
	list: async (filter = {}) =>
		world.data.requests
			.filter(
				request =>
					(filter.runId === undefined || request.runId === filter.runId) && (filter.status === undefined || request.status === filter.status),
			)
			.toReversed(),
	decide: async (id, isGranted, argumentsJson) => {
		world.calls.push({action: 'decide', requestId: id, isGranted, ...(argumentsJson === undefined ? {} : {argumentsJson})});
		const request = world.data.requests.find(each => each.id === id);
		if (request?.status !== 'pending') throw new RadError('RUN_OVER', 'It was decided before.');
		const decided: AgentRequest = {...request, status: isGranted ? 'granted' : 'denied', decidedAt: T0, decidedBy: 'user'};
		world.update({requests: world.data.requests.map(each => (each.id === id ? decided : each))});
		return decided;
	},
	attend: async () => {
		world.calls.push({action: 'attend'});
		return {close: async () => void world.calls.push({action: 'leave'})};
	},
	open: async ({token, checkpoint}) => {
		world.calls.push({action: 'open-request', token, checkpoint});
		throw new RadError('REQUEST_DENIED', 'Nobody is here to grant it.');
	},
});

const createLogs = (world: World): Logs => {
	const linesOf = (agent: Agent): readonly LogLine[] => {
		if (agent.logFile === null) throw new RadError('LOG_MISSING', `${agent.id} has no log.`, {details: {agent: agent.id}});
		return world.data.logs[agent.id] ?? [];
	};
	const isOver = (id: string): boolean => world.data.agents.some(agent => agent.id === id && isAgentOver(agent.status));
	return {
		tail: async (agent, count, choice) => {
			const lines = linesOf(agent).filter(choice?.isWanted ?? (() => true));
			return {lines: lines.slice(Math.max(0, lines.length - count)), hasMore: lines.length > count};
		},
		follow: async (agent, {count, isWanted = () => true, signal, untilEnd, onLines, onCaughtUp}) => {
			const lines = linesOf(agent).filter(isWanted);
			if (lines.length > 0) onLines(lines.slice(Math.max(0, lines.length - count)));
			onCaughtUp?.();
			if (signal.aborted || (untilEnd && isAgentOver(agent.status))) return;
			const hear = (agentId: string, fresh: readonly LogLine[]): void => {
				if (agentId === agent.id) onLines(fresh.filter(isWanted));
			};
			world.followers.add(hear);
			await new Promise<void>(resolve => {
				signal.addEventListener('abort', () => resolve(), {once: true});
				if (untilEnd) world.listeners.add(() => isOver(agent.id) && resolve());
			});
			world.followers.delete(hear);
		},
		raw: async () => {
			throw new RadError('LOG_MISSING', 'A fake agent writes no bytes.');
		},
	};
};

const createEvents = (world: World): EventFeed => {
	const listen = (listener: () => void): (() => void) => {
		world.listeners.add(listener);
		return () => void world.listeners.delete(listener);
	};
	const latest = (): number => world.data.events.at(-1)?.seq ?? 0;
	return {
		since: async (seq, {runId} = {}) =>
			world.data.events.filter(({seq: each, event}) => each > seq && (runId === undefined || event.runId === runId)).slice(0, 1000),
		latest: async () => latest(),
		onChange: listen,
		subscribe: listener => {
			let heard = latest();
			return listen(() => {
				const fresh = world.data.events.filter(event => event.seq > heard);
				heard = latest();
				for (const {event, seq} of fresh) listener(event, seq);
			});
		},
	};
};
