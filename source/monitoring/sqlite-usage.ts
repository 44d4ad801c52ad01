import type {AgentId} from '../domain/ids.ts';
import type {UsageFilter} from '../domain/rad.ts';
import type {UsageGrouping} from '../domain/records.ts';
import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import type {Connection} from './sqlite-open.ts';
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
import type {Store} from './store-port.ts';

export type UsageReads = Pick<
	Store,
	'listUsage' | 'listToolCalls' | 'sumUsage' | 'sumUsageByModel' | 'sumUsageByAgent' | 'sumUsageByGroup' | 'sumUsageOverTime'
>;

/** Money is summed in two parts, which cannot overflow as the whole could: what engines claim has no limit that would be safe. */
const sumMoney = (amount: string, name: string): string =>
	`coalesce(sum(${amount} / ${MONEY_PART}), 0) AS ${name}_high, coalesce(sum(${amount} % ${MONEY_PART}), 0) AS ${name}_low`;

const SUMS = `
	count(*) AS records, coalesce(sum(message_id NOT LIKE '${SETTLEMENT_PREFIX}%'), 0) AS responses, coalesce(sum(cost_nano_usd IS NULL), 0) AS unpriced, coalesce(sum(cost_source = 'estimated'), 0) AS estimated,
	${sumMoney('cost_nano_usd', 'cost')}, ${sumMoney('cache_saved_nano_usd', 'saved')},
	coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
	coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens, coalesce(sum(cache_write_1h_tokens), 0) AS cache_write_1h_tokens,
	coalesce(sum(output_tokens), 0) AS output_tokens, coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens`;

/** The same, with what was played back apart. */
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

const ADDED = [
	...['records', 'responses', 'unpriced', 'estimated', 'cost_high', 'cost_low', 'saved_high', 'saved_low'],
	...['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_1h_tokens', 'output_tokens', 'reasoning_tokens'],
	...['recorded_responses', 'recorded_cost_high', 'recorded_cost_low'],
];

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

/** Prepares each statement once. There are as many as there are kinds of filters in use, which are few. */
const createPreparation = (connection: Connection) => {
	const known = new Map<string, ReturnType<Connection['prepare']>>();
	return (sql: string): ReturnType<Connection['prepare']> => {
		const statement = known.get(sql) ?? connection.prepare(sql);
		known.set(sql, statement);
		return statement;
	};
};
