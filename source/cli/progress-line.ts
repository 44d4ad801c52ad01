import type {Clock} from '../domain/clock.ts';
import type {OnProgress, Progress, ProgressStage} from '../domain/progress.ts';
import type {Context} from './command.ts';
import type {Output} from './output.ts';
import {formatProgress} from './progress-text.ts';

/** What is over sooner needs no line, which would only flash up. */
const APPEARS_MS = 500;
const REDRAW_MS = 100;
/** Left free, for the `^C` that a terminal shows where the cursor is: it must not break the line. */
const FREE_COLUMNS = 3;

const ERASE_REST = '\u001B[K';

type Options = {readonly output: Output; readonly clock: Clock; readonly stage: ProgressStage};

/** One line of a terminal that tells how far long work is. */
type ProgressLine = {
	readonly report: OnProgress;
	/** Resolves when nothing of it is left on the terminal, and nothing will be drawn any more. */
	readonly close: () => Promise<void>;
};

/** Begins with a stage of which nobody has told anything yet. */
export const createProgressLine = ({output, clock, stage}: Options): ProgressLine => {
	const start = clock.elapsed();
	const over = new AbortController();
	let progress: Progress = {stage, done: 0, total: null};
	let stageStart = start;
	let drawnAt = Number.NEGATIVE_INFINITY;
	let shown: string | undefined;
	const draw = (): void => {
		const now = clock.elapsed();
		if (over.signal.aborted || now - start < APPEARS_MS || now - drawnAt < REDRAW_MS) return;
		drawnAt = now;
		const text = formatProgress(progress, now - stageStart, output.columns - FREE_COLUMNS);
		if (text === shown) return;
		shown = text;
		void output.raw(`\r${text}${ERASE_REST}`);
	};
	// Work that waits for another program tells nothing for a while, and work that never waits lets no clock tick: both ways are needed.
	const tick = async (): Promise<void> => {
		while (!over.signal.aborted) {
			await clock.sleep(REDRAW_MS, over.signal);
			draw();
		}
	};
	const ticking = tick();
	return {
		report: next => {
			if (next.stage !== progress.stage || next.subject !== progress.subject) stageStart = clock.elapsed();
			progress = next;
			draw();
		},
		close: async () => {
			over.abort();
			await ticking;
			if (shown !== undefined) await output.raw(`\r${ERASE_REST}`);
		},
	};
};

/**
 * Does what may take long, and shows on a terminal how far it is. When it resolves or rejects, nothing is left of that. Nobody listens to the
 * work in a pipe, with `--quiet`, and on a terminal that cannot erase.
 */
export const withProgress = async <Result>(
	{notes, clock, environment}: Pick<Context, 'notes' | 'clock' | 'environment'>,
	stage: ProgressStage,
	work: (onProgress: OnProgress | undefined) => Promise<Result>,
): Promise<Result> => {
	if (!notes.isTerminal || environment['TERM'] === 'dumb') return work(undefined);
	const line = createProgressLine({output: notes, clock, stage});
	try {
		return await work(line.report);
	} finally {
		await line.close();
	}
};
