import {type ModelRequest, type Past, toTool} from './conversation.ts';
import {type Counts, countCacheWrite, countInput, countOutput} from './counts.ts';
import {type Json, toContentText, toObject, toObjects, toText} from './json.ts';
import {toOpenAiError, toOpenAiTokens} from './openai-usage.ts';
import {type Answer, createId, type Protocol, toDataFrame, toPieces} from './protocol.ts';

/** OpenAI's Chat Completions, `POST /v1/chat/completions`. */
export const openAiChat: Protocol = {
	name: 'openai-chat',
	provider: 'openai',
	readRequest: (path, body) => (path.endsWith('/chat/completions') ? readRequest(body) : undefined),
	toWire: counts => toWire(counts),
	toTokens: toOpenAiTokens,
	toFrames: (answer, request) => [...toChunks(answer, request), '[DONE]'].map(toDataFrame),
	toDocument: (answer, {model}) => ({
		...createCompletion(model, 'chat.completion'),
		choices: [{index: 0, message: toMessage(answer), finish_reason: toFinishReason(answer), logprobs: null}],
		usage: toWire(answer.counts),
	}),
	toError: toOpenAiError,
};

const readRequest = (body: Json): ModelRequest => {
	const messages = toObjects(body['messages']);
	const firstAnswer = messages.findIndex(({role}) => role === 'assistant');
	const openers = (firstAnswer < 0 ? messages : messages.slice(0, firstAnswer)).filter(({role}) => role === 'user');
	return {
		model: toText(body['model']),
		isStreaming: body['stream'] === true,
		wantsJson: toText(toObject(body['response_format'])['type']).startsWith('json'),
		wantsUsage: toObject(body['stream_options'])['include_usage'] === true,
		tools: toObjects(body['tools'])
			.map(tool => toObject(tool['function']))
			.map(tool => toTool(toText(tool['name']), tool['parameters'])),
		opening: openers.map(({content}) => toContentText(content)).join('\n'),
		past: messages.flatMap(readMessage),
	};
};

const readMessage = (message: Json): readonly Past[] => {
	const text = toContentText(message['content']);
	if (message['role'] === 'tool') return [{kind: 'result', text}];
	if (message['role'] !== 'assistant') return [];
	const calls = toObjects(message['tool_calls']).map((call): Past => ({kind: 'call', tool: toText(toObject(call['function'])['name'])}));
	return [{kind: 'said', text}, ...calls];
};

const toWire = (counts: Counts): Json => ({
	prompt_tokens: countInput(counts),
	completion_tokens: countOutput(counts),
	total_tokens: countInput(counts) + countOutput(counts),
	prompt_tokens_details: {cached_tokens: counts.cacheRead, cache_write_tokens: countCacheWrite(counts), audio_tokens: 0},
	completion_tokens_details: {reasoning_tokens: counts.reasoning, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0},
});

const createCompletion = (model: string, object: string): Json => ({
	id: createId('chatcmpl'),
	object,
	created: Math.floor(Date.now() / 1000),
	model,
	service_tier: 'default',
	system_fingerprint: 'fp_scripted',
});

const toFinishReason = ({call}: Answer): string => (call === undefined ? 'stop' : 'tool_calls');

const toCalls = ({call}: Answer): readonly (Json & {readonly function: {readonly name: string; readonly arguments: string}})[] =>
	call === undefined ? [] : [{id: createId('call'), type: 'function', function: {name: call.name, arguments: JSON.stringify(call.input)}}];

const toMessage = (answer: Answer): Json => ({
	role: 'assistant',
	content: answer.text,
	refusal: null,
	...(answer.call === undefined ? {} : {tool_calls: toCalls(answer)}),
});

const toChunks = (answer: Answer, {model, wantsUsage}: ModelRequest): readonly Json[] => {
	const completion = {...createCompletion(model, 'chat.completion.chunk'), ...(wantsUsage ? {usage: null} : {})};
	const toChunk = (delta: Json, finishReason: string | null = null): Json => ({
		...completion,
		choices: [{index: 0, delta, finish_reason: finishReason, logprobs: null}],
	});
	return [
		toChunk({role: 'assistant', content: ''}),
		...toPieces(answer.text).map(content => toChunk({content})),
		...toCallDeltas(answer).map(call => toChunk({tool_calls: [{index: 0, ...call}]})),
		toChunk({}, toFinishReason(answer)),
		...(wantsUsage ? [{...completion, choices: [], usage: toWire(answer.counts)}] : []),
	];
};

const toCallDeltas = (answer: Answer): readonly Json[] =>
	toCalls(answer).flatMap(call => [
		{...call, function: {name: call.function.name, arguments: ''}},
		...toPieces(call.function.arguments).map(piece => ({function: {arguments: piece}})),
	]);
