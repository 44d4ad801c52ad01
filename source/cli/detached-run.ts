import {EXIT} from '../domain/failures.ts';
import type {Run} from '../domain/records.ts';
import type {Context} from './command.ts';
import {toCommandLine} from './command-line.ts';
import {toRunJson} from './json-records.ts';

/** Tells of a run in the background, and how to go on with that; returns the exit code. */
export const tellDetached = async (context: Context, run: Run, isJson: boolean): Promise<number> => {
	const {out} = context;
	const isQueued = run.status === 'queued';
	if (isJson) await out.json(toRunJson(run));
	else if (!out.isTerminal) await out.line(run.id);
	else {
		await out.lines([
			[{text: run.workflow, tone: 'strong'}, ` ${isQueued ? 'is queued' : 'runs'} in the background as `, {text: run.id, tone: 'strong'}],
			...(isQueued && run.error !== null ? [[`  ${run.error}`]] : []),
			[{text: '  watch   ', tone: 'quiet'}, toCommandLine('top', context)],
			[{text: '  follow  ', tone: 'quiet'}, toCommandLine('logs -f', context)],
			[{text: '  stop    ', tone: 'quiet'}, toCommandLine(`cancel ${run.id}`, context)],
		]);
	}
	return EXIT.done;
};
