import type {UsageReading} from '../../../telemetry/usage-reading.ts';
import type {Foreign} from '../../foreign.ts';

/** A tool as the model is told of it. */
export type ToolDescription = {
	readonly name: string;
	readonly description: string;
	readonly parameters: ToolParameters;
};

/** The arguments of a tool by name; those that are not `optional` must be given. */
export type ToolParameters = Readonly<
	Record<string, {readonly type: 'string' | 'integer'; readonly description: string; readonly optional?: boolean}>
>;

export type RequestedCall = {
	/** The provider's id; not every server makes it unique. */
	readonly id: string;
	readonly tool: string;
	/** Undefined when the model gave no JSON object. */
	readonly input: Foreign | undefined;
};

export type CallResult = {readonly call: RequestedCall; readonly isError: boolean; readonly text: string};

export type Answer = {
	readonly text: string;
	readonly thought: string;
	readonly calls: readonly RequestedCall[];
	/** `too-long`: cut at the most that the model may write; `refused`: held back by the provider; `failed`: by the provider's own word. */
	readonly ending: 'whole' | 'too-long' | 'refused' | 'failed';
};

/** What a response says about itself, as far as it came; undefined is what it never told. */
export type ResponseInfo = {
	readonly id: string | undefined;
	readonly model: string | undefined;
	readonly tier: string | null;
	readonly usage: UsageReading;
};

export type ModelFailure = {
	/** `unreached`: no answer came; `refused`: an HTTP error; `broken`: an answer began and did not end. */
	readonly stage: 'unreached' | 'refused' | 'broken';
	/** Of the HTTP answer, or what a provider meant by an error in a stream. */
	readonly status: number | null;
	/** In the words of the provider or the system. */
	readonly reason: string;
	/** How long the provider asks to wait. */
	readonly retryAfterMs: number | null;
};

export type Reply =
	| {readonly kind: 'answer'; readonly answer: Answer; readonly response: ResponseInfo}
	/** `response` is null when nothing of one came. */
	| {readonly kind: 'failure'; readonly failure: ModelFailure; readonly response: ResponseInfo | null};

/** A conversation with a model. Each question is one request. */
export type Conversation = {
	/** Asks for the next answer, which becomes part of the conversation; after a failure the same may be asked again. Never rejects for what the network does. */
	readonly ask: (signal: AbortSignal) => Promise<Reply>;
	/** Gives the model what came of the calls of its last answer, all of them. */
	readonly giveResults: (results: readonly CallResult[]) => void;
};
