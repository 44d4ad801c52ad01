import {afterEach, describe, it} from 'vitest';
import {createScratchFolder, createScratchRepo, type Scratch} from '../../../support/scratch-repo.ts';

/** Makes work trees for one row; they are gone after it. */
export type Make = {
	/** Two tracked files, a script, rules for ignoring, one commit. */
	readonly repo: (name?: string) => Scratch;
	readonly emptyRepo: () => Scratch;
	/** A folder without git. */
	readonly folder: () => Scratch;
};

/** One case of the matrix of what a checkpoint must stand. */
export type Row = {
	/** Its number in the design; rows keep their numbers for ever. */
	readonly row: number | '50b';
	/** A sentence about checkpoints and restores. */
	readonly name: string;
	/** Why it cannot run here. It stands in the test's name, so that nobody takes a skip for a pass. */
	readonly skip?: string | undefined;
	readonly run: (make: Make) => Promise<void>;
};

/** Makes work trees that are gone after each test. Call it once, at the top of a test file. */
export const createScratches = (): Make => {
	const made: Scratch[] = [];
	const keep = (scratch: Scratch): Scratch => {
		made.push(scratch);
		return scratch;
	};
	afterEach(() => {
		for (const scratch of made.splice(0)) scratch.remove();
	});
	return {
		repo: name => fill(keep(createScratchRepo(name))),
		emptyRepo: () => keep(createScratchRepo()),
		folder: () => keep(createScratchFolder()),
	};
};

/** Makes a test of each row of a table. */
export const testRows = (subject: string, rows: readonly Row[]): void => {
	const make = createScratches();
	describe(subject, () => {
		for (const {row, name, skip, run} of rows)
			it.skipIf(skip !== undefined)(`${row}: ${name}${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => run(make), 300_000);
	});
};

const fill = (repo: Scratch): Scratch => {
	repo.write('a.txt', 'a\n');
	repo.write('dir/b.txt', 'b\n');
	repo.write('run.sh', '#!/bin/sh\n', 0o755);
	repo.write('.gitignore', 'ignored/\n*.log\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};
