import {EXIT} from '../../../domain/failures.ts';
import {formatInteger} from '../../../domain/figures.ts';
import type {RadReads} from '../../../domain/rad.ts';
import type {Agent, Run, UsageTotals} from '../../../domain/records.ts';
import {AGENT_STATUSES} from '../../../domain/status.ts';
import {totalTokens} from '../../../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome} from '../../../views/agent-text.ts';
import {formatAgo, formatPlural} from '../../../views/format.ts';
import type {Span} from '../../../views/line.ts';
import {findNewestRun} from '../../../views/newest-run.ts';
import {explainRecorded, formatMarkedCost, measureRecorded, type Recorded, recordedOf} from '../../../views/recorded.ts';
import {formatResumeCommand} from '../../../views/resume-command.ts';
import {labelAgent, labelRun} from '../../../views/status-label.ts';
import {sumSubtrees} from '../../../views/usage.ts';
import {defineReadCommand} from '../../command.ts';
import {JSON_FLAG, WATCH_FLAGS} from '../../flags.ts';
import {toAgentJson, toRunJson, toTotalsJson} from '../../json-records.ts';
import {type Detail, printDetail, toIsoTime} from '../../listing.ts';
import {toStatusCell} from '../../status-cell.ts';

export const monitorStatusCommand = defineReadCommand({
	path: 'monitor status',
	group: 'Look',
	summary: 'Show one agent, or the whole workspace',
	description: [
		'Without an agent: the newest run, how many agents have which status, and what all of them used. With an agent: everything that is known about it. Its tokens and cost are its own; what they are together with those of its sub-agents is told after that.',
		'A pipe gets one line for each value: its name, a tab, the value.',
	],
	input: {agent: {isRequired: false, description: 'Id of an agent, or the beginning of one.'}},
	flags: {...WATCH_FLAGS, json: JSON_FLAG},
	examples: [
		{words: 'rad monitor status', note: 'how is it going'},
		{words: 'rad monitor status agt_3k9t', note: 'what about this one'},
	],
	exitCodes: {
		0: 'Done.',
		2: 'The id fits several agents, or --watch has no terminal.',
		3: 'There is no such agent, or no workspace.',
		130: 'Ctrl-C, with --watch.',
	},
	run: async ({input, flags, ...context}) => {
		const rad = await context.open();
		const now = context.clock.now();
		const detail = input.agent === undefined ? await describeWorkspace(rad, now) : await describeAgent(rad, input.agent, now);
		await printDetail(detail, {...context, isJson: flags.json});
		return EXIT.done;
	},
});

const describeWorkspace = async (rad: RadReads, now: number): Promise<Detail> => {
	const [runs, agents, totals, byAgent] = await Promise.all([rad.runs.list(), rad.monitor.list(), rad.telemetry.totals(), rad.telemetry.byAgent()]);
	const run = findNewestRun(runs);
	const recorded = measureRecorded(agents, byAgent);
	const unattended = agents.filter(({isUnattended}) => isUnattended).length;
	const counts = AGENT_STATUSES.map(status => ({status, count: agents.filter(agent => agent.status === status).length}));
	const words = counts.filter(({count}) => count > 0).map(({status, count}) => `${count} ${labelAgent({status, isUnattended: false}).word}`);
	return {
		rows: [
			{title: 'Workspace', cell: rad.workspace.root, field: ['root', rad.workspace.root]},
			...describeRun(run, now),
			{title: 'Agents', cell: words.length === 0 ? 'none yet' : words.join(', '), field: ['agents', agents.length]},
			{title: '', cell: toUnattendedCell(unattended), field: ['unattended', unattended]},
			...counts.map(({status, count}) => ({title: '', cell: '', field: [status, count] as const})),
			...describeUsage(totals, recorded),
		],
		json: {
			root: rad.workspace.root,
			kind: rad.workspace.kind,
			run: run === undefined ? null : toRunJson(run),
			agents: Object.fromEntries([
				['total', agents.length],
				...counts.map(({status, count}) => [status, count] as const),
				['unattended', unattended],
			]),
			usage: toTotalsJson(totals, recorded),
		},
	};
};

/** Such an agent counts as running, too: it works on. */
const toUnattendedCell = (count: number): string | Span =>
	count === 0 ? '' : {text: `${count} of them unattended: ${count === 1 ? 'its' : 'their'} rad is gone`, tone: 'attention'};

const describeRun = (run: Run | undefined, now: number): Detail['rows'] => {
	if (run === undefined) return [{title: 'Newest run', cell: 'none yet', field: ['runId', null]}];
	return [
		{title: 'Newest run', cell: `${run.id}  ${run.workflow}  ${formatAgo(run.startedAt, now)}`, field: ['runId', run.id]},
		{title: '', cell: toStatusCell(labelRun(run)), field: ['runStatus', run.status]},
	];
};

const describeAgent = async (rad: RadReads, prefix: string, now: number): Promise<Detail> => {
	const agent = await rad.monitor.find(prefix);
	const [totals, agents, byAgent] = await Promise.all([
		rad.telemetry.totals({agentId: agent.id}),
		rad.monitor.list({runId: agent.planId}),
		rad.telemetry.byAgent({runId: agent.planId}),
	]);
	const recorded = recordedOf(agent, totals);
	const whole = sumSubtrees(agents, new Map(byAgent.map(each => [each.agentId, each]))).get(agent.id);
	return {
		rows: [
			...describeIdentity(agent),
			...describeWork(agent, now),
			...describeUsage(totals, recorded),
			...(whole === undefined || whole.responses === totals.responses ? [] : describeWhole(whole, recordedOf(agent, whole))),
		],
		json: {...toAgentJson(agent), usage: toTotalsJson(totals, recorded)},
	};
};

const describeIdentity = (agent: Agent): Detail['rows'] => [
	{title: 'Agent', cell: {text: agent.name, tone: 'strong'}, field: ['name', agent.name]},
	{title: 'Id', cell: agent.id, field: ['id', agent.id]},
	{title: 'Status', cell: toStatusCell(labelAgent(agent), formatOutcome(agent)), field: ['status', agent.status]},
	{title: 'Engine', cell: `${formatEngine(agent)}${agent.model === null ? '' : `  ${agent.model}`}`, field: ['engine', agent.engine]},
	{title: '', cell: '', field: ['model', agent.model]},
	{title: '', cell: '', field: ['engineVersion', agent.engineVersion]},
	{title: 'May', cell: agent.permissions === null ? '' : MAY[agent.permissions], field: ['permissions', agent.permissions]},
	{title: 'Session', cell: agent.sessionId ?? '', field: ['sessionId', agent.sessionId]},
	{title: 'Resume', cell: formatResumeCommand(agent) ?? '', field: ['resumeCommand', formatResumeCommand(agent) ?? null]},
	{title: '', cell: '', field: ['isUnattended', String(agent.isUnattended)]},
	{title: '', cell: '', field: ['isRecording', String(agent.isRecording)]},
	{title: '', cell: '', field: ['attempt', agent.attempt]},
	{title: 'Parent', cell: agent.parentId ?? '', field: ['parentId', agent.parentId]},
	{title: 'Run', cell: `${agent.planId}  step ${agent.stepId}, attempt ${agent.attempt}`, field: ['planId', agent.planId]},
];

const MAY = {
	plan: 'plan: look, change nothing',
	edit: 'edit: change files',
	full: 'full: anything, without being asked',
} as const;

const CAUSES = {
	rate_limit: 'the provider’s rate limit, or its load',
	authentication: 'the login or the key was refused',
	context_length: 'the conversation was too long for the model',
	permission_refused: 'it was not permitted to do what it wanted',
	network: 'the connection to the provider failed',
	crash: 'it ended without a word',
} as const;

const describeWork = (agent: Agent, now: number): Detail['rows'] => [
	{title: 'Process', cell: agent.processId === null ? '' : String(agent.processId), field: ['processId', agent.processId]},
	{title: 'Started', cell: formatAgo(agent.startedAt, now), field: ['startedAt', toIsoTime(agent.startedAt)]},
	{title: 'Time', cell: formatAgentDuration(agent, now), field: ['endedAt', toIsoTime(agent.endedAt)]},
	{title: 'Exit code', cell: agent.exitCode === null ? '' : String(agent.exitCode), field: ['exitCode', agent.exitCode]},
	{title: 'Error', cell: agent.error === null ? '' : {text: agent.error, tone: 'bad'}, field: ['error', agent.error]},
	{title: 'Cause', cell: agent.failureCause === null ? '' : CAUSES[agent.failureCause], field: ['failureCause', agent.failureCause]},
	{title: 'Log', cell: agent.logFile ?? '', field: ['logFile', agent.logFile]},
	{title: 'Checkpoint', cell: agent.checkpointId ?? '', field: ['checkpointId', agent.checkpointId]},
];

const describeUsage = (totals: UsageTotals, recorded: Recorded): Detail['rows'] => {
	const count = totalTokens(totals.tokens);
	const cost = totals.responses > 0 && totals.costSource === 'unknown' ? null : String(totals.costNanoUsd);
	const isUsed = totals.responses > 0;
	return [
		{title: 'Tokens', cell: isUsed ? `${formatInteger(count)} in ${formatPlural(totals.responses, 'response')}` : '', field: ['totalTokens', count]},
		{title: 'Cost', cell: isUsed ? toCost(totals, recorded) : '', field: ['costNanoUsd', cost]},
		{title: '', cell: '', field: ['recordedCostNanoUsd', String(recorded.costNanoUsd)]},
	];
};

/** `$0.0790*  recorded: nothing was spent now`. */
const toCost = (totals: UsageTotals, recorded: Recorded): string => {
	const words = explainRecorded(totals, recorded);
	return `${formatMarkedCost(totals, recorded)}${words === undefined ? '' : `  ${words}`}`;
};

/** The figures that trees show for this agent. */
const describeWhole = (whole: UsageTotals, recorded: Recorded): Detail['rows'] => [
	{
		title: 'With sub-agents',
		cell: `${formatInteger(totalTokens(whole.tokens))} in ${formatPlural(whole.responses, 'response')}, ${formatMarkedCost(whole, recorded)}`,
		field: ['totalTokensWithSubAgents', totalTokens(whole.tokens)],
	},
	{title: '', cell: '', field: ['costNanoUsdWithSubAgents', whole.costSource === 'unknown' ? null : String(whole.costNanoUsd)]},
];
