import {attemptFiles} from '../agents/attempt-files.ts';
import type {PlanStep} from '../domain/plan.ts';
import type {Attempt} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {Facts} from './judge-attempt.ts';
import {keepArtifacts} from './keep-artifacts.ts';

type Ports = Pick<AttemptPorts, 'store'>;
type Key = Pick<Attempt, 'runId' | 'stepId' | 'attempt'>;

/**
 * Keeps what an attempt made in the folder that it worked in, also where it failed: that is when it is looked at. What is missing is told, and
 * fails nothing.
 */
export const takeArtifacts = async (
	{store}: Ports,
	{runId, stepId, attempt}: Key,
	{artifacts: patterns}: Pick<PlanStep, 'artifacts'>,
	{directory, root}: {readonly directory: string; readonly root: string},
	onNotice: (text: string) => void,
): Promise<Pick<Facts, 'artifacts'>> => {
	const folder = attemptFiles(directory).artifacts;
	const {artifacts, problems} = await keepArtifacts({root, folder}, patterns);
	if (artifacts.length > 0) await store.recordArtifacts({runId, stepId, attempt}, artifacts);
	for (const problem of problems) onNotice(`step "${stepId}": ${problem}`);
	return {artifacts: folder};
};
