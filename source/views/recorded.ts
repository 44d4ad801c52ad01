import {formatNanoUsd} from '../domain/figures.ts';
import type {Agent, AgentTotals, UsageTotals} from '../domain/records.ts';
import {formatCost} from './format.ts';

/** The part of some totals that was played back from recordings: the figures are real, the money was spent long ago. */
export type Recorded = Pick<UsageTotals, 'responses' | 'costNanoUsd'>;

export const NOTHING_RECORDED: Recorded = {responses: 0, costNanoUsd: 0n};

/** All or nothing of one agent's figures. */
export const recordedOf = ({isRecording}: Pick<Agent, 'isRecording'>, totals: UsageTotals | undefined): Recorded =>
	isRecording && totals !== undefined ? totals : NOTHING_RECORDED;

/** The part that comes from agents which play back. An agent that is not in `agents` counts as a real one. */
export const measureRecorded = (agents: readonly Agent[], usage: Iterable<AgentTotals>): Recorded => {
	const players = new Set(agents.filter(({isRecording}) => isRecording).map(({id}) => id));
	return addRecorded([...usage].filter(({agentId}) => players.has(agentId)));
};

export const addRecorded = (parts: readonly Recorded[]): Recorded =>
	parts.reduce((sum, part) => ({responses: sum.responses + part.responses, costNanoUsd: sum.costNanoUsd + part.costNanoUsd}), NOTHING_RECORDED);

/** True when there is something and all of it was played back. */
export const isAllRecorded = ({responses}: Pick<UsageTotals, 'responses'>, recorded: Recorded): boolean =>
	recorded.responses > 0 && recorded.responses >= responses;

/** What stands behind a cost that is not all money spent now. */
export const RECORDED_MARK = '*';

/** `$0.0790*` where recorded money is in it; else the plain cost. */
export const formatMarkedCost = (totals: UsageTotals, recorded: Recorded): string =>
	`${formatCost(totals)}${recorded.responses > 0 ? RECORDED_MARK : ''}`;

/** The same in words; undefined when nothing of it was played back. */
export const explainRecorded = (totals: Pick<UsageTotals, 'responses'>, recorded: Recorded): string | undefined => {
	if (recorded.responses === 0) return undefined;
	if (isAllRecorded(totals, recorded)) return 'recorded: nothing was spent now';
	return `${recorded.costNanoUsd === 0n ? 'a part' : formatNanoUsd(recorded.costNanoUsd)} of it is recorded and was not spent now`;
};

/** The same as a note below a total, if there is something to note. */
export const noteRecorded = (totals: Pick<UsageTotals, 'responses'>, recorded: Recorded): readonly string[] => {
	const words = explainRecorded(totals, recorded);
	return words === undefined ? [] : [`${RECORDED_MARK} ${words}.`];
};

/** What is said once below a table in which costs are marked. */
export const RECORDED_NOTE = `${RECORDED_MARK} recorded: this money was not spent now.`;

/** Costs of one column, right-aligned: where some are marked, the digits of the others stay above and below theirs. */
export const alignMarks = (costs: readonly string[]): readonly string[] =>
	costs.some(cost => cost.endsWith(RECORDED_MARK)) ? costs.map(cost => (/\d$/.test(cost) ? `${cost} ` : cost)) : costs;
