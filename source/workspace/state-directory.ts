import path from 'node:path';
import {isFailure, RadError} from '../domain/failures.ts';

/**
 * The folder in which rad keeps what belongs to no workspace folder: `$RAD_STATE_DIR`, else `$XDG_STATE_HOME/rad`, else
 * `~/.local/state/rad`. Not made here.
 *
 * @throws {RadError} `NO_STATE_DIRECTORY` when none of the variables holds an absolute path.
 */
export const findStateDirectory = (environment: Readonly<Record<string, string | undefined>>): string => {
	const own = toAbsolute(environment['RAD_STATE_DIR']);
	if (own !== undefined) return own;
	const state = toAbsolute(environment['XDG_STATE_HOME']);
	if (state !== undefined) return path.join(state, 'rad');
	const home = toAbsolute(environment['HOME']);
	if (home !== undefined) return path.join(home, '.local', 'state', 'rad');
	throw new RadError(
		'NO_STATE_DIRECTORY',
		'There is no folder for the state of rad: neither RAD_STATE_DIR, XDG_STATE_HOME nor HOME is an absolute path.',
	);
};

/** Where stores are saved to that are lost while rad uses them: what takes one away often takes all of `.radium`. Undefined without a state directory. */
export const findRescueDirectory = (environment: Readonly<Record<string, string | undefined>>): string | undefined => {
	try {
		return path.join(findStateDirectory(environment), 'rescued');
	} catch (error) {
		if (isFailure(error, 'NO_STATE_DIRECTORY')) return undefined;
		throw error;
	}
};

const toAbsolute = (value: string | undefined): string | undefined => (value !== undefined && path.isAbsolute(value) ? value : undefined);
