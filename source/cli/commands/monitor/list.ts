import {EXIT} from '../../../domain/failures.ts';
import type {AgentId} from '../../../domain/ids.ts';
import type {AgentFilter, RadReads} from '../../../domain/rad.ts';
import type {Agent} from '../../../domain/records.ts';
import type {AgentStatus} from '../../../domain/status.ts';
import {AGENT_ORDERS, type AgentOrder, isOrderOfUsage, orderAgents} from '../../../views/agent-order.ts';
import {nameAgents} from '../../../views/agent-text.ts';
import {toTreeRows, withAncestors} from '../../../views/agent-tree.ts';
import {RECORDED_NOTE} from '../../../views/recorded.ts';
import {SUB_AGENTS_NOTE, sumSubtrees} from '../../../views/usage.ts';
import {
	AGENT_FIELDS,
	type AgentField,
	type AgentFigures,
	type ListedAgent,
	TIME_STYLES,
	type TimeStyle,
	toPipeFields,
	toTableColumns,
} from '../../agent-columns.ts';
import {defineReadCommand} from '../../command.ts';
import {AGENT_STATUS_FLAG, JSON_FLAG, RUN_FILTER_FLAG, WATCH_FLAGS} from '../../flags.ts';
import {toAgentJson} from '../../json-records.ts';
import {type Listing, printListing, toIsoTime} from '../../listing.ts';
import {formatNotes} from '../../notes.ts';
import {usageError} from '../../usage.ts';

export const monitorListCommand = defineReadCommand({
	path: 'monitor list',
	group: 'Look',
	summary: 'List agents, of all runs or of one',
	description: [
		'Lists agents in the order in which they were registered; on a terminal as a tree, a sub-agent below the agent that started it. There the tokens and the cost of an agent include those of its sub-agents.',
		'--sort puts the largest figures first and texts from A to Z, in one list; with --tree only among the agents below the same parent. --tree also keeps the parents of what the filters let through, as the dashboard does, and gives a pipe and --json that order, too.',
		'--fields chooses what is told, for a pipe as well: times are ISO 8601 there, time is in milliseconds, cost in billionths of a dollar, and tokens and cost include those of the sub-agents.',
	],
	input: {},
	flags: {
		status: AGENT_STATUS_FLAG,
		engine: {type: 'text', placeholder: 'ENGINE', description: 'Only of this engine.'},
		model: {type: 'text', placeholder: 'MODEL', description: 'Only with this in the name of the model.'},
		run: RUN_FILTER_FLAG,
		limit: {type: 'count', placeholder: 'N', description: 'Only the newest so many; with --sort or --reverse the first.'},
		sort: {type: 'choice', placeholder: 'FIELD', choices: AGENT_ORDERS, description: 'Order by this.'},
		reverse: {type: 'switch', description: 'The other way round.'},
		tree: {type: 'switch', description: 'Put agents below their parents.'},
		fields: {type: 'choices', placeholder: 'NAMES', choices: AGENT_FIELDS, description: 'Tell these, in this order; with commas.'},
		time: {
			type: 'choice',
			placeholder: 'STYLE',
			choices: TIME_STYLES,
			description: 'How a table tells when; the start then stands in place of the engine.',
		},
		...WATCH_FLAGS,
		json: JSON_FLAG,
	},
	pipeFields: [
		'id',
		'parentId',
		'planId (the run)',
		'name',
		'agentType',
		'engine',
		'model',
		'status',
		'processId',
		'startedAt',
		'endedAt',
		'exitCode',
		'error',
		'logFile',
		'checkpointId',
		'isUnattended (true or false)',
		'isRecording (true or false)',
		'attempt',
	],
	examples: [
		{words: 'rad monitor list --status running', note: 'who is at work'},
		{words: 'rad monitor list --status failed,timed_out --tree', note: 'what went wrong, and below whom'},
		{words: 'rad monitor list --sort cost --limit 10', note: 'what was dearest'},
		{words: 'rad monitor list --status running --watch', note: 'the same, drawn again every two seconds'},
		{words: 'rad monitor list --limit 20', note: 'the newest, in a workspace with many'},
		{words: 'rad monitor list --fields id,name,model,started --time absolute', note: 'who worked when'},
		{words: "rad monitor list --json | jq '.[] | select(.exitCode > 0)'", note: 'whose process failed'},
	],
	exitCodes: {
		0: 'Done, also when there are none.',
		2: 'There is no such status or field, flags do not go together, or --watch has no terminal.',
		3: 'There is no workspace, or no such run.',
		130: 'Ctrl-C, with --watch.',
	},
	run: async ({flags, ...context}) => {
		checkFlags(flags);
		const rad = await context.open();
		const isTable = context.out.isTerminal && !flags.json;
		const isOfUsage = isTable || flags.fields.some(isFieldOfUsage) || isOrderOfUsage(flags.sort ?? 'start');
		const found = await find(rad, flags, isOfUsage || flags.tree);
		const figures = isOfUsage ? await loadFigures(rad, found.all) : NO_FIGURES;
		const now = context.clock.now();
		const items = arrange(found, {...flags, isTable}, figures, now);
		await printListing(toListing(items, flags, {...figures, now}), {...context, isJson: flags.json});
		const notes = isTable ? toNotes(items, toTableFields(flags), figures) : [];
		if (notes.length > 0) await context.out.lines([[], ...formatNotes(notes, context.out.columns)]);
		return EXIT.done;
	},
});

type Flags = {
	readonly status: readonly AgentStatus[];
	readonly engine: string | undefined;
	readonly model: string | undefined;
	readonly run: string | undefined;
	readonly limit: number | undefined;
	readonly sort: AgentOrder | undefined;
	readonly reverse: boolean;
	readonly tree: boolean;
	readonly fields: readonly AgentField[];
	readonly time: TimeStyle | undefined;
	readonly json: boolean;
};

/** @throws {RadError} `USAGE` for a flag that would be without effect. */
const checkFlags = ({fields, time, json}: Flags): void => {
	const other = fields.length > 0 ? '--fields' : time === undefined ? undefined : '--time';
	if (json && other !== undefined) throw usageError(`${other} and --json do not go together: JSON always has whole records.`, 'monitor list');
};

const USUAL: readonly AgentField[] = ['id', 'name', 'status', 'engine', 'time', 'tokens', 'cost'];
const USUAL_WITH_START: readonly AgentField[] = ['id', 'name', 'status', 'started', 'time', 'tokens', 'cost'];

const toTableFields = ({fields, time}: Pick<Flags, 'fields' | 'time'>): readonly AgentField[] => {
	if (fields.length > 0) return [...new Set(fields)];
	return time === undefined ? USUAL : USUAL_WITH_START;
};

const isFieldOfUsage = (field: AgentField): boolean => field === 'tokens' || field === 'cost';

/** `wanted` is what the filters let through; `all` has their parents and children too, where those are needed. */
type Found = {readonly wanted: readonly Agent[]; readonly all: readonly Agent[]};

const find = async (rad: RadReads, flags: Flags, needsAll: boolean): Promise<Found> => {
	const filter = flags.run === undefined ? {} : {runId: (await rad.runs.find(flags.run)).id};
	const narrow = toNarrowFilter(flags);
	const read = await rad.monitor.list({...filter, ...narrow});
	const wanted = flags.status.length === 0 ? read : read.filter(({status}) => flags.status.includes(status));
	return {wanted, all: needsAll && Object.keys(narrow).length > 0 ? await rad.monitor.list(filter) : read};
};

/** What the store can leave out by itself, which may hold a hundred thousand agents. */
const toNarrowFilter = ({status, engine, model, limit, sort}: Flags): AgentFilter => {
	const [first, second] = status;
	const isNewest = limit !== undefined && sort === undefined && second === undefined;
	return {
		...(first === undefined || second !== undefined ? {} : {status: first}),
		...(engine === undefined ? {} : {engine}),
		...(model === undefined ? {} : {model}),
		...(isNewest ? {limit} : {}),
	};
};

const NO_FIGURES: AgentFigures = {names: new Map(), usage: new Map()};

/** Of all agents, since an agent that is not listed counts in its parent. */
const loadFigures = async (rad: RadReads, agents: readonly Agent[]): Promise<AgentFigures> => ({
	names: nameAgents(agents),
	usage: sumSubtrees(agents, new Map((await rad.telemetry.byAgent()).map(each => [each.agentId, each]))),
});

type Arrangement = Pick<Flags, 'sort' | 'reverse' | 'limit' | 'tree'> & {readonly isTable: boolean};

/** What is wanted in the order in which it is told, with the parents of that where a tree is asked for. */
const arrange = ({wanted, all}: Found, {sort, reverse, limit, tree, isTable}: Arrangement, {usage}: AgentFigures, now: number) => {
	const order = (agents: readonly Agent[]) => orderAgents(agents, {order: sort ?? 'start', isReversed: reverse}, () => usage, now);
	const ordered = order(wanted);
	const isNewestLast = sort === undefined && !reverse;
	const chosen = limit === undefined ? ordered : isNewestLast ? ordered.slice(Math.max(0, ordered.length - limit)) : ordered.slice(0, limit);
	if (!tree) return isTable && sort === undefined ? toRows(chosen) : chosen.map(agent => ({agent, guide: '', isWanted: true}));
	const ids: ReadonlySet<AgentId> = new Set(chosen.map(({id}) => id));
	const isWanted = ({id}: Agent): boolean => ids.has(id);
	return toRows(withAncestors(order(all), isWanted), isWanted);
};

const toRows = (agents: readonly Agent[], isWanted: (agent: Agent) => boolean = () => true): readonly ListedAgent[] =>
	toTreeRows(agents).map(({agent, guide}) => ({agent, guide, isWanted: isWanted(agent)}));

const toListing = (
	items: readonly ListedAgent[],
	flags: Pick<Flags, 'fields' | 'time'>,
	figures: AgentFigures & {readonly now: number},
): Listing<ListedAgent> => {
	const surroundings = {...figures, timeStyle: flags.time ?? 'relative'};
	return {
		items,
		columns: toTableColumns(toTableFields(flags), items, surroundings),
		toFields: ({agent}) => (flags.fields.length > 0 ? toPipeFields(toTableFields(flags), agent, surroundings) : toRecord(agent)),
		toJson: ({agent}) => toAgentJson(agent),
		empty: 'There are no such agents.',
	};
};

/** Only what the table needs to be read rightly. */
const toNotes = (items: readonly ListedAgent[], fields: readonly AgentField[], {usage}: AgentFigures): readonly string[] => {
	const used = items.flatMap(({agent}) => (usage.has(agent.id) ? [agent] : []));
	return [
		...(fields.some(isFieldOfUsage) && used.some(({parentId}) => parentId !== null) ? [SUB_AGENTS_NOTE] : []),
		...(fields.includes('cost') && used.some(({isRecording}) => isRecording) ? [RECORDED_NOTE] : []),
	];
};

/** In the order of the `pipeFields`. */
const toRecord = (agent: Agent) => [
	agent.id,
	agent.parentId,
	agent.planId,
	agent.name,
	agent.agentType,
	agent.engine,
	agent.model,
	agent.status,
	agent.processId,
	toIsoTime(agent.startedAt),
	toIsoTime(agent.endedAt),
	agent.exitCode,
	agent.error,
	agent.logFile,
	agent.checkpointId,
	String(agent.isUnattended),
	String(agent.isRecording),
	agent.attempt,
];
