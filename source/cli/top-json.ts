import type {AgentId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import {findNewestRun} from '../views/newest-run.ts';
import {toCheckpointJson, toModelTotalsJson, toRequestJson, toRunJson, toTotalsJson} from './json-records.ts';
import {loadModelUsage, type ModelUsage} from './model-usage.ts';
import {toRunReportJson} from './run-json.ts';
import {loadRunReport, type RunReport} from './run-summary.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';
import {type Figures, toSubtreeFigures} from './subtree-figures.ts';

/** Reads what the dashboard shows, as one value for `--json`. */
export const loadTopJson = async (rad: Rad, at: number): Promise<OutputOf<'top'>> => {
	const run = findNewestRun(await rad.runs.list());
	const [ofRun, checkpoints, requests] = await Promise.all([
		run === undefined ? undefined : loadRunReport(rad, run),
		rad.checkpoints.list(),
		rad.requests.list({status: 'pending'}),
	]);
	const {root, kind} = rad.workspace;
	return {
		at,
		workspace: {root, kind},
		...(ofRun === undefined ? NO_RUN : toReportJson(ofRun, await loadModelUsage(rad, {runId: ofRun.run.id}, ofRun))),
		checkpoints: checkpoints.map(toCheckpointJson),
		requests: requests.toReversed().map(toRequestJson),
	};
};

const NO_RUN = {run: null, totals: null, steps: [], agents: [], byModel: [], questions: []};

const toReportJson = (report: RunReport, byModel: readonly ModelUsage[]) => {
	const {totals, steps, agents, questions} = toRunReportJson(report);
	const figures = toSubtreeFigures(report);
	return {
		run: toRunJson(report.run),
		totals,
		steps,
		agents: agents.map(agent => ({...agent, subtree: toSubtreeJson(figures.of(agent.id as AgentId))})),
		byModel: byModel.map(({totals: model, recorded}) => toModelTotalsJson(model, recorded)),
		questions,
	};
};

const toSubtreeJson = (figures: Figures | undefined) => (figures === undefined ? null : toTotalsJson(figures.totals, figures.recorded));
