import {expect, test} from 'vitest';
import {createWorkPlaces} from '../../../source/workflow/work-places.ts';
import {anId, aPlan, aPlanStep} from '../../support/builders.ts';

const step = (id: string) => aPlanStep({id, workspace: 'worktree'});

test('does not give a work tree away while the events do not tell yet what was left in it', async () => {
	const steps = [step('first'), step('second')];
	const prepared: number[] = [];
	let openBranch = async () => ({head: 'c0', start: 'c0', isNew: false});
	const worktrees = {
		openBranch: () => openBranch(),
		isThere: async () => true,
		prepare: async ({slot}: {readonly slot: number}) => void prepared.push(slot),
		locate: async ({slot}: {readonly slot: number}) => `/slots/${slot}`,
	};
	const places = createWorkPlaces({
		ports: {worktrees, workspaceRoot: '/work'} as unknown as Parameters<typeof createWorkPlaces>[0]['ports'],
		runId: anId('run'),
		frozen: {plan: aPlan({steps}), inputs: {}, maxCostNanoUsd: null} as unknown as Parameters<typeof createWorkPlaces>[0]['frozen'],
		// As they were read before the first step had begun.
		loadState: async () => ({steps: new Map()}) as unknown as Awaited<ReturnType<Parameters<typeof createWorkPlaces>[0]['loadState']>>,
		onNotice: () => undefined,
	});
	const [first, second] = steps as [ReturnType<typeof step>, ReturnType<typeof step>];
	await places.enter(first);
	openBranch = async () => {
		// The first one works and ends while git is slow.
		places.leave(first);
		return {head: 'c0', start: 'c0', isNew: false};
	};

	const place = await places.enter(second);

	expect(place.folder).toBe('/slots/2');
	expect(prepared).toEqual([1, 2]);
});
