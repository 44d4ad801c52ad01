import type {Output} from './output.ts';

/** Reads what a person types; main makes it from the terminal's standard input. */
export type Prompt = {
	/** The next line without its end; undefined at the end of the input and when the signal is aborted. */
	readonly readLine: (signal: AbortSignal) => Promise<string | undefined>;
};

/** Asks a question whose default is No. */
export const confirm = async (
	question: string,
	{err, prompt, signal}: {readonly err: Output; readonly prompt: Prompt; readonly signal: AbortSignal},
): Promise<boolean> => {
	await err.write([`${question} `, {text: '[y/N]', tone: 'quiet'}, ' ']);
	const answer = await prompt.readLine(signal);
	if (answer === undefined) await err.line('');
	return /^y(es)?$/i.test(answer?.trim() ?? '');
};
