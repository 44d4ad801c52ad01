import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {createProcessTable} from './agents/create-process-table.ts';
import type {Machine} from './compose.ts';
import {collectSecrets, createRedactor} from './logs/redactor.ts';
import {createSystemClock} from './system-clock.ts';

/** Tells `compose` about the machine that this process runs on. `programs` is the folder of the bundle this code was built into. */
export const createMachine = (host: NodeJS.Process, killSignal: AbortSignal, onError: (error: unknown) => void): Machine => {
	const processes = createProcessTable(host.platform);
	const self = processes.identify(host.pid);
	if (self === undefined) throw new Error('this process must be in the process table');
	return {
		environment: host.env,
		clock: createSystemClock(),
		processes,
		self,
		userId: host.getuid?.(),
		nodePath: host.execPath,
		nodeVersion: host.version,
		programs: path.dirname(fileURLToPath(import.meta.url)),
		temporaryDirectory: tmpdir(),
		killSignal,
		onError,
		redactor: createRedactor({secrets: collectSecrets(host.env)}),
	};
};
