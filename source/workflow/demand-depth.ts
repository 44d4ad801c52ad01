import {readParentRuns} from '../agents/parent-runs.ts';
import {RadError} from '../domain/failures.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/** As many runs may be one in the other. Nobody follows more, and a step that starts its own workflow elsewhere would never end. */
const DEEPEST = 3;

/** @throws {RadError} `RUN_TOO_DEEP` where too many runs are around this rad. */
export const demandDepth = ({environment}: Pick<AttemptPorts, 'environment'>): void => {
	const parents = readParentRuns(environment);
	if (parents.length < DEEPEST) return;
	throw new RadError('RUN_TOO_DEEP', `Nothing was started: ${parents.length} runs are one in the other already (${parents.join(', ')}).`);
};
