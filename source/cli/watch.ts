import type {Clock} from '../domain/clock.ts';
import {EXIT} from '../domain/failures.ts';
import {formatDuration} from '../domain/figures.ts';
import {formatTime} from '../views/format.ts';
import {truncate} from '../views/width.ts';
import type {JudgedWords} from './command.ts';
import {createOutput, type Output} from './output.ts';
import {toSignalExit} from './print-failure.ts';
import {usageError} from './usage.ts';

const USUAL_MS = 2000;
/** More often nobody can read it. */
const LEAST_MS = 100;

/** How large the terminal is now. */
export type ScreenSize = {readonly columns: number; readonly rows: number};

/** True where the flags ask for a command again and again, or ask for it wrongly. */
export const isWatchAsked = ({flags}: JudgedWords): boolean => flags['watch'] === true || flags['every'] !== undefined;

type Terminal = {readonly out: Output; readonly environment: Readonly<Record<string, string | undefined>>};

/** How often to draw, in milliseconds. @throws {RadError} `USAGE` where that cannot be done. */
export const readWatch = ({flags}: JudgedWords, topic: string, {out, environment}: Terminal): number => {
	const everyMs = typeof flags['every'] === 'number' ? flags['every'] : USUAL_MS;
	if (flags['watch'] !== true) throw usageError('--every needs --watch.', topic);
	if (flags['json'] === true) throw usageError('--watch and --json do not go together; for scripts: rad events --follow', topic);
	if (everyMs < LEAST_MS) throw usageError(`--every needs at least ${LEAST_MS}ms.`, topic);
	if (!out.isTerminal || environment['TERM'] === 'dumb')
		throw usageError('--watch needs a terminal that it can draw on; for scripts: rad events --follow', topic);
	return everyMs;
};

type Watching = {
	readonly out: Output;
	readonly measure: () => ScreenSize;
	readonly everyMs: number;
	readonly clock: Clock;
	readonly signal: AbortSignal;
};

/**
 * Draws again and again over what was drawn before, until it is interrupted or the terminal is gone; returns the exit code. What stood on
 * the terminal before stays, and so does the last picture.
 */
export const watch = async (print: (out: Output) => Promise<unknown>, {out, measure, everyMs, clock, signal}: Watching): Promise<number> => {
	const end = AbortSignal.any([signal, out.closed]);
	let last: Picture | undefined;
	while (!end.aborted) {
		const size = toUsable(measure());
		const footer = `${formatTime(clock.now())}, again every ${formatDuration(everyMs)}; Ctrl-C ends it`;
		const picture = {size, lines: await takePicture(print, footer, size, out.hasColor)};
		await out.raw(toUpdate(last, picture));
		last = picture;
		await clock.sleep(everyMs, end);
	}
	if (!signal.aborted) return EXIT.done;
	// The terminal shows ^C where the cursor is.
	await out.raw('\n');
	return toSignalExit(signal);
};

/** A pseudo-terminal that nobody has sized says 0. */
const toUsable = ({columns, rows}: ScreenSize): ScreenSize => ({columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24});

type Picture = {readonly size: ScreenSize; readonly lines: readonly string[]};

/** What is printed as lines, fewer than the terminal has rows: what has scrolled away cannot be drawn over. */
const takePicture = async (print: (out: Output) => Promise<unknown>, footer: string, {columns, rows}: ScreenSize, color: boolean) => {
	const [content, below] = [createPage(columns, color), createPage(columns, color)];
	await print(content.out);
	const lines = content.lines();
	// One row for the footer, one for the cursor below it.
	const room = Math.max(1, rows - 2);
	const kept = lines.length > room ? lines.slice(0, room - 1) : lines;
	const cut = lines.length > room ? `${lines.length - kept.length} more lines do not fit. ` : '';
	await below.out.line([{text: truncate(`${cut}${footer}`, columns), tone: 'quiet'}]);
	return [...kept, ...below.lines()];
};

/** An output that keeps what is printed. */
const createPage = (columns: number, color: boolean): {readonly out: Output; readonly lines: () => readonly string[]} => {
	const decoder = new TextDecoder();
	let text = '';
	const stream = {
		on: () => undefined,
		write: (data: string | Uint8Array, done: () => void) => {
			text += typeof data === 'string' ? data : decoder.decode(data, {stream: true});
			done();
		},
	};
	return {out: createOutput({stream, isTerminal: true, columns, color, onError: 'fail'}), lines: () => text.split('\n').slice(0, -1)};
};

const ESCAPE = '\u001B[';

/**
 * Goes up to the first line of the last picture and writes the lines that are others now, so that nothing flickers. After a change of size
 * it begins anew below: nobody can tell where the old lines went.
 */
const toUpdate = (last: Picture | undefined, {size, lines}: Picture): string => {
	const isSameSize = last?.size.columns === size.columns && last.size.rows === size.rows;
	const before = isSameSize ? last.lines : [];
	const up = before.length === 0 ? '' : `\r${ESCAPE}${before.length}A`;
	const body = lines.map((line, index) => (line === before[index] ? '\n' : `${ESCAPE}K${line}\n`)).join('');
	// A line that is too long must not become two.
	return `${ESCAPE}?7l${up}${body}${before.length > lines.length ? `${ESCAPE}J` : ''}${ESCAPE}?7h`;
};
