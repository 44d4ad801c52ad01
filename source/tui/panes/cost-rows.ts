import type {GroupTotals, UsageTotals} from '../../domain/records.ts';
import {promptTokens, totalTokens} from '../../domain/tokens.ts';
import {nameAgents} from '../../views/agent-text.ts';
import {formatCount, formatShare} from '../../views/format.ts';
import {addRecorded, alignMarks, formatMarkedCost, type Recorded, recordedOf} from '../../views/recorded.ts';
import {addUsage} from '../../views/usage.ts';
import {truncate} from '../../views/width.ts';
import type {CostGrouping} from '../groupings.ts';
import {clean} from '../line.ts';
import type {Snapshot} from '../state.ts';

/** A row of the table of costs: heading → cell, both filled up to the column's width. */
export type CostRow = Readonly<Record<string, string>>;

/** What was used by one model, agent or engine, or on one day. */
export type CostGroup = UsageTotals & {readonly name: string; readonly recorded: Recorded};

/** The dearest first, days the newest first; undefined while they are not read. */
export const groupCosts = (snapshot: Snapshot, grouping: CostGrouping): readonly CostGroup[] | undefined => {
	switch (grouping) {
		case 'model':
			return snapshot.runModels?.map(toGroup).sort(byCost);
		case 'agent':
			return groupByAgent(snapshot).sort(byCost);
		case 'engine':
			return groupByEngine(snapshot).sort(byCost);
		case 'day':
			return snapshot.days?.map(toGroup);
	}
};

const toGroup = ({key, ...totals}: GroupTotals): CostGroup => ({...totals, name: key});

const byCost = (a: CostGroup, b: CostGroup): number =>
	a.costNanoUsd === b.costNanoUsd ? totalTokens(b.tokens) - totalTokens(a.tokens) : a.costNanoUsd < b.costNanoUsd ? 1 : -1;

const groupByAgent = ({runAgents, runUsage}: Snapshot): CostGroup[] => {
	const names = nameAgents(runAgents);
	return runAgents.flatMap(agent => {
		const totals = runUsage.get(agent.id);
		return totals === undefined ? [] : [{...totals, name: names.get(agent.id) ?? agent.name, recorded: recordedOf(agent, totals)}];
	});
};

const groupByEngine = ({runAgents, runUsage}: Snapshot): CostGroup[] => {
	const groups = new Map<string, CostGroup>();
	for (const agent of runAgents) {
		const totals = runUsage.get(agent.id);
		if (totals === undefined) continue;
		const known = groups.get(agent.engine);
		const recorded = recordedOf(agent, totals);
		groups.set(
			agent.engine,
			known === undefined
				? {...totals, name: agent.engine, recorded}
				: {...addUsage(known, totals), name: known.name, recorded: addRecorded([known.recorded, recorded])},
		);
	}
	return [...groups.values()];
};

const HEADINGS: Readonly<Record<CostGrouping, string>> = {model: 'MODEL', agent: 'AGENT', engine: 'ENGINE', day: 'DAY'};

/** An agent's figures include those of its sub-agents elsewhere on the screen, and here they do not: each cost stands in one row only. */
const headingOf = (grouping: CostGrouping, {runAgents, runUsage}: Snapshot): string =>
	grouping === 'agent' && runAgents.some(({id, parentId}) => parentId !== null && runUsage.has(id)) ? 'AGENT alone' : HEADINGS[grouping];

const FIGURES = [
	{heading: 'INPUT', width: 6, from: 0, cell: (group: CostGroup) => formatCount(promptTokens(group.tokens))},
	{heading: 'CACHED', width: 6, from: 46, cell: (group: CostGroup) => formatShare(group.tokens.cacheRead, promptTokens(group.tokens))},
	{heading: 'OUTPUT', width: 6, from: 0, cell: (group: CostGroup) => formatCount(group.tokens.output)},
] as const;

const COST_MIN = 9;
/** What ink-table puts around each cell. */
const PADDING = 2;
const NAME_MIN = 6;
const NAME_MAX = 30;

type Table = {readonly grouping: CostGrouping; readonly snapshot: Snapshot; readonly columns: number};

/** The table measures by `length`: cells are cut and filled here, and a name that is not plain ASCII shows `?` for the rest. */
export const toCostRows = (groups: readonly CostGroup[], {grouping, snapshot, columns}: Table): readonly CostRow[] => {
	const figures = FIGURES.filter(figure => columns >= figure.from);
	const costs = alignMarks(groups.map(group => formatMarkedCost(group, group.recorded)));
	const costWidth = Math.max(COST_MIN, ...costs.map(cost => cost.length));
	const taken = figures.reduce((sum, figure) => sum + figure.width + PADDING, costWidth + PADDING);
	const width = Math.max(NAME_MIN, Math.min(NAME_MAX, columns - taken - PADDING - 1));
	return groups.map((group, index) => ({
		[truncate(headingOf(grouping, snapshot), width).padEnd(width)]: toAscii(truncate(clean(group.name), width)).padEnd(width),
		...Object.fromEntries(figures.map(figure => [figure.heading.padStart(figure.width), figure.cell(group).padStart(figure.width)])),
		['COST'.padStart(costWidth)]: (costs[index] ?? '').padStart(costWidth),
	}));
};

const toAscii = (text: string): string => text.replaceAll(/[^\x20-\x7e…]/gu, '?');
