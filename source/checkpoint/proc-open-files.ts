import {readdir, readlink, realpath} from 'node:fs/promises';

/** Tells whether any process of this user has a file open, as Linux shows it in /proc; undefined where that cannot be known. */
export const isHeldOpen = async (path: string): Promise<boolean | undefined> => {
	const processes = await readdir('/proc').catch(() => []);
	const pids = processes.filter(name => /^\d+$/.test(name));
	if (pids.length === 0) return undefined;
	const real = await realpath(path).catch(() => path);
	for (const pid of pids) if (await holds(pid, real)) return true;
	return false;
};

// Processes end and belong to others while we look: those hold nothing of ours.
const holds = async (pid: string, path: string): Promise<boolean> => {
	const folder = `/proc/${pid}/fd`;
	const descriptors = await readdir(folder).catch(() => []);
	for (const descriptor of descriptors) {
		const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
		if (target === path) return true;
	}
	return false;
};
