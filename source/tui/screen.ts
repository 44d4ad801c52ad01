import {EventEmitter} from 'node:events';
import type {Size} from './layout.ts';
import {widthOf} from './line.ts';

const ESC = '\u001b';
const ENTER = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[2J`;
const LEAVE = `${ESC}[0m${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;
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
	/** Takes the terminal: alternate screen, no cursor, no wrapping, raw keys. */
	readonly enter: () => void;
	/** Gives it back as it was. May be called several times. */
	readonly leave: () => void;
	/** Draws everything anew, whatever the terminal shows. */
	readonly redraw: () => void;
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
		const changes = drawChanges(shown, wanted, size());
		shown = wanted;
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
	};
};

/** The sequences that turn the shown rows into the wanted ones; empty when they are equal. Rows outside of the screen are left out. */
const drawChanges = (shown: readonly string[], wanted: readonly string[], {columns, rows}: Size): string => {
	let changes = '';
	for (let index = 0; index < rows; index += 1) {
		const next = wanted[index] ?? '';
		if (next === shown[index]) continue;
		// Erasing after a full row would take its last column away, since the cursor cannot move beyond it.
		const isFull = widthOf(next.replaceAll(STYLES, '')) >= columns;
		changes += `${ESC}[${index + 1};1H${next}${isFull ? '' : TO_LINE_END}`;
	}
	return changes;
};

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
