import type {Step} from '../domain/records.ts';

/** The steps that tell something of their own: not blocks, of which their steps tell, and none that was there for what did not happen. */
export const listTellingSteps = (steps: readonly Step[]): readonly Step[] => {
	const blocks = new Set(steps.map(({parentId}) => parentId));
	return steps.filter(({stepId, status, reason}) => !blocks.has(stepId) && !(status === 'skipped' && reason === null));
};
