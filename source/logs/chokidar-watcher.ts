import {watch} from 'chokidar';
import type {WatchFile} from './follow-log.ts';

/** Watches one file, or its place when it is not there yet, with chokidar. */
export const watchFile: WatchFile = (file, {onChange, onTrouble}) => {
	const watcher = watch(file, {ignoreInitial: true, followSymlinks: false, depth: 0});
	let isBroken = false;
	watcher.on('ready', onChange);
	watcher.on('all', onChange);
	watcher.on('error', () => {
		// ENOSPC and EMFILE come once for each thing that cannot be watched.
		if (isBroken) return;
		isBroken = true;
		onTrouble();
	});
	return {close: () => watcher.close()};
};
