import {createAnthropicAccumulator} from '../../../telemetry/anthropic-usage.ts';
import {createGeminiAccumulator} from '../../../telemetry/gemini-usage.ts';
import {createOpenAiChatAccumulator} from '../../../telemetry/openai-chat-usage.ts';
import {createOpenAiResponsesAccumulator} from '../../../telemetry/openai-responses-usage.ts';
import {nameAnthropicTier, toTier} from '../../../telemetry/service-tiers.ts';
import type {UsageAccumulator} from '../../../telemetry/usage-reading.ts';
import {type Foreign, toForeign, toList, toText} from '../../foreign.ts';
import type {ResponseInfo} from './conversation.ts';
import type {ApiProvider} from './model-settings.ts';

type Protocol = {
	readonly createAccumulator: () => UsageAccumulator;
	readonly readId: (event: Foreign) => unknown;
	readonly readModel: (event: Foreign) => unknown;
	/** The service tier: at first what was asked for, in the end what it became. */
	readonly readTier: (event: Foreign) => unknown;
	/** Whether the answer is complete with this event; how a stream ends tells nothing, since a proxy may end one that it lost. */
	readonly isEnd: (event: Foreign) => boolean;
};

const CHAT: Protocol = {
	createAccumulator: createOpenAiChatAccumulator,
	readId: ({id}) => id,
	readModel: ({model}) => model,
	readTier: ({service_tier: tier}) => tier,
	isEnd: ({choices}) => toList(choices).some(choice => toText(toForeign(choice)['finish_reason']) !== ''),
};

const PROTOCOLS: Readonly<Record<ApiProvider, Protocol>> = {
	anthropic: {
		createAccumulator: createAnthropicAccumulator,
		readId: ({message}) => toForeign(message)['id'],
		readModel: ({message}) => toForeign(message)['model'],
		readTier: ({message}) => nameAnthropicTier(toForeign(message)['usage']),
		isEnd: ({type}) => type === 'message_stop',
	},
	openai: {
		createAccumulator: createOpenAiResponsesAccumulator,
		readId: ({response}) => toForeign(response)['id'],
		readModel: ({response}) => toForeign(response)['model'],
		readTier: ({response}) => toForeign(response)['service_tier'],
		isEnd: ({type}) => type === 'response.completed' || type === 'response.incomplete',
	},
	'openai-chat': CHAT,
	google: {
		createAccumulator: createGeminiAccumulator,
		readId: ({responseId}) => responseId,
		readModel: ({modelVersion}) => modelVersion,
		// Only a header tells it.
		readTier: () => undefined,
		isEnd: ({candidates, promptFeedback}) =>
			toText(toForeign(promptFeedback)['blockReason']) !== '' ||
			toList(candidates).some(candidate => toText(toForeign(candidate)['finishReason']) !== ''),
	},
	compatible: CHAT,
};

/** The provider's name as rad's price table spells it. */
export const toBilledProvider = (provider: ApiProvider): string => (provider === 'openai-chat' ? 'openai' : provider);

/** Gathers what a streamed response says about itself: hand over every event as it came, then ask. */
export const createResponseGatherer = (provider: ApiProvider) => {
	const {createAccumulator, readId, readModel, readTier, isEnd} = PROTOCOLS[provider];
	const accumulator = createAccumulator();
	let id: string | undefined;
	let model: string | undefined;
	let tier: unknown;
	let hasBegun = false;
	let hasEnded = false;
	return {
		add: (value: unknown): void => {
			const event = toForeign(value);
			hasBegun = true;
			accumulator.add(event);
			id ??= toText(readId(event)) || undefined;
			model ??= toText(readModel(event)) || undefined;
			tier = readTier(event) ?? tier;
			hasEnded ||= isEnd(event);
		},
		/** Whether the answer came to its end. */
		hasEnded: (): boolean => hasEnded,
		/** Null while no event came. */
		info: (): ResponseInfo | null => (hasBegun ? {id, model, tier: toTier(tier), usage: accumulator.usage()} : null),
	};
};
