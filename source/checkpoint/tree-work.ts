import {mkdir, realpath} from 'node:fs/promises';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {Ids} from '../domain/ids.ts';
import {releaseIndexLock} from './index-lock.ts';
import {removeLeftovers} from './leftovers.ts';
import type {Place} from './place.ts';
import {finishRestore} from './restore.ts';
import type {WithLock} from './sqlite-lock.ts';
import {type TreeGit, withSignal} from './tree-git.ts';
import {openWorkbench, type Workbench} from './workbench.ts';

export type WorkOptions = {
	readonly place: Place;
	readonly git: TreeGit;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly withLock: WithLock;
	/** How long a look at the work tree may take; then git is stopped. */
	readonly budgetMs: number;
};

type Action<Result> = (bench: Workbench) => Promise<Result>;

/** Ways of working on a tree under the lock, told apart by what becomes of a restore that was cut short. */
export type TreeWork = {
	/** Finishes it first. Ends with `CHECKPOINT_FAILED` when the budget is spent. */
	readonly finished: <Result>(signal: AbortSignal | undefined, action: Action<Result>) => Promise<Result>;
	/**
	 * For another restore: leaves its files as they are when that one decides about all of them, and finishes it first otherwise. Aborting
	 * counts until the action begins.
	 */
	readonly restoring: <Result>(signal: AbortSignal, isWhole: boolean, action: Action<Result>) => Promise<Result>;
	/** Leaves it alone. Does not wait for another rad unless it is patient: then `CHECKPOINT_BUSY`. */
	readonly raw: <Result>(action: Action<Result>, isPatient: boolean) => Promise<Result>;
};

export const createTreeWork = (options: WorkOptions): TreeWork => {
	const {place, git, environment, clock, withLock, budgetMs} = options;
	const open = async <Result>(signal: AbortSignal | undefined, action: Action<Result>, isPatient = true): Promise<Result> => {
		await refuseEverything(place, environment['HOME']);
		return await translate(async () => {
			await mkdir(place.home, {recursive: true, mode: 0o700});
			return await withLock(async () => {
				signal?.throwIfAborted();
				await removeLeftovers(place, clock);
				await releaseIndexLock(place);
				return await action(await openWorkbench({place, git, environment, clock}));
			}, isPatient);
		});
	};
	return {
		finished: (signal, action) =>
			open(signal, async bench => {
				await finishRestore(bench, options);
				return await withinBudget(budgetMs, signal, limit => action({...bench, git: withSignal(git, limit)}));
			}),
		restoring: (signal, isWhole, action) =>
			open(signal, async bench => {
				if (!isWhole) await finishRestore(bench, options);
				return await action(bench);
			}),
		raw: (action, isPatient) => open(undefined, action, isPatient),
	};
};

// A file system that hangs would otherwise hang every step of every run.
const withinBudget = async <Result>(
	budgetMs: number,
	signal: AbortSignal | undefined,
	action: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> => {
	const budget = AbortSignal.timeout(budgetMs);
	try {
		return await action(signal === undefined ? budget : AbortSignal.any([signal, budget]));
	} catch (cause) {
		if (!budget.aborted || signal?.aborted === true) throw cause;
		throw new RadError('CHECKPOINT_FAILED', `Git did not get through the work tree within ${Math.round(budgetMs / 1000)} s and was stopped.`, {
			cause,
			hint: 'find what is slow with: git status; or give it more time: rad config set checkpoints.timeout 10m',
		});
	}
};

/** A checkpoint of everything that a user or a machine has is never what was meant. */
const refuseEverything = async ({top}: Place, home: string | undefined): Promise<void> => {
	const realHome = home === undefined ? '' : await realpath(home).catch(() => home);
	const isAbove = `${realHome}/`.startsWith(`${top}/`);
	if (top === '/' || isAbove) throw new RadError('RESTORE_REFUSED', `A home directory or a whole disk is too much for checkpoints: ${top}`);
};

// What the operating system refuses (a full disk, a missing right) is named; everything else is a bug and passes.
const translate = async <Result>(action: () => Promise<Result>): Promise<Result> => {
	try {
		return await action();
	} catch (cause) {
		if (cause instanceof RadError || !isSystemError(cause)) throw cause;
		throw new RadError('CHECKPOINT_FAILED', `The checkpoint failed: ${cause.message}`, {cause});
	}
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;
