import {createHash} from 'node:crypto';
import {lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {Script} from 'node:vm';

type Host = Pick<NodeJS.Process, 'version' | 'arch' | 'pid'>;

/** A CommonJS file that was run. */
export type CompiledProgram<Exports> = {
	readonly exports: Exports;
	/** Keeps the compiled form of all that was used, for the next time; does nothing where it is kept already or cannot be. */
	readonly keep: () => void;
};

/**
 * Runs a CommonJS file by the form into which V8 compiled it the last time: for a short program, compiling is most of the work. Node.js
 * itself can do so only from 22.1 on.
 *
 * @param cacheFile Absolute path of the compiled form, in a folder that only this user may write; undefined for none. It is used only
 * for this text and this Node.js.
 */
export const runCompiled = <Exports>(host: Host, file: string, cacheFile: string | undefined): CompiledProgram<Exports> => {
	const source = readFileSync(file, 'utf8');
	const sign = (compiled: Buffer): Buffer => createHash('sha256').update(`${host.version} ${host.arch}\n${source}\n`).update(compiled).digest();
	const cachedData = cacheFile === undefined ? undefined : readCompiled(cacheFile, sign);
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
			writeCompiled(cacheFile, host.pid, Buffer.concat([sign(compiled), compiled]));
		},
	};
};

const SIGNATURE_BYTES = 32;

/** Undefined unless every byte is what was written: V8 looks at little of it, and runs whatever it finds. */
const readCompiled = (file: string, sign: (compiled: Buffer) => Buffer): Buffer | undefined => {
	try {
		if (!lstatSync(file).isFile()) return undefined;
		const bytes = readFileSync(file);
		const compiled = bytes.subarray(SIGNATURE_BYTES);
		return bytes.subarray(0, SIGNATURE_BYTES).equals(sign(compiled)) ? compiled : undefined;
	} catch {
		return undefined;
	}
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
