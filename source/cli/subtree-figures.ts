import type {AgentId, RunId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, AgentTotals, UsageTotals} from '../domain/records.ts';
import {measureRecorded, NOTHING_RECORDED, type Recorded} from '../views/recorded.ts';
import {sumSubtrees} from '../views/usage.ts';
import {toUsageByAgent} from './run-json.ts';

export type Figures = {readonly totals: UsageTotals; readonly recorded: Recorded};

export type SubtreeFigures = {
	readonly ofRun: Figures;
	/** An agent's own figures with those of everything below it; undefined where no model has answered. */
	readonly of: (id: AgentId) => Figures | undefined;
};

type Usage = {readonly agents: readonly Agent[]; readonly totals: UsageTotals; readonly byAgent: readonly AgentTotals[]};

export const toSubtreeFigures = ({agents, totals, byAgent}: Usage): SubtreeFigures => {
	const players = new Set(agents.filter(({isRecording}) => isRecording).map(({id}) => id));
	const sumUp = (own: readonly AgentTotals[]) => sumSubtrees(agents, toUsageByAgent(own));
	const [all, recorded] = [sumUp(byAgent), sumUp(byAgent.filter(({agentId}) => players.has(agentId)))];
	return {
		ofRun: {totals, recorded: measureRecorded(agents, byAgent)},
		of: id => {
			const sum = all.get(id);
			return sum === undefined ? undefined : {totals: sum, recorded: recorded.get(id) ?? NOTHING_RECORDED};
		},
	};
};

export const loadSubtreeFigures = async (rad: Rad, runId: RunId): Promise<SubtreeFigures> => {
	const [agents, totals, byAgent] = await Promise.all([rad.monitor.list({runId}), rad.telemetry.totals({runId}), rad.telemetry.byAgent({runId})]);
	return toSubtreeFigures({agents, totals, byAgent});
};
