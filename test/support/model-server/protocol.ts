import {randomUUID} from 'node:crypto';
import type {Tokens} from '../../../source/domain/tokens.ts';
import type {ModelRequest} from './conversation.ts';
import type {Counts} from './counts.ts';
import type {Json} from './json.ts';

/** A call that the model makes: JSON for function tools, text for custom ones. */
export type ToolCall = {
	readonly name: string;
	readonly namespace?: string;
	readonly input: Json | string;
};

/** What the scripted model answers, in common words. */
export type Answer = {
	readonly text: string;
	/** Empty when nothing was thought. */
	readonly thought: string;
	readonly call?: ToolCall;
	readonly counts: Counts;
};

/** One way of talking to a model. Pure, but for the fresh ids in what it writes. */
export type Protocol = {
	readonly name: 'anthropic-messages' | 'openai-responses' | 'openai-chat' | 'gemini';
	/** As rad's price table spells it. */
	readonly provider: 'anthropic' | 'openai' | 'google';
	/** Undefined when a request for this path is none for an answer of the model in this protocol. */
	readonly readRequest: (path: string, body: Json) => ModelRequest | undefined;
	/** The usage object as this provider writes it. */
	readonly toWire: (counts: Counts) => Json;
	/** What `toWire` tells, in rad's buckets. */
	readonly toTokens: (counts: Counts) => Tokens;
	/** The frames of a stream, each with the empty line after it. */
	readonly toFrames: (answer: Answer, request: ModelRequest) => readonly string[];
	/** The whole answer, when no stream was asked for. */
	readonly toDocument: (answer: Answer, request: ModelRequest) => Json;
	readonly toError: (status: number, message: string, retryAfterSeconds: number | undefined) => Json;
};

/** Makes an id that no other answer has: engines tell answers apart by it, also over several runs. */
export const createId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;

/** Cuts text into up to four pieces, as a stream brings it. */
export const toPieces = (text: string): readonly string[] => {
	const size = Math.ceil(text.length / 4);
	return text === '' ? [] : [0, 1, 2, 3].map(index => text.slice(index * size, (index + 1) * size)).filter(piece => piece !== '');
};

export const toDataFrame = (data: Json | string): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** A frame that also carries its event's name; `data` has the same name as its `type`. */
export const toEventFrame = (data: Json & {readonly type: string}): string => `event: ${data.type}\n${toDataFrame(data)}`;
