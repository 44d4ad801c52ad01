import {EXIT} from '../../../domain/failures.ts';
import type {AgentId} from '../../../domain/ids.ts';
import type {AgentFilter, RadReads} from '../../../domain/rad.ts';
import type {Agent, UsageTotals} from '../../../domain/records.ts';
import type {AgentStatus} from '../../../domain/status.ts';
import {totalTokens} from '../../../domain/tokens.ts';
import {formatAgentDuration, formatEngine, nameAgents} from '../../../views/agent-text.ts';
import {toTreeRows} from '../../../views/agent-tree.ts';
import {formatCount} from '../../../views/format.ts';
import {alignMarks, formatMarkedCost, RECORDED_NOTE, recordedOf} from '../../../views/recorded.ts';
import {labelAgent} from '../../../views/status-label.ts';
import {SUB_AGENTS_NOTE, sumSubtrees} from '../../../views/usage.ts';
import {defineReadCommand} from '../../command.ts';
import {AGENT_STATUS_FLAG, JSON_FLAG, RUN_FILTER_FLAG} from '../../flags.ts';
import {toAgentJson} from '../../json-records.ts';
import {type Listing, printListing, toIsoTime} from '../../listing.ts';
import {formatNotes} from '../../notes.ts';
import {toStatusCell} from '../../status-cell.ts';

export const monitorListCommand = defineReadCommand({
	path: 'monitor list',
	group: 'Look',
	summary: 'List agents, of all runs or of one',
	description: [
		'Lists agents in the order in which they were registered; on a terminal as a tree, a sub-agent below the agent that started it. There the tokens and the cost of an agent include those of its sub-agents.',
	],
	input: {},
	flags: {
		status: AGENT_STATUS_FLAG,
		run: RUN_FILTER_FLAG,
		limit: {type: 'count', placeholder: 'N', description: 'Only the newest so many.'},
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
		{words: 'rad monitor list --status failed,timed_out', note: 'what went wrong'},
		{words: 'rad monitor list --limit 20', note: 'the newest, in a workspace with many'},
		{words: "rad monitor list --json | jq '.[] | select(.exitCode > 0)'", note: 'whose process failed'},
	],
	exitCodes: {0: 'Done, also when there are none.', 2: 'There is no such status.', 3: 'There is no workspace, or no such run.'},
	run: async ({flags, ...context}) => {
		const rad = await context.open();
		const filter = flags.run === undefined ? {} : {runId: (await rad.runs.find(flags.run)).id};
		const isTable = context.out.isTerminal && !flags.json;
		const all = await rad.monitor.list(isTable ? filter : {...filter, ...toNarrowFilter(flags)});
		const wanted = flags.status.length === 0 ? all : all.filter(({status}) => flags.status.includes(status));
		const agents = flags.limit === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - flags.limit));
		const figures = isTable ? await loadFigures(rad, all) : NO_FIGURES;
		const items = isTable ? toTreeRows(agents).map(({agent}) => agent) : agents;
		await printListing(toListing(items, figures, context.clock.now()), {...context, isJson: flags.json});
		const notes = toNotes(items, figures);
		if (notes.length > 0) await context.out.lines([[], ...formatNotes(notes, context.out.columns)]);
		return EXIT.done;
	},
});

/** What the store can leave out by itself, which may hold a hundred thousand agents; a table adds up what all of them have used. */
const toNarrowFilter = ({status, limit}: {readonly status: readonly AgentStatus[]; readonly limit: number | undefined}): AgentFilter => {
	const [first, second] = status;
	if (second !== undefined) return {};
	return {...(first === undefined ? {} : {status: first}), ...(limit === undefined ? {} : {limit})};
};

/** What the table tells besides the agents' own records, by agent. Usage includes that of everything below an agent. */
type Figures = {readonly names: ReadonlyMap<AgentId, string>; readonly usage: ReadonlyMap<AgentId, UsageTotals>};

const NO_FIGURES: Figures = {names: new Map(), usage: new Map()};

/** Of all agents, since an agent that is not listed counts in its parent. */
const loadFigures = async (rad: RadReads, agents: readonly Agent[]): Promise<Figures> => ({
	names: nameAgents(agents),
	usage: sumSubtrees(agents, new Map((await rad.telemetry.byAgent()).map(each => [each.agentId, each]))),
});

const toListing = (items: readonly Agent[], {names, usage}: Figures, now: number): Listing<Agent> => {
	const guides = new Map(toTreeRows(items).map(({agent, guide}) => [agent.id, guide === '' ? '' : `${guide} `]));
	const costs = alignMarks(items.map(agent => toCost(agent, usage)));
	const costOf = new Map(items.map(({id}, index) => [id, costs[index] ?? '']));
	return {
		items,
		columns: [
			{title: 'Agent', toCell: agent => agent.id},
			{
				title: 'Name',
				isFlexible: true,
				toCell: agent => ({text: `${guides.get(agent.id) ?? ''}${names.get(agent.id) ?? agent.name}`, tone: 'strong'}),
			},
			{title: 'Status', isFlexible: true, toCell: agent => toStatusCell(labelAgent(agent))},
			{title: 'Engine', toCell: formatEngine},
			{title: 'Time', align: 'right', toCell: agent => formatAgentDuration(agent, now)},
			{title: 'Tokens', align: 'right', toCell: agent => toTokens(usage.get(agent.id))},
			{title: 'Cost', align: 'right', toCell: agent => costOf.get(agent.id) ?? ''},
		],
		toFields,
		toJson: toAgentJson,
		empty: 'There are no such agents.',
	};
};

const toTokens = (totals: UsageTotals | undefined): string => (totals === undefined ? '—' : formatCount(totalTokens(totals.tokens)));

const toCost = (agent: Agent, usage: Figures['usage']): string => {
	const totals = usage.get(agent.id);
	return totals === undefined ? '—' : formatMarkedCost(totals, recordedOf(agent, totals));
};

/** Only what the table needs to be read rightly. */
const toNotes = (items: readonly Agent[], {usage}: Figures): readonly string[] => {
	const used = items.filter(({id}) => usage.has(id));
	return [
		...(used.some(({parentId}) => parentId !== null) ? [SUB_AGENTS_NOTE] : []),
		...(used.some(({isRecording}) => isRecording) ? [RECORDED_NOTE] : []),
	];
};

const toFields = (agent: Agent) => [
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
