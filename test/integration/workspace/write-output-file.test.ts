import {chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {writeOutputFile} from '../../../source/workspace/write-output-file.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

describe('a file that the user named', () => {
	test('is made, and nothing beside it', () => {
		const folder = newFolder();

		writeOutputFile(path.join(folder, 'a.svg'), 'new');

		expect(readdirSync(folder)).toEqual(['a.svg']);
		expect(readFileSync(path.join(folder, 'a.svg'), 'utf8')).toBe('new');
	});

	test('is replaced with its permissions, and is another file then', () => {
		const file = path.join(newFolder(), 'a.svg');
		writeFileSync(file, 'a longer old text');
		chmodSync(file, 0o640);
		const {ino} = statSync(file);

		writeOutputFile(file, 'new');

		expect(readFileSync(file, 'utf8')).toBe('new');
		expect(statSync(file).mode & 0o777).toBe(0o640);
		expect(statSync(file).ino).not.toBe(ino);
	});

	test('is written where a link points to, and the link stays', () => {
		const folder = newFolder();
		writeFileSync(path.join(folder, 'real.svg'), 'old');
		symlinkSync('real.svg', path.join(folder, 'link.svg'));

		writeOutputFile(path.join(folder, 'link.svg'), 'new');

		expect(lstatSync(path.join(folder, 'link.svg')).isSymbolicLink()).toBe(true);
		expect(readFileSync(path.join(folder, 'real.svg'), 'utf8')).toBe('new');
	});

	test.each([
		['in a folder that is not there', 'none/a.svg', 'its folder is not there'],
		['in a file', 'file/a.svg', 'its folder is a file'],
		['that is a folder', 'folder', 'it is a folder'],
		['with an endless name', 'x'.repeat(300), 'its name is too long'],
	])('%s is refused with the reason', (_, name, reason) => {
		const folder = newFolder();
		writeFileSync(path.join(folder, 'file'), '');
		mkdirSync(path.join(folder, 'folder'));
		const file = path.join(folder, name);

		const write = () => writeOutputFile(file, 'new');

		expect(write).toThrow(expect.objectContaining({code: 'OUTPUT_FAILED', message: `The file cannot be written, since ${reason}: ${file}`}));
		expect(readdirSync(folder)).toEqual(['file', 'folder']);
	});

	test.skipIf(!existsSync('/dev/full'))('that is a device is written to and stays one', () => {
		expect(() => writeOutputFile('/dev/full', 'new')).toThrow(/no space is left there/);
		expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
	});
});
