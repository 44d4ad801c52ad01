import type {StoredEvent} from '../../domain/events.ts';
import {EXIT} from '../../domain/failures.ts';
import {sanitizeLine} from '../../domain/sanitize.ts';
import {outlineEvent} from '../../views/event-outline.ts';
import {formatTime} from '../../views/format.ts';
import type {Span} from '../../views/line.ts';
import {displayWidth, truncate} from '../../views/width.ts';
import {defineCommand} from '../command.ts';
import {JSON_LINES_FLAG, RUN_FILTER_FLAG} from '../flags.ts';
import {toEventJson} from '../json-records.ts';
import {toIsoTime} from '../listing.ts';
import type {Output} from '../output.ts';
import {toSignalExit} from '../print-failure.ts';
import {readEvents, readRecordedEvents} from '../read-events.ts';

export const eventsCommand = defineCommand({
	path: 'events',
	group: 'Look',
	summary: 'Print what happened, or follow it',
	description: [
		'Prints the events that are recorded in the workspace, oldest first: what became of runs, steps, agents, checkpoints and requests, whichever rad made it so. Each has a number that grows and is never used twice.',
		'With --follow it goes on with those that come. Who remembers the number of the last event and begins again with --since and that number misses none and gets none twice.',
	],
	input: {},
	flags: {
		follow: {type: 'switch', short: 'f', description: 'Go on until Ctrl-C.'},
		since: {type: 'count', placeholder: 'SEQ', description: 'Only what came after the event with this number.'},
		run: RUN_FILTER_FLAG,
		json: JSON_LINES_FLAG,
	},
	pipeFields: [
		'number',
		'time',
		'kind',
		'run',
		'step',
		'attempt or round',
		'agent',
		'checkpoint',
		'request',
		'status (or merged, conflict, approved, rejected, granted, denied)',
		'reason',
	],
	examples: [
		{words: 'rad events', note: 'everything that happened here'},
		{words: 'rad events -f --run run_3k9t', note: 'follow one run'},
		{words: 'rad events --since 1041 --json', note: 'go on where you were'},
	],
	exitCodes: {
		0: 'Done, also when nothing has happened.',
		2: 'The id fits several runs.',
		3: 'There is no such run, or no workspace.',
		130: 'Ctrl-C.',
	},
	run: async ({flags, out, signal, ...context}) => {
		const rad = await context.open();
		const run = flags.run === undefined ? undefined : await rad.runs.find(flags.run);
		const place = {seq: flags.since ?? 0, ...(run === undefined ? {} : {runId: run.id})};
		const print = flags.json ? printJson : out.isTerminal ? printForPerson : printForPipe;
		const read = flags.follow ? readEvents : readRecordedEvents;
		await read(rad, place, AbortSignal.any([signal, out.closed]), async events => {
			await print(out, events);
			return 'more';
		});
		return signal.aborted ? toSignalExit(signal) : EXIT.done;
	},
});

type Print = (out: Output, events: readonly StoredEvent[]) => Promise<void>;

const printJson: Print = (out, events) => out.jsonLines(events.map(toEventJson));

const printForPipe: Print = (out, events) =>
	out.fields(
		events.map(({seq, at, event}) => {
			const {runId, stepId, turn, agentId, checkpointId, requestId, status, reason} = outlineEvent(event);
			return [seq, toIsoTime(at), event.type, runId, stepId, turn, agentId, checkpointId, requestId, status, reason];
		}),
	);

const printForPerson: Print = (out, events) => out.lines(events.map(event => toLine(event, out.columns)));

const SEQ_WIDTH = 6;
const KIND_WIDTH = 20;

/** `    12 14:00:03 step.ended            build completed`, cut to the width. */
const toLine = ({seq, at, event}: StoredEvent, columns: number): readonly Span[] => {
	const {runId, stepId, turn, agentId, checkpointId, requestId, status, reason} = outlineEvent(event);
	const place = `${String(seq).padStart(SEQ_WIDTH)} ${formatTime(at)} `;
	const kind = `${event.type.padEnd(KIND_WIDTH)} `;
	const subject = sanitizeLine(stepId ?? agentId ?? checkpointId ?? requestId ?? runId ?? '');
	const words = [turn === null ? '' : `#${turn}`, status ?? '', sanitizeLine(reason ?? '')];
	const rest = words
		.filter(word => word !== '')
		.map(word => ` ${word}`)
		.join('');
	const room = columns - place.length - kind.length;
	const shown = truncate(subject, room);
	return [{text: place, tone: 'quiet'}, {text: kind}, {text: shown, tone: 'strong'}, {text: truncate(rest, room - displayWidth(shown))}];
};
