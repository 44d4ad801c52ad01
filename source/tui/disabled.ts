import {isAgentOver, isRunOver} from '../domain/status.ts';
import {chosenOf} from './restore-actions.ts';
import {
	activeAgentsOf,
	isJobRunning,
	isParentSelected,
	isPlanReady,
	isRunActive,
	offeredCall,
	runOf,
	selectedAgent,
	selectedCheckpoint,
} from './selectors.ts';
import type {State} from './state.ts';

export const never = (): null => null;

export const unless = (isPossible: (state: State) => boolean, reason: string) => (state: State) => (isPossible(state) ? null : reason);

export const whileBusy = (state: State): string | null => (isJobRunning(state) ? 'Wait until what was started is done.' : null);

export const first =
	(...reasons: ReadonlyArray<(state: State) => string | null>) =>
	(state: State): string | null => {
		for (const reason of reasons) {
			const found = reason(state);
			if (found !== null) return found;
		}
		return null;
	};

export const needsCheckpoint = unless(state => selectedCheckpoint(state) !== undefined, 'There is no checkpoint yet.');
export const needsActiveRun = unless(state => {
	const run = runOf(state);
	return run !== null && (isRunActive(run) || activeAgentsOf(state, run.id).length > 0);
}, 'Nothing is running.');
export const needsOwnAgent = (state: State): string | null => {
	const agent = selectedAgent(state);
	if (agent === undefined || isAgentOver(agent.status)) return 'The selected agent is not at work.';
	if (agent.parentId !== null) return 'It lives in the process of the agent above it.';
	const run = runOf(state);
	return run !== null && isRunOver(run.status) ? 'It was not started by rad.' : null;
};
export const needsChildren = unless(isParentSelected, 'Nothing is below this agent.');
export const needsPlan = unless(isPlanReady, 'Wait until it is known what would change.');
export const needsChoice = unless(
	({dialog}) => dialog?.kind !== 'restore' || dialog.leftOut.size === 0 || chosenOf(dialog).length > 0,
	'No file is chosen.',
);

export const needsCall = unless(state => offeredCall(state) !== undefined, 'Only a call that is offered again can be edited.');

export const needsSearch = unless(({logLook}) => logLook.search !== '', 'Search for something first.');
export const needsFile = unless(
	({dialog}) => dialog?.kind === 'restore' && dialog.plan.face === 'ready' && dialog.plan.value.changes.length > 0,
	'There is no file to choose.',
);
export const needsWorkflow = unless(
	({dialog}) => dialog?.kind === 'workflows' && dialog.list.face === 'ready' && dialog.list.value.length > 0,
	'There is no workflow to start.',
);
