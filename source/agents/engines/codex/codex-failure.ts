import type {FailureCause} from '../../../domain/status.ts';
import {findCause} from '../../failure-cause.ts';
import {parseObject, toForeign, toText} from '../../foreign.ts';
import {shorten} from '../tool-line.ts';

/** What Codex says when the variable with the provider's key is not set. */
const KEY_MISSING = /^Missing environment variable\b/;
const STATUS = /\bstatus:? (\d{3})\b/;

type CodexFailure = {readonly reason: string; readonly cause: FailureCause | null};

/** The message of an error, which may be the provider's whole answer as JSON. */
export const toMessage = (error: unknown): string => {
	const text = toText(error);
	return shorten(toText(toForeign(parseObject(text)?.['error'])['message']) || text);
};

/** Reads why a turn failed out of its `error`. */
export const readFailure = (error: unknown): CodexFailure => {
	const text = toText(toForeign(error)['message']);
	const [, status] = STATUS.exec(text) ?? [];
	const cause = KEY_MISSING.test(text) ? 'authentication' : findCause(text, status === undefined ? null : Number(status));
	return {reason: toMessage(text) || 'The engine reported an error.', cause};
};
