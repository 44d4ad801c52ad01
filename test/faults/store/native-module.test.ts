import {cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

/** Installs rad in a folder, with every package that it has here but the native one, which is a copy; returns its program and the native module. */
const install = (folder: string): {readonly program: string; readonly native: string} => {
	for (const name of ['bin', 'dist', 'package.json']) cpSync(path.join(PACKAGE, name), path.join(folder, name), {recursive: true});
	mkdirSync(path.join(folder, 'node_modules'));
	for (const name of readdirSync(path.join(PACKAGE, 'node_modules')).filter(name => name !== 'better-sqlite3' && !name.startsWith('.')))
		symlinkSync(path.join(PACKAGE, 'node_modules', name), path.join(folder, 'node_modules', name));
	const copy = path.join(folder, 'node_modules/better-sqlite3');
	for (const name of ['lib', 'package.json', 'build/Release/better_sqlite3.node'])
		cpSync(path.join(PACKAGE, 'node_modules/better-sqlite3', name), path.join(copy, name), {recursive: true});
	return {program: path.join(folder, 'bin/rad.cjs'), native: path.join(copy, 'build/Release/better_sqlite3.node')};
};

describe('the native module', () => {
	it.each([
		['missing', (native: string) => rmSync(native)],
		['no module of this Node', (native: string) => writeFileSync(native, 'built for another one')],
	])('that is %s is named in two lines, with what mends it and exit code 6, whatever the command', async (_, spoil) => {
		const scratch = await makeScratch(newFolder(), {flow: 'version: 1\nsteps:\n  - { id: one, run: touch one }\n'});
		const {program, native} = install(newFolder());
		const options = {...scratch, program};
		expect(await rad(['monitor', 'list'], options)).toEqual({code: 0, stdout: '', stderr: ''});
		spoil(native);

		for (const words of [
			['monitor', 'list'],
			['run', 'flow'],
			['top', '--once'],
		]) {
			expect(await rad(words, options), words.join(' ')).toEqual({
				code: 6,
				stdout: '',
				stderr: 'rad: The native module better-sqlite3 cannot be loaded by this Node.\n  try: npm rebuild better-sqlite3\n',
			});
		}
		expect(await rad(['--version'], options)).toMatchObject({code: 0});
	});
});
