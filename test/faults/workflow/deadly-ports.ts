// What `build-deadly-rad.ts` gives `compose` and the supervisor in place of what they import: all of it, but for what kills.
import {spawn as realSpawn} from 'node:child_process';
import {createSupervisor as createRealSupervisor} from '../../../source/agents/supervisor.ts';
import {createLazyCheckpoints as createRealCheckpoints} from '../../../source/checkpoint/lazy-checkpoints.ts';
import {openSqliteStoreAnyway as openRealStore} from '../../../source/monitoring/sqlite-store.ts';
import {createLazyWorktrees as createRealWorktrees} from '../../../source/worktrees/lazy-worktrees.ts';
import {makeDeadly, makePortDeadly} from './death.ts';

export * from '../../../source/agents/supervisor.ts';
export * from '../../../source/checkpoint/lazy-checkpoints.ts';
export * from '../../../source/monitoring/sqlite-store.ts';
export * from '../../../source/worktrees/lazy-worktrees.ts';

export const openSqliteStoreAnyway: typeof openRealStore = (...parameters) => makePortDeadly('store', openRealStore(...parameters));
export const createSupervisor: typeof createRealSupervisor = options => makePortDeadly('supervisor', createRealSupervisor(options));
export const createLazyCheckpoints: typeof createRealCheckpoints = open => makePortDeadly('checkpoints', createRealCheckpoints(open));
export const createLazyWorktrees: typeof createRealWorktrees = (...parameters) => makePortDeadly('worktrees', createRealWorktrees(...parameters));
/** After it the shim is there, and was not told the agent's environment yet. */
export const spawn = makeDeadly('spawn', realSpawn);
