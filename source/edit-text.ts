import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type Environment, toUsersEnvironment} from './users-environment.ts';

/** Nobody writes more by hand, and the store keeps it. */
const LARGEST_BYTES = 1_000_000;

/**
 * Has the user edit a text in the editor of `$VISUAL` or `$EDITOR`, else in vi, and returns what is left when the editor has ended; undefined
 * where it failed, or left too much or nothing to read. Everything else waits meanwhile: keys that this process read would be missing in the
 * editor.
 *
 * @param extension Of the file that the editor opens: `.ts`.
 */
export const editText = (environment: Environment, text: string, extension: string): string | undefined => {
	const folder = mkdtempSync(path.join(tmpdir(), 'rad-edit-'));
	const file = path.join(folder, `call${extension}`);
	try {
		writeFileSync(file, text, {mode: 0o600});
		// As git does it: the setting may be a program with its flags. The file is a word of its own.
		const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
		const {status} = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit', env: toUsersEnvironment(environment)});
		return status === 0 && statSync(file).size <= LARGEST_BYTES ? readFileSync(file, 'utf8') : undefined;
	} catch {
		return undefined;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};
