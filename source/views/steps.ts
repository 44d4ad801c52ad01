import type {Step} from '../domain/records.ts';

/** The steps that tell something of their own: not blocks, of which their steps tell, and none that was there for what did not happen. */
export const listTellingSteps = (steps: readonly Step[]): readonly Step[] => {
	const blocks = new Set(steps.map(({parentId}) => parentId));
	return steps.filter(({stepId, status, reason}) => !blocks.has(stepId) && !(status === 'skipped' && reason === null));
};

/** Which steps earlier runs did in place of this one, in a sentence for each of those runs. */
export const describeTaken = (steps: ReadonlyArray<Pick<Step, 'stepId' | 'takenFrom'>>): readonly string[] => {
	const runs = new Set(steps.flatMap(({takenFrom}) => takenFrom ?? []));
	return [...runs].map(runId => {
		const names = steps.filter(({takenFrom}) => takenFrom === runId).map(({stepId}) => stepId);
		return `Taken over from ${runId}, at no cost: ${names.join(', ')}`;
	});
};
