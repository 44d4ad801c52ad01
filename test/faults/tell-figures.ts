import {appendFileSync} from 'node:fs';
import process from 'node:process';

/** Names the variable that tells a test of faults into which file it writes what it counted, one JSON object a line. */
export const FIGURES_FILE = 'RAD_TEST_FIGURES';

/** What was counted, in words for people: how often something was tried, and how often what must never be was found. */
export type Counts = Readonly<Record<string, number>>;

/** Tells what a test counted to whoever wants to know; to nobody in an ordinary run. Call it before what is found is judged. */
export const tellFigures = (counts: Counts): void => {
	const file = process.env[FIGURES_FILE];
	if (file !== undefined) appendFileSync(file, `${JSON.stringify(counts)}\n`);
};
