import {spawn, spawnSync} from 'node:child_process';
import process from 'node:process';

/** Starts a shell in a mount namespace of its own, where a folder can be a file system of its own. The script comes after it. */
export const NAMESPACE: readonly [string, ...string[]] = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm', 'sh', '-c'];

const [UNSHARE, ...ARGUMENTS] = NAMESPACE;

/** Why no file system can be made here; empty where one can. */
export const MOUNT_OBSTACLE =
	spawnSync(UNSHARE, [...ARGUMENTS, 'mount -t tmpfs none /tmp']).status === 0 ? '' : 'it needs the right to mount a small file system';

/** Runs a script there to its end. */
export const runThere = (script: string, options: {readonly cwd: string; readonly env: Record<string, string>}) =>
	new Promise<{readonly code: number | null; readonly stderr: string}>((resolve, reject) => {
		const child = spawn(UNSHARE, [...ARGUMENTS, script], {...options, stdio: ['ignore', 'ignore', 'pipe']});
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		child.once('error', reject);
		child.once('close', code => resolve({code, stderr}));
	});
