import type {StoredEvent} from '../domain/events.ts';
import {EXIT} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import type {Run} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import {findNewestRun} from '../views/newest-run.ts';
import type {Context} from './command.ts';
import {toCommandLine} from './command-line.ts';
import {createPlainSentences} from './plain-sentences.ts';
import {summarisePlainly} from './plain-summary.ts';
import {toSignalExit} from './print-failure.ts';
import {readEvents} from './read-events.ts';

/**
 * Tells of a run in sentences, one a line, until it is over: of the one that is named, else of the newest, which another may become.
 * Where nothing has run yet, it waits for the first. Returns the exit code.
 */
export const tellPlainly = async (context: Context, rad: Rad, runId?: RunId): Promise<number> => {
	const {out, signal, clock} = context;
	const toCommand = (words: string): string => toCommandLine(words, context);
	// Before the summary: what happens while that is made is told twice rather than never.
	const seq = await rad.events.latest();
	const run = runId === undefined ? findNewestRun(await rad.runs.list()) : await rad.runs.find(runId);
	await out.lines(await summarisePlainly(rad, run, clock.now(), toCommand));
	if (run !== undefined && isRunOver(run.status)) return EXIT.done;
	const {describe} = createPlainSentences(rad, toCommand);
	const shown = createShownRun(rad, run, runId !== undefined);
	const tell = async (stored: StoredEvent): Promise<boolean> => {
		const begun = await shown.take(stored);
		if (begun !== undefined) await out.line(`The run of ${begun.workflow} has begun: ${begun.id}`);
		if (!shown.concerns(stored)) return false;
		const sentence = await describe(stored);
		if (sentence !== undefined) await out.line(sentence);
		return stored.event.type === 'run.status-changed' && isRunOver(stored.event.status);
	};
	const end = AbortSignal.any([signal, out.closed]);
	await readEvents(rad, {seq}, end, async events => {
		for (const event of events) if (end.aborted || (await tell(event))) return 'enough';
		return 'more';
	});
	return signal.aborted ? toSignalExit(signal) : EXIT.done;
};

/** Which run is told of. Unless it is fixed, that is the newest, as in the dashboard. */
const createShownRun = (rad: Rad, first: Run | undefined, isFixed: boolean) => {
	let shownId = first?.id;
	return {
		/** Takes in an event; returns the run that is shown from now on, where it changes. */
		take: async ({event}: StoredEvent): Promise<Run | undefined> => {
			const mayChange = !isFixed && event.runId !== shownId && (event.type === 'run.started' || event.type === 'run.status-changed');
			if (!mayChange) return undefined;
			const newest = findNewestRun(await rad.runs.list());
			if (newest?.id !== event.runId) return undefined;
			shownId = newest.id;
			return newest;
		},
		/** What belongs to no run is of the whole workspace. */
		concerns: ({event}: StoredEvent): boolean => event.runId === null || event.runId === shownId,
	};
};
