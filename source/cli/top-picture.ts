import {EXIT} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Context} from './command.ts';
import {toSignalExit} from './print-failure.ts';

type Size = {readonly columns: number | undefined; readonly rows: number | undefined};

/** Prints what the dashboard would show now; returns the exit code. */
export const printPicture = async ({host, out, signal}: Context, rad: Rad, size: Size): Promise<number> => {
	if (out.hasColor) await out.raw(`${await host.drawDashboard(rad, {...size, format: 'coloured', signal})}\n`);
	else await out.lines((await host.drawDashboard(rad, {...size, format: 'text', signal})).split('\n'));
	return signal.aborted ? toSignalExit(signal) : EXIT.done;
};

/** Writes the same to an SVG file. */
export const writePicture = async ({host, notes, directory, signal}: Context, rad: Rad, size: Size, file: string): Promise<number> => {
	const text = await host.drawDashboard(rad, {...size, format: 'svg', signal});
	if (signal.aborted) return toSignalExit(signal);
	await host.writeFile(file, {directory, text});
	await notes.line([{text: `The picture is in ${file}`, tone: 'quiet'}]);
	return EXIT.done;
};
