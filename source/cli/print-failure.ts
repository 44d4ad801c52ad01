import {EXIT, RadError} from '../domain/failures.ts';
import {sanitizeText} from '../domain/sanitize.ts';
import {toJsonDocument} from './json-document.ts';
import type {Output} from './output.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';
import {hasWord, isDebugging} from './words.ts';

type Options = {
	readonly err: Output;
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
	/** As of `CliOptions`: an error may repeat what it was given. */
	readonly redact: (text: string) => string;
};

/** Tells what failed and what can be done, on the stream for failures; returns the exit code. */
export const printFailure = async (error: unknown, {err, argv, environment, signal, redact}: Options): Promise<number> => {
	if (isStop(error, signal)) return toSignalExit(signal);
	const failure = error instanceof RadError ? error : toInternal(error);
	// Nothing may hide a secret from being found. JSON tells control characters in a way that no terminal acts on.
	const clean = (text: string): string => redact(sanitizeText(text));
	if (hasWord(argv, '--json')) await err.jsonLines([toJsonDocument(toErrorJson(failure, redact))]);
	else {
		await err.lines([
			...toProblems(failure).map(clean),
			[{text: 'rad: ', tone: 'bad'}, clean(failure.message)],
			...(failure.hint === undefined || failure.hint === '' ? [] : [[{text: '  try: ', tone: 'quiet'} as const, clean(failure.hint)]]),
		]);
	}
	if (isDebugging(argv, environment)) await err.lines(toStack(failure).map(clean));
	return failure.exitCode;
};

/** What was stopped fails with the reason of the abort, which is the name of the signal, or with an error of the system that stands for it. */
const isStop = (error: unknown, signal: AbortSignal): boolean =>
	signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));

const toErrorJson = (failure: RadError, redact: Options['redact']): OutputOf<'error'> => {
	const {code, message, hint, exitCode} = failure;
	const problems = toProblems(failure).map(redact);
	return {
		error: {code, message: redact(message), hint: hint === undefined ? null : redact(hint), exitCode, ...(problems.length > 0 ? {problems} : {})},
	};
};

/** The exit code of a program that was stopped by the signal that the abort names. */
export const toSignalExit = ({reason}: AbortSignal): number => SIGNAL_EXITS[String(reason)] ?? EXIT.interrupted;

const SIGNAL_EXITS: Readonly<Record<string, number>> = {SIGHUP: EXIT.hangup, SIGQUIT: EXIT.quit, SIGTERM: EXIT.terminated};

const toInternal = (cause: unknown): RadError =>
	new RadError('INTERNAL', `This is a bug in rad: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});

/** The mistakes of a workflow file: `file:line:col: message` each. */
const toProblems = ({details}: RadError): readonly string[] => {
	const problems = details['problems'];
	return typeof problems === 'object' ? problems : [];
};

const toStack = (failure: RadError): readonly string[] => {
	const causes: unknown[] = [failure];
	for (let {cause} = failure; cause instanceof Error && causes.length < 8; cause = cause.cause) causes.push(cause);
	return causes.flatMap(cause => (cause instanceof Error ? (cause.stack ?? cause.message).split('\n') : []));
};
