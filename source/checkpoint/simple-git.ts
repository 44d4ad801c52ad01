import {existsSync} from 'node:fs';
import {getSystemErrorName} from 'node:util';
import {simpleGit} from 'simple-git';
import {toStartFailure} from './git-missing.ts';
import {type GitCall, type GitOutput, KILLED, type RunGit} from './git-port.ts';

/**
 * Runs git through simple-git.
 *
 * Good for calls that print: simple-git waits 50 ms after each command that printed nothing, and that cannot be turned off.
 */
export const createSimpleGit = (): RunGit => async call => {
	const ended: {output?: GitOutput} = {};
	if (!existsSync(call.cwd)) throw toStartFailure(call.cwd, undefined);
	await open(call, output => {
		ended.output = output;
	}).raw([...call.args]);
	const {output} = ended;
	// A program that cannot be started is told as the negative number of the system's error, with Node's message.
	if (output === undefined) throw toStartFailure(call.cwd, new Error('git gave no answer'));
	if (output.exitCode < KILLED) throw toStartFailure(call.cwd, Object.assign(new Error(output.stderr), {code: getSystemErrorName(output.exitCode)}));
	return output;
};

const open = (call: GitCall, onEnd: (output: GitOutput) => void) =>
	simpleGit({
		baseDir: call.cwd,
		trimmed: false,
		// Everything in `env` was put there by us, on purpose; simple-git refuses each GIT_… variable that is not named.
		allowEnvironment: Object.keys(call.env),
		unsafe: {allowUnsafeConfigPaths: true},
		completion: {onClose: true, onExit: false},
		input: () => call.stdin,
		// The only place where simple-git shows the exit code and the bytes; returning nothing makes every ending an answer.
		errors: (_error, result) => {
			const stdout = Buffer.concat(result.stdOut);
			const stderr = Buffer.concat(result.stdErr);
			call.onStdout?.(stdout);
			call.onStderr?.(stderr);
			onEnd({
				exitCode: result.exitCode ?? KILLED,
				stdout: call.onStdout === undefined ? stdout : Buffer.alloc(0),
				stderr: stderr.toString('utf8'),
			});
			return undefined;
		},
		...(call.signal === undefined ? {} : {abort: call.signal}),
	}).env({...call.env});
