import {randomInt} from 'node:crypto';
import {adoptCall} from './agents/adopted/adopt-call.ts';
import type {HookEngine} from './agents/adopted/hook-engines.ts';
import {createProcessTable} from './agents/create-process-table.ts';
import type {SessionCall} from './agents/hook-call.ts';
import {loadCheckpointSettings} from './checkpoint/checkpoint-settings.ts';
import {createGitProcess} from './checkpoint/git-process.ts';
import {withHeadStart} from './checkpoint/head-start.ts';
import {locatePlace} from './checkpoint/place.ts';
import {isFailure} from './domain/failures.ts';
import {createIds} from './domain/ids.ts';
import type {HookPolicy} from './domain/settings.ts';
import {collectSecrets, createRedactor} from './logs/redactor.ts';
import {createSystemClock} from './system-clock.ts';
import {createConfiguration} from './workspace/configuration.ts';
import {findRadium, findWorkspace} from './workspace/find-workspace.ts';
import {findStateDirectory} from './workspace/state-directory.ts';

/** Puts together what one call of a hook needs, and lets it store the call. */
export const takeCall = async (host: NodeJS.Process, engine: HookEngine, told: SessionCall): Promise<void> => {
	const {env: environment} = host;
	const userId = host.getuid?.();
	const layout = findWorkspace(told.cwd, userId);
	// Not simple-git: it takes time to load, and git is called a few times only.
	const run = withHeadStart(createGitProcess(), {cwd: layout.root, environment});
	const git = {text: run, bytes: run};
	const located = locatePlace({workspaceRoot: layout.root, stateDirectory: findStateDirectory(environment), environment, git});
	// Heard of below; until then a failure must not count as unhandled.
	located.catch(() => undefined);
	// Only now, so that the native module is loaded while git looks.
	const [settings, {assembleCheckpoints}, {openSqliteStore}] = await Promise.all([
		loadCheckpointSettings(createConfiguration({...layout, environment, userId})),
		import('./checkpoint/assemble-checkpoints.ts'),
		import('./monitoring/sqlite-store.ts'),
	]);
	const clock = createSystemClock();
	const ids = createIds({now: clock.now, randomInt: below => randomInt(below)});
	const self = createProcessTable(host.platform).identify(host.pid);
	if (self === undefined) throw new Error('this process must be in the process table');
	const store = openSqliteStore(layout.database, {create: false});
	try {
		const checkpoints = assembleCheckpoints(await located, git, {environment, settings, clock, ids, identify: () => self});
		const {redact} = createRedactor({secrets: collectSecrets(environment)});
		await adoptCall({store, checkpoints, clock, ids, self, engine, workspaceRoot: layout.root, redact}, told);
	} finally {
		store.close();
	}
};

/** What becomes of a write in a folder whose checkpoint failed. What is wrong with the settings counts as not said: they may be what failed. */
export const findPolicy = async (host: NodeJS.Process, folder: string): Promise<HookPolicy> => {
	const {env: environment} = host;
	const userId = host.getuid?.();
	const {settings} = await createConfiguration({radium: findRadiumAnyway(folder, userId), environment, userId}).loadAnyway();
	return settings.hookPolicy;
};

const findRadiumAnyway = (folder: string, userId: number | undefined): string | undefined => {
	try {
		return findRadium(folder, userId).radium;
	} catch (error) {
		if (!isFailure(error)) throw error;
		return undefined;
	}
};
