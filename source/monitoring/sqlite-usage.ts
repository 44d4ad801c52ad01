import type {AgentId} from '../domain/ids.ts';
import type {UsageFilter} from '../domain/rad.ts';
import type {UsageGrouping} from '../domain/records.ts';
import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import type {Connection} from './sqlite-open.ts';
import {createPreparation} from './sqlite-preparation.ts';
import {
	type GroupRow,
	MONEY_PART,
	type SpanRow,
	type ToolCallRow,
	type TotalsRow,
	toGroupTotals,
	toModelTotals,
	toSpanTotals,
	toToolCall,
	toTotals,
	toUsage,
	type UsageRow,
} from './sqlite-rows.ts';
import {SUM_NAMES, SUMS} from './sqlite-sums.ts';
import type {Store} from './store-port.ts';

export type UsageReads = Pick<
	Store,
	'listUsage' | 'listToolCalls' | 'sumUsage' | 'sumUsageByModel' | 'sumUsageByAgent' | 'sumUsageByGroup' | 'sumUsageOverTime'
>;

const sumMoney = (amount: string, name: string): string =>
	`coalesce(sum(${amount} / ${MONEY_PART}), 0) AS ${name}_high, coalesce(sum(${amount} % ${MONEY_PART}), 0) AS ${name}_low`;

/** The sums, with what was played back apart. */
const SUMS_APART = `${SUMS},
	coalesce(sum(a.is_recording AND message_id NOT LIKE '${SETTLEMENT_PREFIX}%'), 0) AS recorded_responses,
	${sumMoney('iif(a.is_recording, cost_nano_usd, 0)', 'recorded_cost')}`;

const WITH_AGENTS = 'telemetry t JOIN agents a ON a.id = t.agent_id';

/** What the groups of each kind are told apart by. */
const GROUP_KEYS: Readonly<Record<Exclude<UsageGrouping, 'day'>, string>> = {
	model: 't.model',
	engine: 'a.engine',
	run: 'a.plan_id',
	agent: 'a.id',
};

const ADDED = [...SUM_NAMES, 'recorded_responses', 'recorded_cost_high', 'recorded_cost_low'];

const QUARTER_S = 900;

const toGroupSql = (grouping: UsageGrouping, where: string): string => {
	if (grouping !== 'day') return `SELECT ${GROUP_KEYS[grouping]} AS key, ${SUMS_APART} FROM ${WITH_AGENTS} ${where} GROUP BY key ORDER BY min(t.n)`;
	// Asking for the local day of each row takes longer than all the rest. Every time zone is whole quarters of an hour off.
	const quarters = `SELECT t.at / ${QUARTER_S * 1000} AS quarter, ${SUMS_APART} FROM ${WITH_AGENTS} ${where} GROUP BY quarter`;
	return `SELECT date(quarter * ${QUARTER_S}, 'unixepoch', 'localtime') AS key, ${ADDED.map(name => `sum(${name}) AS ${name}`).join(', ')}
		FROM (${quarters}) GROUP BY key ORDER BY key DESC`;
};

const AGENT_CONDITIONS = [
	['runId', 'plan_id = :runId'],
	['stepId', 'step_id = :stepId'],
	['stepPrefix', 'substr(step_id, 1, length(:stepPrefix)) = :stepPrefix'],
] as const satisfies ReadonlyArray<readonly [keyof UsageFilter, string]>;

/**
 * The conditions of one filter. SQLite makes its plan before it knows the values: for the sake of a condition that may be absent it
 * would look at every row of every run.
 */
const toWhere = (kind: 'usage' | 'tool_call', filter: UsageFilter): string => {
	const ofAgents = AGENT_CONDITIONS.filter(([name]) => filter[name] !== undefined).map(([, condition]) => condition);
	return [
		`WHERE t.kind = '${kind}'`,
		...(filter.agentId === undefined ? [] : ['t.agent_id = :agentId']),
		...(ofAgents.length === 0 ? [] : [`t.agent_id IN (SELECT id FROM agents WHERE ${ofAgents.join(' AND ')})`]),
		...(filter.since === undefined ? [] : ['t.at >= :since']),
	].join(' AND ');
};

export const createUsageReads = (connection: Connection): UsageReads => {
	const prepare = createPreparation(connection);
	const sums = <Row>(sql: string, parameters: object): readonly Row[] => prepare(sql).safeIntegers().all(parameters) as readonly Row[];
	const rows = <Row>(sql: string, parameters: object): readonly Row[] => prepare(sql).all(parameters) as readonly Row[];
	return {
		listUsage: async filter => rows<UsageRow>(`SELECT t.* FROM telemetry t ${toWhere('usage', filter)} ORDER BY t.n`, filter).map(toUsage),
		listToolCalls: async filter =>
			rows<ToolCallRow>(`SELECT t.* FROM telemetry t ${toWhere('tool_call', filter)} ORDER BY t.n`, filter).map(toToolCall),
		sumUsage: async filter => {
			const [row] = sums<TotalsRow>(`SELECT ${SUMS} FROM telemetry t ${toWhere('usage', filter)}`, filter);
			if (row === undefined) throw new Error('an aggregate without a row cannot be');
			return toTotals(row);
		},
		sumUsageByModel: async filter =>
			sums<TotalsRow & {provider: string; model: string}>(
				`SELECT t.provider, t.model, ${SUMS} FROM telemetry t ${toWhere('usage', filter)} GROUP BY t.provider, t.model ORDER BY total(cost_nano_usd) DESC, t.model`,
				filter,
			).map(toModelTotals),
		sumUsageByAgent: async filter =>
			sums<TotalsRow & {agent_id: AgentId}>(
				`SELECT t.agent_id, ${SUMS} FROM telemetry t ${toWhere('usage', filter)} GROUP BY t.agent_id ORDER BY min(t.n)`,
				filter,
			).map(row => ({...toTotals(row), agentId: row.agent_id})),
		sumUsageByGroup: async (grouping, filter) => sums<GroupRow>(toGroupSql(grouping, toWhere('usage', filter)), filter).map(toGroupTotals),
		sumUsageOverTime: async (filter, {from, spanMs}) =>
			sums<SpanRow>(
				`SELECT (t.at - :from) / :spanMs AS span, ${SUMS_APART} FROM ${WITH_AGENTS} ${toWhere('usage', filter)} AND t.at >= :from GROUP BY span ORDER BY span`,
				// As BigInt, since a number is bound as a REAL, by which SQLite would divide without rounding.
				{...filter, from: BigInt(from), spanMs: BigInt(spanMs)},
			).map(row => toSpanTotals(row, {from, spanMs})),
	};
};
