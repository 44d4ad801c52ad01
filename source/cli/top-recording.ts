import type {RecordingSink} from '../domain/dashboard.ts';
import {EXIT} from '../domain/failures.ts';
import type {Context} from './command.ts';
import {requireTerminal} from './require-terminal.ts';
import {usageError} from './usage.ts';

/** Shows with a new file for the recording, which is closed however that ends; without a name there is none. */
export const withRecording = async <Result>(
	{host, directory}: Context,
	file: string | undefined,
	show: (record: {readonly record?: RecordingSink}) => Promise<Result>,
): Promise<Result> => {
	if (file === undefined) return show({});
	const record = host.recordings.create(file, {directory});
	try {
		return await show({record});
	} finally {
		record.close();
	}
};

export type ReplayFlags = {
	readonly once: boolean;
	readonly svg: string | undefined;
	readonly columns: number | undefined;
	readonly rows: number | undefined;
	readonly speed: number | undefined;
};

// A day in a minute and a half.
const SPEED_MAX = 1000;

/** Shows a recording, or its last picture; no workspace is needed. Returns the exit code. */
export const replay = async (context: Context, file: string, {once, svg, columns, rows, speed = 1}: ReplayFlags): Promise<number> => {
	const {host, out, notes, directory} = context;
	if (speed < 1 || speed > SPEED_MAX) throw usageError(`--speed needs a number from 1 to ${SPEED_MAX}, not ${speed}`, 'top');
	if (!once && svg === undefined) requireTerminal(context);
	const source = await host.recordings.read(file, {directory});
	if (svg !== undefined) {
		await host.writeFile(svg, {directory, text: await host.recordings.draw(source, {columns, rows, format: 'svg'})});
		await notes.line([{text: `The picture is in ${svg}`, tone: 'quiet'}]);
		return EXIT.done;
	}
	if (!once) return host.recordings.show(source, {speed});
	if (out.hasColor) await out.raw(`${await host.recordings.draw(source, {columns, rows, format: 'coloured'})}\n`);
	else await out.lines((await host.recordings.draw(source, {columns, rows, format: 'text'})).split('\n'));
	return EXIT.done;
};
