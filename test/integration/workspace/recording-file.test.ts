import {existsSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {RECORDING_BYTES_MAX} from '../../../source/domain/dashboard.ts';
import {recordingFiles} from '../../../source/workspace/recording-file.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

describe('the file of a recording', () => {
	test('is for its user alone, and holds each text as soon as it was written', () => {
		const directory = newFolder();
		const file = path.join(directory, 'a.jsonl');

		const sink = recordingFiles.create('a.jsonl', {directory});
		sink.append('one\n');
		const early = readFileSync(file, 'utf8');
		sink.append('two\n');
		sink.close();

		expect(early).toBe('one\n');
		expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	test.each(['a file', 'a link to a file', 'a link to nowhere'])('is never made where there is %s', kind => {
		const directory = newFolder();
		writeFileSync(path.join(directory, 'old'), 'old');
		if (kind === 'a file') writeFileSync(path.join(directory, 'a.jsonl'), 'old');
		else symlinkSync(kind === 'a link to a file' ? 'old' : 'nowhere', path.join(directory, 'a.jsonl'));

		expect(() => recordingFiles.create('a.jsonl', {directory})).toThrow(expect.objectContaining({code: 'OUTPUT_EXISTS', exitCode: 4}));
		expect(readFileSync(path.join(directory, 'old'), 'utf8')).toBe('old');
		expect(existsSync(path.join(directory, 'nowhere'))).toBe(false);
	});

	test('is not made in a folder that is not there', () => {
		const directory = newFolder();

		expect(() => recordingFiles.create('no/a.jsonl', {directory})).toThrow(expect.objectContaining({code: 'OUTPUT_FAILED'}));
	});

	test('is read as it is', async () => {
		const directory = newFolder();
		writeFileSync(path.join(directory, 'a.jsonl'), 'text\n');

		expect(await recordingFiles.read('a.jsonl', {directory})).toEqual({file: 'a.jsonl', text: 'text\n'});
	});

	test('is not read when it is too large, a folder, or not there', async () => {
		const directory = newFolder();
		writeFileSync(path.join(directory, 'huge'), '');
		truncateSync(path.join(directory, 'huge'), RECORDING_BYTES_MAX + 1);

		const read = (file: string) => recordingFiles.read(file, {directory});

		await expect(read('huge')).rejects.toMatchObject({code: 'RECORDING_UNUSABLE', message: expect.stringContaining('larger than 100 MB')});
		await expect(read('.')).rejects.toMatchObject({code: 'RECORDING_UNUSABLE', message: expect.stringContaining('not a file')});
		await expect(read('missing')).rejects.toMatchObject({code: 'PATH_MISSING'});
	});
});
