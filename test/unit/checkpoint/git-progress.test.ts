import {describe, expect, it} from 'vitest';
import {askForProgress, withoutProgress} from '../../../source/checkpoint/git-progress.ts';
import type {Progress} from '../../../source/domain/progress.ts';

const hear = (...chunks: readonly string[]): readonly Progress[] => {
	const heard: Progress[] = [];
	const {onStderr} = askForProgress(progress => void heard.push(progress));
	for (const chunk of chunks) onStderr?.(Buffer.from(chunk));
	return heard;
};

describe('what git tells of its progress', () => {
	it('is not asked for when nobody listens', () => {
		expect(askForProgress(undefined)).toEqual({});
	});

	it('is told as a stage, the newest of each piece', () => {
		expect(hear('Updating files:  33% (1/3)\rUpdating files:  66% (2/3)\r', 'Updating files: 100% (3/3), done.\n')).toEqual([
			{stage: 'write-files', done: 2, total: 3},
			{stage: 'write-files', done: 3, total: 3},
		]);
		expect(hear('Compressing objects:  50% (4/8)\r', 'Writing objects:   6% (1/15)\r')).toEqual([
			{stage: 'compress-objects', done: 4, total: 8},
			{stage: 'pack-objects', done: 1, total: 15},
		]);
	});

	it('is nothing where git tells of something else, or of half a step', () => {
		expect(hear('Enumerating objects: 12, done.\n', 'Counting objects:  50% (1/2)\r', 'error: x\n', 'Updating files:  33% (', '1/3)\r')).toEqual([]);
	});

	it('is taken out of what git complains about', () => {
		const stderr = [
			'Enumerating objects: 12, done.\nCounting objects:  50% (1/2)\rCounting objects: 100% (2/2), done.\n',
			'Updating files:  50% (1/2)\rwarning: unable to unlink "a: 50% (1/2)": Permission denied\nUpdating files: 100% (2/2), done.\n',
			'Total 3 (delta 0), reused 0 (delta 0), pack-reused 0\nerror: no\n',
		].join('');

		expect(withoutProgress(stderr)).toBe('warning: unable to unlink "a: 50% (1/2)": Permission denied\nerror: no\n');
		expect(withoutProgress("error: Entry 'x' not uptodate. Cannot merge.\n")).toBe("error: Entry 'x' not uptodate. Cannot merge.\n");
	});
});
