import type {UsageGrouping} from '../domain/records.ts';

/** What the costs can be told by; a day is one of all runs. */
export const COST_GROUPINGS = ['model', 'agent', 'engine', 'day'] as const satisfies readonly UsageGrouping[];

export type CostGrouping = (typeof COST_GROUPINGS)[number];

export const stepGrouping = (grouping: CostGrouping, by: 1 | -1): CostGrouping =>
	COST_GROUPINGS[(COST_GROUPINGS.indexOf(grouping) + by + COST_GROUPINGS.length) % COST_GROUPINGS.length] ?? grouping;
