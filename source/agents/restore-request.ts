import {type CheckpointId, parseId} from '../domain/ids.ts';
import {sanitizeText} from '../domain/sanitize.ts';

/** What an agent asks for; `checkpoint` is null when it names none: the one before its step. */
export type RestoreRequest = {readonly checkpoint: CheckpointId | null};

/**
 * Finds the request for a restore in the last message of an agent: a line that is nothing but `/restore` or `/restore <checkpoint id>`.
 *
 * It must be said, not quoted, so these do not count: what stands in a code block, in inline code, in a quote, in a diff or in HTML, is
 * indented, or is part of a sentence. A message with control sequences or other hidden characters holds no request, since a person
 * may have seen another text than this one. Neither does a message that names different checkpoints: nobody knows which one it means.
 * Finding a request decides nothing. Time is linear in the length of the message.
 */
export const findRestoreRequest = (finalMessage: string): RestoreRequest | undefined => {
	if (!finalMessage.includes(COMMAND)) return undefined;
	const text = finalMessage.includes('\r') ? finalMessage.replaceAll('\r\n', '\n') : finalMessage;
	if (sanitizeText(text) !== text) return undefined;
	const isQuoted = openQuotationTracker();
	let request: RestoreRequest | undefined;
	for (let start = 0; start <= text.length; ) {
		const lineEnd = text.indexOf('\n', start);
		const end = lineEnd === -1 ? text.length : lineEnd;
		const line = text.slice(start, end);
		const found = isQuoted(line) ? undefined : parseRequest(line);
		if (found !== undefined && request !== undefined && found.checkpoint !== request.checkpoint) return undefined;
		request ??= found;
		start = end + 1;
	}
	return request;
};

const COMMAND = '/restore';
const REQUEST = /^\/restore(?:[ \t]+(\S+))?[ \t]*$/;
const MAX_REQUEST = 80;

const parseRequest = (line: string): RestoreRequest | undefined => {
	const match = line.startsWith(COMMAND) && line.length <= MAX_REQUEST ? REQUEST.exec(line) : null;
	if (match === null) return undefined;
	const [, id] = match;
	if (id === undefined) return {checkpoint: null};
	const checkpoint = parseId('cp', id);
	return checkpoint === undefined ? undefined : {checkpoint};
};

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const QUOTE_OR_DIFF = /^ {0,3}(?:>|diff --git |@@ |\+\+\+ |--- )/;
/** With what the first word of a fence, a quote or a diff can begin: looked at before the expressions, which are many times slower. */
const MARKS = '`~>d@+-';
/** Elements that show or hide a foreign text; `!--` is a comment. */
const HTML = /<(\/?)(?:pre|code|kbd|samp|blockquote|q|details|script|style|template|textarea)\b|<!--|-->/gi;

/**
 * Tells line by line whether a text that starts at the first column stands in a quotation. When in doubt, it does: a quotation that is
 * never closed lasts to the end of the message, and one without a blank line after it to the end of its paragraph.
 */
const openQuotationTracker = (): ((line: string) => boolean) => {
	let fence: string | undefined;
	let elements = 0;
	let isForeignParagraph = false;
	let hasOpenCode = false;
	return line => {
		const isMarked = MARKS.includes(line.charAt(line.charAt(0) === ' ' ? line.search(/[^ ]|$/) : 0));
		const mark = isMarked ? FENCE.exec(line)?.[1] : undefined;
		if (fence !== undefined) {
			if (mark !== undefined && isFenceEnd(line, mark, fence)) fence = undefined;
			return true;
		}
		fence = mark;
		if (fence !== undefined) return true;
		if (line.trim() === '') {
			isForeignParagraph = false;
			hasOpenCode = false;
			return false;
		}
		isForeignParagraph ||= isMarked && QUOTE_OR_DIFF.test(line);
		const isQuoted = isForeignParagraph || hasOpenCode || elements > 0;
		if (line.includes('`')) hasOpenCode = hasOpenCode !== hasOddCode(line);
		if (line.includes('<') || line.includes('-->')) elements = Math.max(0, elements + countElements(line));
		return isQuoted;
	};
};

const isFenceEnd = (line: string, mark: string, fence: string): boolean =>
	mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark;

const hasOddCode = (line: string): boolean => line.split(/`+/).length % 2 === 0;

const countElements = (line: string): number => {
	let open = 0;
	for (const [tag, slash] of line.matchAll(HTML)) open += tag === '-->' || slash === '/' ? -1 : 1;
	return open;
};
