import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {runCompiled} from '../../source/compiled-program.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
type Greeting = {readonly greet: () => string; readonly place: string};

const aProgram = (word = 'hello') => {
	const folder = newFolder();
	const [file, cacheFile] = [path.join(folder, 'program.cjs'), path.join(folder, 'cache/rad/program.v8')];
	const write = (text: string): void =>
		writeFileSync(file, `const path = require('node:path');\nexports.greet = () => '${text}';\nexports.place = path.join(__dirname, 'x');\n`);
	write(word);
	const run = (host: Parameters<typeof runCompiled>[0] = process) => runCompiled<Greeting>(host, file, cacheFile);
	return {folder, file, cacheFile, write, run};
};

describe('a program that is run by its compiled form', () => {
	it('does the same with it and without, and keeps it for this user only', () => {
		const {folder, cacheFile, run} = aProgram();
		const first = run();
		expect([first.exports.greet(), first.exports.place]).toEqual(['hello', path.join(folder, 'x')]);
		expect(existsSync(cacheFile)).toBe(false);

		first.keep();
		const kept = statSync(cacheFile);
		const second = run();
		second.keep();

		expect(second.exports.greet()).toBe('hello');
		expect([kept.mode & 0o777, statSync(path.dirname(cacheFile)).mode & 0o777]).toEqual([0o600, 0o700]);
		expect(statSync(cacheFile).ino).toBe(kept.ino);
		expect(readdirSync(path.dirname(cacheFile))).toEqual(['program.v8']);
	});

	it('is not used for another text of the same length, nor by another Node.js, and is made anew', () => {
		const {cacheFile, write, run} = aProgram('hello');
		run().keep();
		const before = readFileSync(cacheFile);

		write('world');
		const changed = run();
		expect(changed.exports.greet()).toBe('world');
		changed.keep();
		expect(readFileSync(cacheFile).equals(before)).toBe(false);

		const other = {version: 'v99.0.0', arch: process.arch, pid: process.pid};
		expect(run(other).exports.greet()).toBe('world');
	});

	it('is not used where a byte of it was spoilt, or where others could have written it', () => {
		const {cacheFile, run} = aProgram();
		run().keep();
		const bytes = readFileSync(cacheFile);
		for (const at of [0, 60, 150, bytes.length >> 1, bytes.length - 8]) {
			const spoilt = Buffer.from(bytes);
			spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
			writeFileSync(cacheFile, spoilt);
			const program = run();
			expect(program.exports.greet()).toBe('hello');
			program.keep();
			expect(readFileSync(cacheFile).equals(spoilt)).toBe(false);
		}

		const before = statSync(cacheFile).ino;
		chmodSync(cacheFile, 0o622);
		run().keep();
		expect(statSync(cacheFile).ino).not.toBe(before);
		expect(statSync(cacheFile).mode & 0o777).toBe(0o600);

		const kept = statSync(cacheFile).ino;
		const stranger = {version: process.version, arch: process.arch, pid: process.pid, getuid: () => 12_345};
		run(stranger).keep();
		expect(statSync(cacheFile).ino).not.toBe(kept);
	});

	it.each([
		['garbage', Buffer.from('garbage')],
		['nothing', Buffer.alloc(0)],
	])('works where %s stands in its place', (_, bytes) => {
		const {cacheFile, run} = aProgram();
		mkdirSync(path.dirname(cacheFile), {recursive: true});
		writeFileSync(cacheFile, bytes);

		const program = run();
		expect(program.exports.greet()).toBe('hello');
		program.keep();
		expect(readFileSync(cacheFile).length).toBeGreaterThan(100);
	});

	it('is not looked for in a pipe, nor in what a link leads to', () => {
		const {cacheFile, run} = aProgram();
		run().keep();
		const bytes = readFileSync(cacheFile);
		rmSync(cacheFile);
		execFileSync('mkfifo', [cacheFile]);
		expect(run().exports.greet()).toBe('hello');

		rmSync(cacheFile);
		writeFileSync(`${cacheFile}.other`, bytes);
		symlinkSync(`${cacheFile}.other`, cacheFile);
		const program = run();
		expect(program.exports.greet()).toBe('hello');
		program.keep();
		expect(lstatSync(cacheFile).isFile()).toBe(true);
	});

	it('works where it cannot be kept, and leaves nothing there', () => {
		const {folder, run} = aProgram();
		// A file where the folder should be stops everybody, root too.
		writeFileSync(path.join(folder, 'cache'), '');
		chmodSync(path.join(folder, 'cache'), 0o400);

		const program = run();
		program.keep();

		expect(program.exports.greet()).toBe('hello');
		expect(readdirSync(folder).sort()).toEqual(['cache', 'program.cjs']);
	});

	it('is not looked for where there is no place for it', () => {
		const {file} = aProgram();
		const program = runCompiled<Greeting>(process, file, undefined);
		program.keep();
		expect(program.exports.greet()).toBe('hello');
	});
});
