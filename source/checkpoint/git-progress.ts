import type {OnProgress, ProgressStage} from '../domain/progress.ts';

const STAGES: Readonly<Record<string, ProgressStage>> = {
	'Updating files': 'write-files',
	'Compressing objects': 'compress-objects',
	'Writing objects': 'pack-objects',
};

// `Updating files:  33% (1/3)`, which ends with a carriage return, or with `, done.` and a line's end.
const STEP = /([A-Z][a-z]+ [a-z]+): +\d+% \((\d+)\/(\d+)\)/g;
const LINE = /^(?:[A-Z][a-z]+ [a-z]+: +\d+(?:%| *$|,)|Total \d+ \()/;

/** What has git tell how far it is, without its usual wait of two seconds. Nothing when nobody listens. */
export const askForProgress = (
	onProgress: OnProgress | undefined,
): {readonly env?: Readonly<Record<string, string>>; readonly onStderr?: (bytes: Buffer) => void} =>
	onProgress === undefined ? {} : {env: {GIT_PROGRESS_DELAY: '0'}, onStderr: bytes => readSteps(bytes.toString('latin1'), onProgress)};

/** Only the newest step counts; one that was cut in two is told by the next. */
const readSteps = (text: string, onProgress: OnProgress): void => {
	const [, title = '', done, total] = [...text.matchAll(STEP)].at(-1) ?? [];
	const stage = STAGES[title];
	if (stage !== undefined) onProgress({stage, done: Number(done), total: Number(total)});
};

/** What git printed besides its progress. */
export const withoutProgress = (stderr: string): string =>
	stderr
		.split(/[\r\n]+/)
		.filter(line => !LINE.test(line))
		.join('\n');
