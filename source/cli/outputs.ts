import {createOutput, type Output} from './output.ts';
import type {Sink, Streams} from './streams.ts';
import {hasWord} from './words.ts';

const DEFAULT_COLUMNS = 80;

type Options = {readonly argv: readonly string[]; readonly streams: Streams};

/** The two streams of the program as a command line wants them. */
export const createOutputs = ({argv, streams}: Options): {readonly out: Output; readonly err: Output} => {
	// A pseudo-terminal that nobody has sized says 0 columns.
	const look = {columns: streams.columns > 0 ? streams.columns : DEFAULT_COLUMNS, color: streams.color && !hasWord(argv, '--no-color')};
	return {
		out: createOutput({stream: streams.out, isTerminal: streams.isOutTerminal, onError: 'fail', ...look}),
		err: createOutput({stream: streams.err, isTerminal: streams.isErrTerminal, onError: 'ignore', ...look}),
	};
};

const NOWHERE: Sink = {write: (_, done) => done(), on: () => undefined};

/** Where notes go: what whoever called wants to hear is known only when the words were judged. */
export const toNotes = (err: Output, isQuiet: boolean): Output =>
	isQuiet ? createOutput({stream: NOWHERE, isTerminal: false, columns: err.columns, color: false, onError: 'ignore'}) : err;
