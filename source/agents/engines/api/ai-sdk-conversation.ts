import type {LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3FunctionTool, LanguageModelV3Message} from '@ai-sdk/provider';
import type {Clock} from '../../../domain/clock.ts';
import {createAnswerGatherer} from './ai-sdk-answer.ts';
import {toModelFailure} from './ai-sdk-failure.ts';
import {createAiSdkModel} from './ai-sdk-model.ts';
import type {CallResult, Conversation, Reply, ToolDescription} from './conversation.ts';
import type {ModelSettings} from './model-settings.ts';
import {createResponseGatherer} from './response-info.ts';

export type ConversationStart = {
	readonly settings: ModelSettings;
	readonly system: string;
	readonly prompt: string;
	readonly tools: readonly ToolDescription[];
	readonly clock: Pick<Clock, 'now'>;
};

/** Opens a conversation by the providers of the AI SDK, which translate and do one request at a time; nothing is sent before the first question. */
export const openAiSdkConversation = ({settings, system, prompt, tools, clock}: ConversationStart): Conversation => {
	const model = createAiSdkModel(settings);
	const messages: LanguageModelV3Message[] = [
		{role: 'system', content: system},
		{role: 'user', content: [{type: 'text', text: prompt}]},
	];
	return {
		ask: async signal => {
			const options = {
				prompt: markForCache(messages),
				tools: tools.map(toTool),
				abortSignal: signal,
				includeRawChunks: true,
				providerOptions: OPTIONS,
			};
			const {reply, message} = await readStream(model, options, {settings, clock});
			if (message !== undefined) messages.push(message);
			return reply;
		},
		giveResults: results => void messages.push({role: 'tool', content: results.map(toResult)}),
	};
};

/**
 * The whole conversation is in each request, so OpenAI need not keep it. Nobody watches arguments of tools as they are written: without
 * their streaming, a beta of Anthropic's, they are checked before they come.
 */
const OPTIONS = {openai: {store: false}, anthropic: {toolStreaming: false}};

type Context = Pick<ConversationStart, 'settings' | 'clock'>;

const readStream = async (
	model: LanguageModelV3,
	options: LanguageModelV3CallOptions,
	{settings, clock}: Context,
): Promise<{readonly reply: Reply; readonly message?: LanguageModelV3Message}> => {
	const response = createResponseGatherer(settings.provider);
	const gatherer = createAnswerGatherer();
	try {
		const {stream} = await model.doStream(options);
		for await (const part of stream) {
			if (part.type === 'error') throw part.error;
			if (part.type === 'raw') response.add(part.rawValue);
			else gatherer.add(part);
		}
	} catch (error) {
		// Providers put objects of all kinds into their streams; each of them is told by its own words.
		const info = response.info();
		return {reply: {kind: 'failure', failure: toModelFailure(error, info !== null, clock.now()), response: info}};
	}
	const info = response.info();
	if (info === null || !response.hasEnded()) return {reply: {kind: 'failure', failure: BROKEN_OFF, response: info}};
	const {answer, message} = gatherer.answer();
	return {reply: {kind: 'answer', answer, response: info}, message};
};

const BROKEN_OFF = {stage: 'broken', status: null, reason: 'the stream ended before the answer did', retryAfterMs: null} as const;

const CACHE_MARK = {anthropic: {cacheControl: {type: 'ephemeral'}}};

/** Anthropic caches a prompt only up to where it is told to: the tools with the system's text, and all that was said so far. */
const markForCache = (messages: readonly LanguageModelV3Message[]): LanguageModelV3Message[] =>
	messages.map((message, index) => (index === 0 || index === messages.length - 1 ? {...message, providerOptions: CACHE_MARK} : message));

const toTool = ({name, description, parameters}: ToolDescription): LanguageModelV3FunctionTool => ({
	type: 'function',
	name,
	description,
	inputSchema: {
		type: 'object',
		properties: Object.fromEntries(Object.entries(parameters).map(([key, {type, description: text}]) => [key, {type, description: text}])),
		required: Object.keys(parameters).filter(key => parameters[key]?.optional !== true),
		additionalProperties: false,
	},
});

const toResult = ({call, isError, text}: CallResult) => ({
	type: 'tool-result' as const,
	toolCallId: call.id,
	toolName: call.tool,
	output: {type: isError ? ('error-text' as const) : ('text' as const), value: text},
});
