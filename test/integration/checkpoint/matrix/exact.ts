import {createHash} from 'node:crypto';
import {expect} from 'vitest';
import type {CheckpointService} from '../../../../source/checkpoint/checkpoint-service.ts';
import type {Checkpoint, RestoreResult} from '../../../../source/domain/records.ts';
import {pictureOf, type Scratch} from '../../../support/scratch-repo.ts';
import {openService, restore, take} from '../support.ts';
import type {Make} from './row.ts';

/** What somebody did to a work tree before a checkpoint, and after it. */
export type Story = {
	readonly before?: (repo: Scratch) => void;
	readonly after: (repo: Scratch) => void;
	/** Looks at what a picture of files does not show, right after the restore. */
	readonly restored?: (repo: Scratch) => void;
};

/** A row that holds when each story's restore is exact, and its undo, and the undo of that. */
export const exact =
	(...stories: readonly Story[]) =>
	async (make: Make): Promise<void> => {
		for (const story of stories) await checkExact(make.repo(), story);
	};

/** Restores, undoes and redoes; compares every file, and what git tells of the staged set. */
export const checkExact = async (repo: Scratch, {before, after, restored}: Story): Promise<void> => {
	before?.(repo);
	const service = await openService(repo);
	const then = look(repo);
	const checkpoint = await take(service);
	const headThen = repo.git('rev-parse', 'HEAD');
	after(repo);
	const now = look(repo);
	const isHeadSame = repo.git('rev-parse', 'HEAD') === headThen;

	const first = await restore(service, checkpoint);
	restored?.(repo);
	const afterFirst = look(repo);
	const second = await undo(service, first);
	const afterSecond = look(repo);
	await undo(service, second);

	expect(afterFirst.files).toEqual(then.files);
	expect(afterSecond.files).toEqual(now.files);
	expect(look(repo).files).toEqual(then.files);
	expect(afterSecond.status).toBe(now.status);
	if (isHeadSame) expect(afterFirst.status).toBe(then.status);
};

/** Restores what was there before a restore. */
export const undo = (service: CheckpointService, {safety}: {readonly safety: Checkpoint | null}): Promise<RestoreResult> => {
	if (safety === null) throw new Error('The restore changed nothing.');
	return restore(service, safety);
};

const look = (repo: Scratch) => ({files: pictureOf(repo.root).map(shorten), status: repo.git('status', '--porcelain=v2')});

// A difference of megabytes would be no message to read.
const shorten = (line: string): string => (line.length < 10_000 ? line : `${line.slice(0, 100)} ${createHash('sha256').update(line).digest('hex')}`);
