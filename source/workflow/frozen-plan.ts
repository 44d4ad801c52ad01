import type {FrozenPlan} from '../domain/plan.ts';

/** Reads the plan of a run; undefined where it has none that this rad knows how to follow: it was imported, or another version froze it. */
export const readFrozenPlan = (json: string | undefined): FrozenPlan | undefined => {
	const frozen = JSON.parse(json ?? '{}') as Partial<FrozenPlan>;
	return frozen.plan?.finally === undefined ? undefined : (frozen as FrozenPlan);
};
