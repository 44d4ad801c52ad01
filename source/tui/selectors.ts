import type {RequestId, RunId} from '../domain/ids.ts';
import type {Agent, Checkpoint, Run, Step} from '../domain/records.ts';
import {isAgentOver, isRunOver, type StepStatus} from '../domain/status.ts';
import type {TreeRow} from '../views/agent-tree.ts';
import type {OpenQuestion} from '../views/questions.ts';
import {listTellingSteps} from '../views/steps.ts';
import {isFilterOn, toFilter} from './filter.ts';
import {HEADER_ROOMY_FROM, layOut, type PaneId, roomOf, type Size} from './layout.ts';
import {type LogEntry, listEntries} from './log-view.ts';
import type {Job, Snapshot, State} from './state.ts';
import {toShownRows} from './tree.ts';

export const snapshotOf = (state: State): Snapshot | undefined => (state.data.face === 'ready' ? state.data.value : undefined);

/** What the state wants to be read, besides what is always shown. */
export type Wish = Pick<State, 'choice'> & {readonly hasCourse: boolean; readonly hasModels: boolean; readonly hasDays: boolean};

/** What nobody looks at is not read: days and models can be many rows. */
export const wishOf = (state: State): Wish => {
	const hasTotals = roomOf(layOut(state), 'totals') !== undefined;
	return {
		choice: state.choice,
		hasCourse: hasTotals || state.size.columns >= HEADER_ROOMY_FROM,
		hasModels: hasTotals && state.grouping === 'model',
		hasDays: hasTotals && state.grouping === 'day',
	};
};

export const runOf = (state: State): Run | null => snapshotOf(state)?.run ?? null;

/** True while a rad drives the run: it can be stopped and it may go on writing. */
export const isRunActive = (run: Run): boolean => !isRunOver(run.status) && run.status !== 'interrupted';

/** The rows of the tree that are to be seen. */
export const treeOf = (state: State): readonly TreeRow[] => {
	const snapshot = snapshotOf(state);
	return snapshot === undefined ? [] : toShownRows(snapshot, state.tree, state.now);
};

/** What is shown of the log: the lines that were not filtered out or folded away. */
export const entriesOf = ({log, logLook}: State): readonly LogEntry[] => listEntries(log, logLook);

const NOT_DONE: readonly StepStatus[] = ['waiting', 'failed', 'cancelled', 'skipped'];

/** Steps that wait for a person, or ended before an agent existed, in the order of the workflow: no row of the tree tells of them. */
export const stepsWithoutAgent = ({runSteps, runAgents}: Pick<Snapshot, 'runSteps' | 'runAgents'>): readonly Step[] =>
	listTellingSteps(runSteps).filter(({stepId, status}) => NOT_DONE.includes(status) && !runAgents.some(agent => agent.stepId === stepId));

export const selectedAgent = (state: State): Agent | undefined => snapshotOf(state)?.runAgents.find(agent => agent.id === state.selectedAgentId);

/** The checkpoints that the filter lets through, newest first. */
export const checkpointsOf = (state: State): readonly Checkpoint[] => {
	const all = snapshotOf(state)?.checkpoints ?? [];
	if (!isFilterOn(state.checkpointFilter)) return all;
	const isWanted = toFilter(state.checkpointFilter);
	return all.filter(({id, label, kind, stepId, runId}) => isWanted([id, label, kind, stepId ?? '', runId ?? ''].join(' ')));
};

/** The one that the user went to, else the newest that is listed. */
export const selectedCheckpoint = (state: State): Checkpoint | undefined => {
	const checkpoints = checkpointsOf(state);
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

/** True while somebody works: not while all that is active waits for a person. */
export const isAnybodyAtWork = (state: State): boolean => {
	const snapshot = snapshotOf(state);
	return snapshot?.run?.status === 'running' || snapshot?.runAgents.some(({status}) => !isAgentOver(status) && status !== 'waiting') === true;
};

/** The room of the pane's content; one row while it is not shown, so that moving in it still means something. */
export const sizeOf = (state: State, pane: PaneId): Size => {
	const room = roomOf(layOut(state), pane);
	return {columns: room?.columns ?? state.size.columns, rows: Math.max(1, room?.rows ?? 1)};
};

/** How many rows of content the pane shows. */
export const heightOf = (state: State, pane: PaneId): number => sizeOf(state, pane).rows;

export const activeAgentsOf = (state: State, runId: RunId): readonly Agent[] =>
	(snapshotOf(state)?.activeAgents ?? []).filter(agent => agent.planId === runId);

const READING: ReadonlySet<Job['kind']> = new Set(['preview', 'diff', 'list-workflows']);

/** True while something is done that must not be done twice or crossed by another. What only reads may be. */
export const isJobRunning = ({job}: State): boolean => job !== null && !READING.has(job.kind);

/** What the focused pane would copy: the id of what is selected, the last line of the log, the cost of the run. */
export const textToCopy = (state: State): string => {
	switch (state.focus) {
		case 'agents':
			return state.selectedAgentId ?? '';
		case 'log': {
			const last = entriesOf(state).findLast(entry => entry.kind === 'line' && entry.end <= (state.log.foundAt ?? state.log.pause?.end ?? entry.end));
			return last?.kind === 'line' ? last.line.text : '';
		}
		case 'totals':
			return runOf(state)?.id ?? '';
		case 'checkpoints':
			return selectedCheckpoint(state)?.id ?? '';
	}
};

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

/** The tool call that the dialog offers to make again, as the user has edited it. */
export const offeredCall = ({dialog}: State): {readonly requestId: RequestId; readonly argumentsJson: string} | undefined =>
	dialog?.kind === 'request' && dialog.request.subject.kind === 'replay'
		? {requestId: dialog.request.id, argumentsJson: dialog.edited ?? dialog.request.subject.argumentsJson}
		: undefined;

export const isParentSelected = (state: State): boolean =>
	snapshotOf(state)?.runAgents.some(agent => agent.parentId !== null && agent.parentId === state.selectedAgentId) === true;
