import type {AgentId, RunId} from '../domain/ids.ts';
import type {Agent, Checkpoint, Run, Step} from '../domain/records.ts';
import {isAgentOver, isRunOver, type StepStatus} from '../domain/status.ts';
import {type TreeRow, toTreeRows} from '../views/agent-tree.ts';
import type {OpenQuestion} from '../views/questions.ts';
import {listTellingSteps} from '../views/steps.ts';
import {layOut, type PaneId, roomOf} from './layout.ts';
import type {Snapshot, State} from './state.ts';

export const snapshotOf = (state: State): Snapshot | undefined => (state.data.face === 'ready' ? state.data.value : undefined);

export const runOf = (state: State): Run | null => snapshotOf(state)?.run ?? null;

/** True while a rad drives the run: it can be stopped and it may go on writing. */
export const isRunActive = (run: Run): boolean => !isRunOver(run.status) && run.status !== 'interrupted';

/** The rows of the tree that are to be seen: without what is below a folded agent. */
export const treeOf = (state: State): readonly TreeRow[] => hideFolded(toTreeRows(snapshotOf(state)?.runAgents ?? []), state.folded);

const hideFolded = (rows: readonly TreeRow[], folded: ReadonlySet<AgentId>): readonly TreeRow[] => {
	let hiddenBelow = Number.POSITIVE_INFINITY;
	return rows.filter(({agent, depth}) => {
		if (depth > hiddenBelow) return false;
		hiddenBelow = folded.has(agent.id) ? depth : Number.POSITIVE_INFINITY;
		return true;
	});
};

const NOT_DONE: readonly StepStatus[] = ['waiting', 'failed', 'cancelled', 'skipped'];

/** Steps that wait for a person, or ended before an agent existed, in the order of the workflow: no row of the tree tells of them. */
export const stepsWithoutAgent = ({runSteps, runAgents}: Pick<Snapshot, 'runSteps' | 'runAgents'>): readonly Step[] =>
	listTellingSteps(runSteps).filter(({stepId, status}) => NOT_DONE.includes(status) && !runAgents.some(agent => agent.stepId === stepId));

export const selectedAgent = (state: State): Agent | undefined => snapshotOf(state)?.runAgents.find(agent => agent.id === state.selectedAgentId);

/** The one that the user went to, else the newest. */
export const selectedCheckpoint = (state: State): Checkpoint | undefined => {
	const checkpoints = snapshotOf(state)?.checkpoints ?? [];
	return checkpoints.find(checkpoint => checkpoint.id === state.selectedCheckpointId) ?? checkpoints[0];
};

/** The checkpoint that undoes the last restore: the picture taken just before it. */
export const findUndoPoint = (snapshot: Snapshot | undefined): Checkpoint | undefined =>
	snapshot?.checkpoints.find(checkpoint => checkpoint.kind === 'safety');

/** An agent that a person should look at: it failed, or waits for somebody. */
export const needsAttention = (agent: Agent): boolean =>
	agent.status === 'waiting' || agent.status === 'failed' || agent.status === 'timed_out' || agent.status === 'lost' || agent.isUnattended;

export const isAnythingActive = (state: State): boolean => {
	const snapshot = snapshotOf(state);
	return snapshot?.run != null && (isRunActive(snapshot.run) || snapshot.runAgents.some(agent => !isAgentOver(agent.status)));
};

/** How many rows of content the pane shows; 1 while it is not shown, so that moving in it still means something. */
export const heightOf = (state: State, pane: PaneId): number => Math.max(1, roomOf(layOut(state), pane)?.rows ?? 1);

export const activeAgentsOf = (state: State, runId: RunId): readonly Agent[] =>
	(snapshotOf(state)?.activeAgents ?? []).filter(agent => agent.planId === runId);

/** True while something is done that must not be done twice or crossed by another. A preview changes nothing, so it may be. */
export const isJobRunning = ({job}: State): boolean => job !== null && job.kind !== 'preview';

/** The question that is shown, while it is open. */
export const shownQuestion = (state: State): OpenQuestion | undefined => {
	const {dialog} = state;
	return dialog?.kind === 'gate' ? snapshotOf(state)?.questions.find(({step}) => step.stepId === dialog.stepId) : undefined;
};

/** True when the dialog's question can be answered with yes: the user has been told what would happen. */
export const isPlanReady = ({dialog}: State): boolean => {
	if (dialog?.kind === 'restore') return dialog.plan.face === 'ready';
	return dialog?.kind !== 'request' || dialog.request.subject.kind === 'replay' || dialog.plan.face === 'ready';
};

export const isParentSelected = (state: State): boolean =>
	snapshotOf(state)?.runAgents.some(agent => agent.parentId !== null && agent.parentId === state.selectedAgentId) === true;
