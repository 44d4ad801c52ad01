import type {AgentId} from '../domain/ids.ts';
import type {Agent, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatAgentDuration, formatEngine} from '../views/agent-text.ts';
import type {Column} from '../views/columns.ts';
import {formatAgo, formatCount, formatLocalTime} from '../views/format.ts';
import type {Span} from '../views/line.ts';
import {alignMarks, formatMarkedCost, recordedOf} from '../views/recorded.ts';
import {labelAgent} from '../views/status-label.ts';
import {toIsoTime} from './listing.ts';
import type {Field} from './output.ts';
import {toStatusCell} from './status-cell.ts';

/** Columns of a list of agents, by the names that a user types. */
export const AGENT_FIELDS = [
	...['id', 'name', 'status', 'engine', 'model', 'run', 'step', 'parent', 'attempt', 'started', 'ended', 'time', 'tokens', 'cost', 'exit'],
	'error',
] as const;
export type AgentField = (typeof AGENT_FIELDS)[number];

/** How a table tells a moment: `3m ago`, or the date and time of this time zone. */
export const TIME_STYLES = ['relative', 'absolute'] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

/** An agent in a list; `guide` joins it to its parent and is empty where it has none there. */
export type ListedAgent = {
	readonly agent: Agent;
	readonly guide: string;
	/** False for what is there only because of an agent below it. */
	readonly isWanted: boolean;
};

/** What a list tells besides the agents' own records. Usage includes that of everything below an agent. */
export type AgentFigures = {readonly names: ReadonlyMap<AgentId, string>; readonly usage: ReadonlyMap<AgentId, UsageTotals>};

type Surroundings = AgentFigures & {readonly now: number; readonly timeStyle: TimeStyle};

type AgentColumn = Column & {
	readonly toCell: (item: ListedAgent, surroundings: Surroundings) => string | Span;
	/** Times as ISO 8601, durations in milliseconds, costs in billionths of a dollar. */
	readonly toField: (agent: Agent, surroundings: Surroundings) => Field;
};

/** The columns of a table, with what each holds for an agent. */
export const toTableColumns = (fields: readonly AgentField[], items: readonly ListedAgent[], surroundings: Surroundings) =>
	fields.map(field => {
		const {toCell, ...column} = COLUMNS[field];
		if (field !== 'cost') return {...column, toCell: (item: ListedAgent) => toCell(item, surroundings)};
		const costs = alignMarks(items.map(({agent}) => toCost(agent, surroundings)));
		const costOf = new Map(items.map(({agent}, index) => [agent.id, costs[index] ?? '']));
		return {...column, toCell: ({agent}: ListedAgent) => costOf.get(agent.id) ?? ''};
	});

/** The same for a pipe. */
export const toPipeFields = (fields: readonly AgentField[], agent: Agent, surroundings: Surroundings): readonly Field[] =>
	fields.map(field => COLUMNS[field].toField(agent, surroundings));

const toCost = (agent: Agent, {usage}: AgentFigures): string => {
	const totals = usage.get(agent.id);
	return totals === undefined ? '—' : formatMarkedCost(totals, recordedOf(agent, totals));
};

const toMoment = (at: number | null, {now, timeStyle}: Surroundings): string => {
	if (at === null) return '—';
	return timeStyle === 'absolute' ? formatLocalTime(at) : formatAgo(at, now);
};

/** A column that tells the same to a person and to a script. */
const plain = (title: string, toField: (agent: Agent) => Field, column: Omit<Column, 'title'> = {}): AgentColumn => ({
	title,
	...column,
	toCell: ({agent}) => String(toField(agent) ?? '—'),
	toField,
});

const moment = (title: string, key: 'startedAt' | 'endedAt'): AgentColumn => ({
	title,
	toCell: ({agent}, surroundings) => toMoment(agent[key], surroundings),
	toField: agent => toIsoTime(agent[key]),
});

const toTokens = (totals: UsageTotals | undefined): number | null => (totals === undefined ? null : totalTokens(totals.tokens));

const toNanoUsd = (totals: UsageTotals | undefined): string | null =>
	totals === undefined || (totals.responses > 0 && totals.costSource === 'unknown') ? null : String(totals.costNanoUsd);

const COLUMNS: Readonly<Record<AgentField, AgentColumn>> = {
	id: plain('Agent', ({id}) => id),
	name: {
		title: 'Name',
		isFlexible: true,
		toCell: ({agent, guide, isWanted}, {names}) => ({
			text: `${guide}${guide === '' ? '' : ' '}${names.get(agent.id) ?? agent.name}`,
			tone: isWanted ? 'strong' : 'quiet',
		}),
		toField: ({name}) => name,
	},
	status: {title: 'Status', isFlexible: true, toCell: ({agent}) => toStatusCell(labelAgent(agent)), toField: ({status}) => status},
	engine: {title: 'Engine', toCell: ({agent}) => formatEngine(agent), toField: ({engine}) => engine},
	model: plain('Model', ({model}) => model),
	run: plain('Run', ({planId}) => planId),
	step: plain('Step', ({stepId}) => stepId),
	parent: plain('Parent', ({parentId}) => parentId),
	attempt: plain('Attempt', ({attempt}) => attempt, {align: 'right'}),
	started: moment('Started', 'startedAt'),
	ended: moment('Ended', 'endedAt'),
	time: {
		title: 'Time',
		align: 'right',
		toCell: ({agent}, {now}) => formatAgentDuration(agent, now),
		toField: ({startedAt, endedAt}, {now}) => (endedAt ?? now) - startedAt,
	},
	tokens: {
		title: 'Tokens',
		align: 'right',
		toCell: ({agent}, {usage}) => {
			const tokens = toTokens(usage.get(agent.id));
			return tokens === null ? '—' : formatCount(tokens);
		},
		toField: ({id}, {usage}) => toTokens(usage.get(id)),
	},
	cost: {
		title: 'Cost',
		align: 'right',
		toCell: ({agent}, surroundings) => toCost(agent, surroundings),
		toField: ({id}, {usage}) => toNanoUsd(usage.get(id)),
	},
	exit: plain('Exit', ({exitCode}) => exitCode, {align: 'right'}),
	error: plain('Error', ({error}) => error, {isFlexible: true}),
};
