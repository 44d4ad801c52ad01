import type {RunId} from '../domain/ids.ts';
import type {Concurrency, FrozenPlan} from '../domain/plan.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {toContexts} from './contexts.ts';
import {fillIn} from './fill-in.ts';
import {startState} from './run-state.ts';
import {toMainScope} from './scope.ts';

/** What comes of a start: the run begins, waits for its turn, is refused, ends those before it first, or is not made at all. */
export type Way = 'start' | 'refuse' | 'queue' | 'cancel' | 'skip';

/** What a run that is to be started says of others; null where its workflow says nothing. */
export type Standing = {readonly group: string; readonly onConflict: Concurrency['onConflict']};

/** The plan with the group that its run is of. @throws {RadError} `EXPRESSION_FAILED`. */
export const joinGroup = (frozen: FrozenPlan, runId: RunId): FrozenPlan => {
	const {plan, part} = frozen;
	if (plan.concurrency === undefined) return frozen;
	const {inputs, run} = toContexts(frozen, {id: runId, workflow: plan.name}, startState(plan, part?.steps), toMainScope(plan));
	return {...frozen, group: sanitizeLine(fillIn(plan.concurrency.group, {inputs, run}, 'concurrency.group'))};
};

export const standingOf = ({plan, group}: FrozenPlan): Standing | null =>
	group === undefined || plan.concurrency === undefined ? null : {group, onConflict: plan.concurrency.onConflict};

/** `groups` are those of the runs that would have to be waited for; null for one that is of none. */
export const chooseWay = (standing: Standing | null, isPatient: boolean, groups: ReadonlyArray<string | null>): Way => {
	if (groups.length === 0) return 'start';
	if (isPatient) return 'queue';
	const isOfGroup = (group: string | null): boolean => group === standing?.group;
	switch (standing?.onConflict) {
		case undefined:
			return 'refuse';
		case 'queue':
			return 'queue';
		case 'cancel':
			return groups.every(isOfGroup) ? 'cancel' : 'refuse';
		case 'skip':
			return groups.some(isOfGroup) ? 'skip' : 'refuse';
	}
};
