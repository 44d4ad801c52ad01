import path from 'node:path';

/** The packages that hold the program itself, and the folder of it in each. Only the one for this machine is installed. */
const BUILDS = [
	['codex-linux-x64', 'x86_64-unknown-linux-musl'],
	['codex-linux-arm64', 'aarch64-unknown-linux-musl'],
	['codex-darwin-x64', 'x86_64-apple-darwin'],
	['codex-darwin-arm64', 'aarch64-apple-darwin'],
] as const;

const WRAPPER = path.join('@openai', 'codex', 'bin', 'codex.js');

/**
 * Finds the program behind the script that npm installs as `codex`; the file itself when it is another one, or when it is not clear
 * which program is meant. A script that is killed leaves the program running: under Node 20 it is a process of its own.
 */
export const findNativeProgram = (file: string, exists: (file: string) => boolean): string => {
	if (!file.endsWith(path.sep + WRAPPER)) return file;
	const wrapper = path.resolve(file, '../..');
	const found = BUILDS.flatMap(([name, target]) =>
		// Beside the script's own package, below it, or in it.
		[path.resolve(wrapper, '..', name), path.join(wrapper, 'node_modules', '@openai', name), wrapper].map(folder =>
			path.join(folder, 'vendor', target, 'bin', 'codex'),
		),
	).filter(exists);
	return (found.length === 1 ? found[0] : undefined) ?? file;
};
