import {RadError} from '../domain/failures.ts';

/** A mistake in what was typed; `topic` is the help to read, empty for the list of commands. */
export const usageError = (message: string, topic = ''): RadError => new RadError('USAGE', message, {details: {topic}});

/** ` Did you mean monitor?`, or nothing. */
export const didYouMean = (guess: string | undefined): string => (guess === undefined ? '' : ` Did you mean ${guess}?`);
