import {EventEmitter} from 'node:events';
import type {Size} from './layout.ts';
import {widthOf} from './line.ts';

const ESC = '\u001b';
const ENTER = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[?2004h${ESC}[2J`;
const LEAVE = `${ESC}[0m${ESC}[?2004l${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;
// A terminal that does not know synchronised output ignores both.
const BEGIN = `${ESC}[?2026h`;
const END = `${ESC}[?2026l`;
const TO_LINE_END = `${ESC}[0m${ESC}[K`;
const STYLES = /\u001b\[[\d;]*m/g;
const CONTROL_ONLY = /^(?:\u001b\[[\d;?]*[A-Za-z])*$/;

export type Screen = {
	/** What Ink writes its frames to. */
	readonly stdout: NodeJS.WriteStream;
	readonly size: () => Size;
	/** Takes the terminal: alternate screen, no cursor, no wrapping, raw keys, pastes told as such. */
	readonly enter: () => void;
	/** Gives it back as it was. May be called several times. */
	readonly leave: () => void;
	/** Draws everything anew, whatever the terminal shows. */
	readonly redraw: () => void;
	/** Writes a sequence that neither draws nor moves the cursor, while the terminal is taken. */
	readonly ring: (sequence: string) => void;
};

type Options = {readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream};

/**
 * Stands between Ink and the terminal.
 *
 * Ink 6.8 clears a terminal that it fills at every frame, and its own incremental drawing is off by one row. In its `debug` mode it
 * hands over each frame whole; this writes the rows that changed, over the old ones and never erasing first, so nothing flickers. While
 * the terminal is slow, frames are skipped and only the newest is written. Obsolete once Ink draws incrementally on the alternate screen.
 */
export const createScreen = ({input, output}: Options): Screen => {
	let isEntered = false;
	let isWaiting = false;
	let wanted: readonly string[] = [];
	let shown: readonly string[] = [];

	const size = (): Size => ({columns: output.columns ?? 80, rows: output.rows ?? 24});
	const flush = (): void => {
		if (!isEntered || isWaiting) return;
		// All rows of the terminal, so that one which the frame does not have is blanked once and not each time.
		const frame = Array.from({length: size().rows}, (_, index) => wanted[index] ?? '');
		const changes = drawChanges(shown, frame, size().columns);
		shown = frame;
		if (changes === '' || output.write(BEGIN + changes + END)) return;
		isWaiting = true;
		output.once('drain', () => {
			isWaiting = false;
			flush();
		});
	};
	const show = (frame: string): void => {
		// Ink also writes bare control sequences, and nothing at all when it ends: no pictures.
		if (CONTROL_ONLY.test(frame)) return;
		wanted = frame.split('\n');
		flush();
	};
	const forget = (): void => {
		shown = [];
	};
	const stdout = createFrameStream({size, show});
	const resize = (): void => {
		forget();
		stdout.emit('resize');
	};
	return {
		stdout,
		size,
		enter: () => {
			if (isEntered) return;
			isEntered = true;
			// Before the first frame: keys that are typed until Ink listens would be echoed into the picture.
			input.setRawMode(true);
			output.write(ENTER);
			output.on('resize', resize);
			forget();
			flush();
		},
		leave: () => {
			if (!isEntered) return;
			isEntered = false;
			output.off('resize', resize);
			output.write(LEAVE);
			input.setRawMode(false);
		},
		redraw: () => {
			forget();
			flush();
		},
		// Frames are written whole, so this comes between two of them.
		ring: sequence => {
			if (isEntered) output.write(sequence);
		},
	};
};

/** The sequences that turn the shown rows into the wanted ones; empty when they are equal. */
const drawChanges = (shown: readonly string[], wanted: readonly string[], columns: number): string =>
	wanted
		.map((row, index) => {
			if (row === shown[index]) return '';
			// Erasing after a full row would take its last column away, since the cursor cannot move beyond it.
			const isFull = widthOf(row.replaceAll(STYLES, '')) >= columns;
			return `${ESC}[${index + 1};1H${row}${isFull ? '' : TO_LINE_END}`;
		})
		.join('');

/** The part of a terminal's stream that Ink uses: it writes, asks for the size and hears of resizes. */
const createFrameStream = ({size, show}: {readonly size: () => Size; readonly show: (frame: string) => void}): NodeJS.WriteStream => {
	const stream = Object.assign(new EventEmitter(), {
		isTTY: true,
		writable: true,
		write: (frame: string, done?: () => void): boolean => {
			show(frame);
			done?.();
			return true;
		},
	});
	Object.defineProperties(stream, {columns: {get: () => size().columns}, rows: {get: () => size().rows}});
	return stream as unknown as NodeJS.WriteStream;
};
