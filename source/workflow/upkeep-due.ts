import {existsSync, readdirSync} from 'node:fs';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import type {Store} from '../monitoring/store-port.ts';

type Ports = {
	readonly store: Pick<Store, 'listRuns' | 'listAgents' | 'listSteps'>;
	readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
	/** Absolute path of the folder with the work trees of runs; it need not be there. */
	readonly worktrees: string;
};

/** True where the upkeep of a workspace would find something to do, see upkeep.ts. Changes nothing, and costs next to nothing. */
export const isUpkeepDue = async ({store, isAlive, worktrees}: Ports): Promise<boolean> => {
	if (existsSync(worktrees) && readdirSync(worktrees).length > 0) return true;
	const isDue = async ({id, status, owner}: Run): Promise<boolean> => {
		if (isRunOver(status)) return false;
		if (status !== 'interrupted') return !(await isAlive(owner));
		return (
			(await store.listAgents({runId: id})).some(agent => !isAgentOver(agent.status)) ||
			(await store.listSteps(id)).some(step => step.status === 'running')
		);
	};
	for (const run of await store.listRuns()) if (await isDue(run)) return true;
	return false;
};
