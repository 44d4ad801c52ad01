import type {Rad} from '../domain/rad.ts';
import type {Agent, Run} from '../domain/records.ts';
import type {AgentStatus} from '../domain/status.ts';
import {NO_TOKENS} from '../domain/tokens.ts';
import {findNewestRun} from '../views/newest-run.ts';
import {loadQuestions} from '../views/questions.ts';
import type {Snapshot, State} from './state.ts';

const ACTIVE: readonly AgentStatus[] = ['starting', 'running', 'waiting'];

const NOTHING_USED: Snapshot['runTotals'] = {
	tokens: NO_TOKENS,
	responses: 0,
	costNanoUsd: 0n,
	unpriced: 0,
	costSource: 'unknown',
	cacheSavedNanoUsd: 0n,
};

/** The workspace as it is called in the header: its folder's name. */
export const nameWorkspace = ({workspace: {root}}: Pick<Rad, 'workspace'>): string => root.split(/[\\/]/).findLast(part => part !== '') ?? root;

/** Reads what the dashboard shows. */
export const loadSnapshot = async (rad: Rad, choice: State['choice']): Promise<Snapshot> => {
	const runs = await rad.runs.list();
	const run = (choice === 'newest' ? findNewestRun(runs) : runs.find(({id}) => id === choice)) ?? null;
	const [ofRun, activeAgents, checkpoints, requests] = await Promise.all([
		run === null ? NO_RUN : loadRun(rad, run),
		loadActiveAgents(rad),
		rad.checkpoints.list(),
		rad.requests.list({status: 'pending'}),
	]);
	// While agents work, files change under the reader's eyes, and comparing them takes time that is theirs.
	const isQuiet = activeAgents.length === 0;
	const ownCheckpoints = isQuiet ? checkpoints.filter(({runId}) => runId === run?.id) : [];
	const questions = await loadQuestions(rad, ofRun.runSteps, ownCheckpoints);
	return {runs, run, ...ofRun, activeAgents, checkpoints, requests: requests.toReversed(), questions};
};

type OfRun = Pick<Snapshot, 'runSteps' | 'runAgents' | 'runTotals' | 'runModels' | 'runUsage'>;

const NO_RUN: OfRun = {runSteps: [], runAgents: [], runTotals: NOTHING_USED, runModels: [], runUsage: new Map()};

const loadRun = async (rad: Rad, {id: runId}: Run): Promise<OfRun> => {
	const [runSteps, runAgents, runTotals, runModels, usage] = await Promise.all([
		rad.runs.steps(runId),
		rad.monitor.list({runId}),
		rad.telemetry.totals({runId}),
		rad.telemetry.byModel({runId}),
		rad.telemetry.byAgent({runId}),
	]);
	return {runSteps, runAgents, runTotals, runModels, runUsage: new Map(usage.map(each => [each.agentId, each]))};
};

const loadActiveAgents = async (rad: Rad): Promise<readonly Agent[]> => (await Promise.all(ACTIVE.map(status => rad.monitor.list({status})))).flat();
