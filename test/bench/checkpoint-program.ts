import {join} from 'node:path';
import {bundleProgram} from './bundle.ts';
import type {Answer, Task} from './checkpoint-worker.ts';
import {type Cost, measure} from './measure.ts';
import type {Repository} from './repository.ts';

/** Does a task in a fresh process; what starting Node and loading rad takes is not part of the cost. */
export type Program = (repository: Repository, task: Omit<Task, 'root' | 'stateDirectory'>) => Cost & {readonly result: string};

export type LoadedProgram = {
	readonly run: Program;
	/** The most memory that any of the processes had, in MB. */
	readonly peakMb: () => number;
};

/** Bundles the worker as rad itself is bundled. `root` is the folder of the package: below it, packages are found. */
export const buildProgram = async (root: string): Promise<LoadedProgram> => {
	const outfile = await bundleProgram(root, 'checkpoint-worker');
	let peakMb = 0;
	const run: Program = ({base, cwd, env}, task) => {
		const whole: Task = {...task, root: cwd, stateDirectory: join(base, 'state')};
		const {cpuMs, stdout} = measure([process.execPath, outfile, JSON.stringify(whole)], {cwd, env});
		const {startMs, wallMs, peakMb: peak, result, part} = JSON.parse(stdout) as Answer;
		peakMb = Math.max(peakMb, peak);
		return {...(part ?? {cpuMs: cpuMs - startMs, wallMs}), result};
	};
	return {run, peakMb: () => peakMb};
};
