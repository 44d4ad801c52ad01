import {toReadingEnvironment} from './git-environment.ts';
import type {GitCall, GitOutput, RunGit} from './git-port.ts';
import {QUESTIONS} from './place.ts';
import {READS_OF_USER} from './workbench.ts';

/**
 * Runs git, and starts at once what every checkpoint asks the user's repository for: whoever asks gets that answer, once. Only for a
 * process that makes one checkpoint and ends. The folder is the real path of the workspace.
 */
export const withHeadStart = (run: RunGit, {cwd, environment}: Pick<GitCall, 'cwd'> & {readonly environment: NodeJS.ProcessEnv}): RunGit => {
	const started = new Map<string, Promise<GitOutput>>();
	for (const args of [QUESTIONS, ...READS_OF_USER]) {
		const output = run({args, cwd, env: toReadingEnvironment(environment)});
		// Whoever asks hears of a failure.
		output.catch(() => undefined);
		started.set(args.join('\0'), output);
	}
	return call => {
		const key = call.args.join('\0');
		const output = started.get(key);
		started.delete(key);
		return output ?? run(call);
	};
};
