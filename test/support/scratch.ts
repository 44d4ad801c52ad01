import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach} from 'vitest';

/** The folder of the built programs; `npm test` builds them first. */
export const PROGRAMS = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Makes temporary folders that are gone after each test. Call it once, at the top of a test file. */
export const createScratch = (): (() => string) => {
	const made: string[] = [];
	afterEach(() => {
		for (const directory of made.splice(0)) rmSync(directory, {recursive: true, force: true, maxRetries: 5});
	});
	return () => {
		const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rad-test-')));
		made.push(directory);
		return directory;
	};
};

/** Resolves when a condition holds; looks often, and leaves the limit to the test's own. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
	while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20));
};
