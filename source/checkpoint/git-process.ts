import {type ChildProcess, spawn} from 'node:child_process';
import {toStartFailure} from './git-missing.ts';
import {type GitCall, type GitOutput, KILLED, type RunGit} from './git-port.ts';

// Git removes its locks on SIGTERM; one that hangs does not get to it.
const GRACE_MS = 2000;

/** Runs git as a plain child process: bytes in, bytes out, no wait beyond git's own. */
export const createGitProcess = (): RunGit => call =>
	new Promise((resolve, reject) => {
		const child = spawn('git', [...call.args], {
			cwd: call.cwd,
			env: {...call.env},
			stdio: [call.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
			windowsHide: true,
		});
		const stop = (): void => {
			child.kill('SIGTERM');
			setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
		};
		call.signal?.addEventListener('abort', stop, {once: true});
		if (call.signal?.aborted === true) stop();
		collect(child, call)
			.then(resolve, error => reject(toStartFailure(call.cwd, error)))
			.finally(() => call.signal?.removeEventListener('abort', stop));
	});

const collect = (child: ChildProcess, call: GitCall): Promise<GitOutput> =>
	new Promise((resolve, reject) => {
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		child.stdout?.on('data', call.onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
		child.stderr?.on('data', (chunk: Buffer) => {
			stderr.push(chunk);
			call.onStderr?.(chunk);
		});
		child.on('error', reject);
		// A helper that a stopped git left behind may hold the pipes open; nobody wants what it says.
		child.on('exit', () => {
			if (call.signal?.aborted !== true) return;
			child.stdout?.destroy();
			child.stderr?.destroy();
		});
		child.on('close', code => resolve({exitCode: code ?? KILLED, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8')}));
		// Git may fail before it has read everything; its exit code tells, not the broken pipe.
		child.stdin?.on('error', () => undefined);
		child.stdin?.end(call.stdin);
	});
