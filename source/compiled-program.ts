import {lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {Script} from 'node:vm';

type Host = Pick<NodeJS.Process, 'version' | 'arch' | 'pid' | 'getuid'>;

/** A CommonJS file that was run. */
export type CompiledProgram<Exports> = {
	readonly exports: Exports;
	/** Keeps the compiled form of all that was used, for the next time; does nothing where it is kept already or cannot be. */
	readonly keep: () => void;
};

/**
 * Runs a CommonJS file, of ASCII only, by the form into which V8 compiled it the last time: for a short program, compiling is most of the work. Node.js
 * itself can do so only from 22.1 on.
 *
 * @param cacheFile Absolute path of the compiled form, in a folder that only this user may write; undefined for none. It is used only
 * for this file, as long as nobody changed it, and this Node.js.
 */
export const runCompiled = <Exports>(host: Host, file: string, cacheFile: string | undefined): CompiledProgram<Exports> => {
	const subject = describe(host, file);
	const cachedData = cacheFile === undefined ? undefined : readCompiled(cacheFile, subject, host.getuid?.());
	// Our bundles are ASCII, which is read without decoding.
	const source = readFileSync(file, 'latin1');
	const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
	const script = new Script(wrapped, {filename: file, ...(cachedData === undefined ? {} : {cachedData})});
	const made = {exports: {} as Exports};
	script.runInThisContext()(made.exports, createRequire(file), made, file, path.dirname(file));
	const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
	return {
		exports: made.exports,
		keep: () => {
			if (cacheFile === undefined || isKept) return;
			const compiled = script.createCachedData();
			writeCompiled(cacheFile, host.pid, Buffer.concat([sign(subject, compiled), compiled, compiled]));
		},
	};
};

/** Whoever changes a file changes one of these: no program can set the time of change. The text itself is far too long to be read for it. */
const describe = ({version, arch}: Host, file: string): string => {
	const {dev, ino, size, ctimeNs} = statSync(file, {bigint: true});
	return [version, arch, dev, ino, size, ctimeNs].join(' ');
};

/** What stands before a compiled form: what it is the form of, and how long it is. The length is fixed, so that nothing must be looked for. */
const sign = (subject: string, {length}: Buffer): Buffer => Buffer.from(`${length} ${subject}`.padEnd(SIGNATURE_BYTES)).subarray(0, SIGNATURE_BYTES);

const SIGNATURE_BYTES = 128;

/**
 * Undefined unless every byte is what was written: V8 looks at little of it, and runs whatever it finds. It is written twice, since comparing two
 * halves is one call of native code: what a disk or a crash spoils, it does not spoil twice alike, and a sum would take as long as the answers
 * of rad do.
 */
const readCompiled = (file: string, subject: string, userId: number | undefined): Buffer | undefined => {
	try {
		const stat = lstatSync(file);
		// What another user could write, he could let this one run.
		if (!stat.isFile() || (userId !== undefined && (stat.uid !== userId || (stat.mode & 0o022) !== 0))) return undefined;
		const bytes = readFileSync(file);
		const middle = (bytes.length + SIGNATURE_BYTES) / 2;
		const compiled = bytes.subarray(SIGNATURE_BYTES, middle);
		const isWhole = bytes.subarray(0, SIGNATURE_BYTES).equals(sign(subject, compiled)) && bytes.subarray(middle).equals(compiled);
		return isWhole ? compiled : undefined;
	} catch {
		return undefined;
	}
};

/** Beside other things of this user, never in a folder that all users share; undefined where there is no such place. */
export const findCacheFile = ({HOME: home = '', XDG_CACHE_HOME: cache}: NodeJS.ProcessEnv, name: string): string | undefined => {
	const folder = cache || path.join(home, '.cache');
	return path.isAbsolute(folder) ? path.join(folder, 'rad', `${name}.v8`) : undefined;
};

const writeCompiled = (file: string, pid: number, bytes: Buffer): void => {
	const partial = `${file}.${pid}`;
	attempt(() => {
		mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
		writeFileSync(partial, bytes, {mode: 0o600, flag: 'wx'});
		renameSync(partial, file);
	});
	attempt(() => rmSync(partial, {force: true}));
};

/** It would only have saved time. */
const attempt = (action: () => void): void => {
	try {
		action();
	} catch {}
};
