import {RadError} from '../domain/failures.ts';
import {sanitizeLine, sanitizeText} from '../domain/sanitize.ts';
import {type Line, type Span, toSpan} from '../views/line.ts';
import {encodeJson} from './encode-json.ts';
import {toJsonDocument} from './json-document.ts';
import type {Sink} from './streams.ts';

/** One of the two streams of the program. Everything that is printed goes through here and is sanitised here. */
export type Output = {
	readonly isTerminal: boolean;
	/** True for a terminal whose user wants colours. */
	readonly hasColor: boolean;
	/** Columns that a line may take. */
	readonly columns: number;
	/** Aborted when the reader went away (`| head`): what is written after that is dropped, and whoever waits for more can stop. */
	readonly closed: AbortSignal;
	/** Writes without ending the line. Like all of these, resolves when the stream took everything. @throws {RadError} `OUTPUT_FAILED`. */
	readonly write: (line: Line) => Promise<void>;
	readonly line: (line: Line | string) => Promise<void>;
	readonly lines: (lines: ReadonlyArray<Line | string>) => Promise<void>;
	/** One line of tab-separated fields for each row. */
	readonly fields: (rows: ReadonlyArray<readonly Field[]>) => Promise<void>;
	/** One JSON document of ours: indented for a terminal, one line for a pipe. An object gets the version of its shape. */
	readonly json: (value: unknown) => Promise<void>;
	/** One JSON object a line. */
	readonly jsonLines: (values: readonly unknown[]) => Promise<void>;
	/** Data that must arrive as it is. For a terminal only what was made safe where it was drawn. */
	readonly raw: (data: string | Uint8Array) => Promise<void>;
};

/** A field of a line for scripts; null is an empty one. */
export type Field = string | number | null;

export type OutputOptions = {
	readonly stream: Sink;
	readonly isTerminal: boolean;
	readonly columns: number;
	readonly color: boolean;
	/** `fail` when the stream carries the result; `ignore` when nobody can be told that it does not work. */
	readonly onError: 'fail' | 'ignore';
};

const STYLES: Record<NonNullable<Span['tone']>, string> = {active: '36', good: '32', bad: '31', attention: '33', quiet: '2', strong: '1'};

export const createOutput = ({stream, isTerminal, columns, color, onError}: OutputOptions): Output => {
	const closing = new AbortController();
	// Errors are told to the callback of the write that met them; without a listener Node would throw them as well.
	stream.on('error', () => undefined);
	const send = async (data: string | Uint8Array): Promise<void> => {
		if (closing.signal.aborted || data.length === 0) return;
		const error = await writeAll(stream, data);
		if (error === undefined) return;
		closing.abort();
		if (onError === 'fail' && !isClosedByReader(error)) throw toOutputFailure(error);
	};
	const toText = (line: Line | string): string =>
		(typeof line === 'string' ? [line] : line).map(piece => paint(toSpan(piece), isTerminal && color)).join('');
	return {
		isTerminal,
		hasColor: isTerminal && color,
		columns,
		closed: closing.signal,
		write: line => send(toText(line)),
		line: line => send(`${toText(line)}\n`),
		lines: lines => send(lines.map(line => `${toText(line)}\n`).join('')),
		fields: rows => send(rows.map(row => `${row.map(toField).join('\t')}\n`).join('')),
		json: value => send(`${encodeJson(toJsonDocument(value), isTerminal ? 2 : 0)}\n`),
		jsonLines: values => send(values.map(value => `${encodeJson(value, 0)}\n`).join('')),
		raw: send,
	};
};

const paint = ({text, tone}: Span, hasColor: boolean): string => {
	// Tabs stay: a log line may be indented with them.
	const clean = sanitizeText(text).replaceAll('\n', ' ');
	return hasColor && tone !== undefined && clean !== '' ? `\u001B[${STYLES[tone]}m${clean}\u001B[0m` : clean;
};

const toField = (field: Field): string => (field === null ? '' : sanitizeLine(String(field)));

/** Resolves with what went wrong, or nothing. A file stream throws at once where a pipe calls back. */
const writeAll = (stream: Sink, data: string | Uint8Array): Promise<unknown> =>
	new Promise(resolve => {
		try {
			stream.write(data, error => resolve(error ?? undefined));
		} catch (error) {
			resolve(error);
		}
	});

const toCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const isClosedByReader = (error: unknown): boolean => ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(toCode(error));

const toOutputFailure = (cause: unknown): RadError => {
	const reason = toCode(cause) === 'ENOSPC' ? 'no space is left there' : cause instanceof Error ? cause.message : 'the stream refused it';
	return new RadError('OUTPUT_FAILED', `The output could not be written: ${reason}.`, {cause});
};
