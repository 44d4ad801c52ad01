import {EXIT} from '../../../domain/failures.ts';
import type {AgentFilter, Rad} from '../../../domain/rad.ts';
import type {Agent, AgentTotals} from '../../../domain/records.ts';
import {totalTokens} from '../../../domain/tokens.ts';
import {formatAgentDuration, formatEngine} from '../../../views/agent-text.ts';
import {toTreeRows} from '../../../views/agent-tree.ts';
import {formatCost, formatCount} from '../../../views/format.ts';
import {labelAgent} from '../../../views/status-label.ts';
import {defineCommand} from '../../command.ts';
import {AGENT_STATUS_FLAG, JSON_FLAG, RUN_FILTER_FLAG} from '../../flags.ts';
import {toAgentJson} from '../../json-records.ts';
import {type Listing, printListing, toIsoTime} from '../../listing.ts';
import {toStatusCell} from '../../status-cell.ts';

export const monitorListCommand = defineCommand({
	path: 'monitor list',
	group: 'Look',
	summary: 'List agents, of all runs or of one',
	description: ['Lists agents in the order in which they were registered; on a terminal as a tree, a sub-agent below the agent that started it.'],
	input: {},
	flags: {status: AGENT_STATUS_FLAG, run: RUN_FILTER_FLAG, json: JSON_FLAG},
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
	],
	examples: [
		{words: 'rad monitor list --status running', note: 'who is at work'},
		{words: "rad monitor list --json | jq '.[] | select(.exitCode > 0)'", note: 'whose process failed'},
	],
	exitCodes: {0: 'Done, also when there are none.', 2: 'There is no such status.', 3: 'There is no workspace, or no such run.'},
	run: async ({flags, ...context}) => {
		const rad = await context.open();
		const filter = await toFilter(rad, flags);
		const agents = await rad.monitor.list(filter);
		const usage = context.out.isTerminal ? await rad.telemetry.byAgent() : [];
		const listing = toListing(agents, usage, context.clock.now());
		const isTree = context.out.isTerminal && !flags.json;
		const items = isTree ? toTreeRows(agents).map(({agent}) => agent) : agents;
		await printListing({...listing, items}, {...context, isJson: flags.json});
		return EXIT.done;
	},
});

const toFilter = async (
	rad: Rad,
	{status, run}: {readonly status: Agent['status'] | undefined; readonly run: string | undefined},
): Promise<AgentFilter> => ({
	...(status === undefined ? {} : {status}),
	...(run === undefined ? {} : {runId: (await rad.runs.find(run)).id}),
});

const toListing = (agents: readonly Agent[], usage: readonly AgentTotals[], now: number): Omit<Listing<Agent>, 'items'> => {
	const guides = new Map(toTreeRows(agents).map(({agent, guide}) => [agent.id, guide]));
	const totals = new Map(usage.map(each => [each.agentId, each]));
	const toGuide = (agent: Agent): string => guides.get(agent.id) ?? '';
	return {
		columns: [
			{title: 'Agent', toCell: agent => agent.id},
			{
				title: 'Name',
				isFlexible: true,
				toCell: agent => ({text: `${toGuide(agent)}${toGuide(agent) === '' ? '' : ' '}${agent.name}`, tone: 'strong'}),
			},
			{title: 'Status', isFlexible: true, toCell: agent => toStatusCell(labelAgent(agent))},
			{title: 'Engine', toCell: formatEngine},
			{title: 'Time', align: 'right', toCell: agent => formatAgentDuration(agent, now)},
			{title: 'Tokens', align: 'right', toCell: agent => toTokens(totals.get(agent.id))},
			{title: 'Cost', align: 'right', toCell: agent => toCost(totals.get(agent.id))},
		],
		toFields,
		toJson: toAgentJson,
		empty: 'There are no such agents.',
	};
};

const toTokens = (totals: AgentTotals | undefined): string => (totals === undefined ? '—' : formatCount(totalTokens(totals.tokens)));

const toCost = (totals: AgentTotals | undefined): string => (totals === undefined ? '—' : formatCost(totals));

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
];
