import type {SlotPlace} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import {type FrozenPlan, hasWorktrees, type PlanStep} from '../domain/plan.ts';
import {isStepOver} from '../domain/status.ts';
import {toRunBranch} from '../worktrees/worktrees-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {RunState, StepState} from './run-state.ts';

/** Where an attempt works. */
export type WorkPlace = {
	/** The workspace, or what stands for it in a work tree. */
	readonly folder: string;
	readonly worktree: SlotPlace | null;
	/** The branch that the work of the run comes together in; null where no step of it has a work tree. */
	readonly runBranch: string | null;
};

/** Gives the steps of a run their places to work in. */
export type WorkPlaces = {
	/** For the next attempt of a step; the place is its own until `leave`, and as long as what it left there is not kept. */
	readonly enter: (step: PlanStep) => Promise<WorkPlace>;
	readonly leave: (step: PlanStep) => void;
};

type Options = {
	readonly ports: Pick<AttemptPorts, 'worktrees' | 'workspaceRoot'>;
	readonly runId: RunId;
	readonly frozen: FrozenPlan;
	/** What the events tell now. */
	readonly loadState: () => Promise<RunState>;
	readonly onNotice: (text: string) => void;
};

export const createWorkPlaces = (options: Options): WorkPlaces => {
	const {ports, frozen, runId} = options;
	const isWanted = hasWorktrees(frozen.plan);
	const shared: WorkPlace = {folder: ports.workspaceRoot, worktree: null, runBranch: isWanted ? toRunBranch(runId) : null};
	const taken = new Map<string, number>();
	const find = async (step: PlanStep): Promise<WorkPlace> => {
		// Before the events are read: a step that leaves meanwhile is busy by one or the other, and what it left there is not kept yet.
		const takenBefore = new Map(taken);
		const state = await options.loadState();
		const base = await findBase(options, state, step);
		if (base === null) return shared;
		const own = step.workspace === 'worktree' ? (state.steps.get(step.id)?.worktree ?? null) : null;
		const worktree = own ?? {slot: chooseSlot(state, step, takenBefore), base: step.workspace === 'worktree' ? base : null};
		taken.set(step.id, worktree.slot);
		const key = {runId, slot: worktree.slot};
		// A retry goes on with the files as they are.
		if (own === null || !(await ports.worktrees.isThere(key))) await ports.worktrees.prepare(key, worktree.base ?? base);
		return {...shared, folder: await ports.worktrees.locate(key), worktree};
	};
	let before: Promise<unknown> = Promise.resolve();
	return {
		enter: async step => {
			if (!isWanted || step.workspace === 'shared') return shared;
			// One after the other: two must not choose the same.
			const place = before.then(() => find(step));
			before = place.catch(() => undefined);
			return place;
		},
		leave: ({id}) => void taken.delete(id),
	};
};

/** The commit that a step begins from; null for one that only reads, in a run that has no branch yet. */
const findBase = async ({ports, runId, onNotice}: Options, state: RunState, step: PlanStep): Promise<string | null> => {
	const {worktrees} = ports;
	if (step.workspace === 'readonly') return (await worktrees.findHead(runId)) ?? null;
	const {head, start, isNew} = await worktrees.openBranch(runId);
	if (isNew) for (const text of await describeUncommitted(ports)) onNotice(text);
	const named = step.worktree?.base ?? null;
	return named === null ? head : (state.steps.get(named)?.branch ?? start);
};

const describeUncommitted = async ({worktrees}: Options['ports']): Promise<readonly string[]> => {
	const count = await worktrees.countUncommitted();
	if (count === 0) return [];
	const what = count === 1 ? '1 file with changes that are not committed is' : `${count} files with changes that are not committed are`;
	return [`the work trees of this run begin from the last commit: ${what} not in them`];
};

/** That of the step whose conversation it goes on with, since engines look for one by its folder; else the first that is free. */
const chooseSlot = ({steps}: RunState, {id, session}: PlanStep, taken: ReadonlyMap<string, number>): number => {
	const others = [...steps].filter(([name]) => name !== id);
	const busy = new Set([...others.flatMap(([, step]) => (isHeld(step) ? (step.worktree?.slot ?? []) : [])), ...taken.values()]);
	const usual = session === null ? undefined : steps.get(session)?.worktree?.slot;
	if (usual !== undefined && !busy.has(usual)) return usual;
	return Array.from({length: busy.size + 1}, (_, index) => index + 1).find(slot => !busy.has(slot)) ?? busy.size + 1;
};

/** True while somebody works there, or what was left there is not kept. */
const isHeld = ({status, worktree, merged, attempts}: StepState): boolean =>
	worktree !== null && (!isStepOver(status) || (worktree.base !== null && merged < attempts));
