import type {
	LanguageModelV3FinishReason,
	LanguageModelV3Message,
	LanguageModelV3StreamPart,
	LanguageModelV3ToolCall,
	SharedV3ProviderMetadata,
} from '@ai-sdk/provider';
import {parseObject} from '../../foreign.ts';
import type {Answer, RequestedCall} from './conversation.ts';

type AssistantMessage = Extract<LanguageModelV3Message, {role: 'assistant'}>;

/** `id` tells apart the texts of a stream that are open at once. */
type Prose = {readonly type: 'text' | 'reasoning'; readonly id: string; text: string; metadata: SharedV3ProviderMetadata | undefined};

type ProsePart = {readonly id: string; readonly delta?: string; readonly providerMetadata?: SharedV3ProviderMetadata};

/** Gathers the parts of a streamed answer. */
export const createAnswerGatherer = () => {
	const content: Array<Prose | LanguageModelV3ToolCall> = [];
	let ending: Answer['ending'] = 'whole';
	const open = (type: Prose['type'], {id, providerMetadata}: ProsePart): Prose => {
		const prose = {type, id, text: '', metadata: providerMetadata};
		content.push(prose);
		return prose;
	};
	const grow = (type: Prose['type'], part: ProsePart): void => {
		const prose = content.findLast((known): known is Prose => known.type === type && known.id === part.id) ?? open(type, part);
		prose.text += part.delta ?? '';
		// What a provider wants to see again (signatures) comes with the last part of a text.
		prose.metadata = part.providerMetadata ?? prose.metadata;
	};
	return {
		add: (part: LanguageModelV3StreamPart): void => {
			if (part.type === 'text-start') open('text', part);
			else if (part.type === 'reasoning-start') open('reasoning', part);
			else if (part.type === 'text-delta' || part.type === 'text-end') grow('text', part);
			else if (part.type === 'reasoning-delta' || part.type === 'reasoning-end') grow('reasoning', part);
			else if (part.type === 'tool-call') content.push(part);
			else if (part.type === 'finish') ending = toEnding(part.finishReason);
		},
		/** The answer, and what the provider wants to be told of it next time. */
		answer: (): {readonly answer: Answer; readonly message: AssistantMessage} => ({answer: toAnswer(content, ending), message: toMessage(content)}),
	};
};

const toAnswer = (content: ReadonlyArray<Prose | LanguageModelV3ToolCall>, ending: Answer['ending']): Answer => {
	const join = (type: Prose['type']): string => content.flatMap(part => (part.type === type ? [part.text] : [])).join('');
	return {
		text: join('text'),
		thought: join('reasoning'),
		calls: content.flatMap(part => (part.type === 'tool-call' ? [toCall(part)] : [])),
		ending,
	};
};

const toEnding = ({unified}: LanguageModelV3FinishReason): Answer['ending'] => {
	switch (unified) {
		case 'length':
			return 'too-long';
		case 'content-filter':
			return 'refused';
		case 'error':
			return 'failed';
		case 'stop':
		case 'tool-calls':
		case 'other':
			return 'whole';
	}
};

const toCall = ({toolCallId, toolName, input}: LanguageModelV3ToolCall): RequestedCall => ({
	id: toolCallId,
	tool: toolName,
	// A call without arguments has an empty text for them.
	input: parseObject(input === '' ? '{}' : input),
});

const toMessage = (content: ReadonlyArray<Prose | LanguageModelV3ToolCall>): AssistantMessage => ({
	role: 'assistant',
	content: content.flatMap((part): AssistantMessage['content'] => {
		if (part.type === 'tool-call') {
			const {id, tool, input} = toCall(part);
			return [{type: 'tool-call', toolCallId: id, toolName: tool, input: input ?? {}, ...toOptions(part.providerMetadata)}];
		}
		// Providers refuse empty texts, but for what is signed.
		if (part.text === '' && part.metadata === undefined) return [];
		return [{type: part.type, text: part.text, ...toOptions(part.metadata)}];
	}),
});

const toOptions = (metadata: SharedV3ProviderMetadata | undefined) => (metadata === undefined ? {} : {providerOptions: metadata});
