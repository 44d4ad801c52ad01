import {type ModelRequest, type Past, toTool} from './conversation.ts';
import {type Counts, countCacheWrite, countOutput} from './counts.ts';
import {type Json, toContentText, toObject, toObjects, toText} from './json.ts';
import {type Answer, createId, type Protocol, toEventFrame, toPieces} from './protocol.ts';

/** Anthropic's Messages, `POST /v1/messages`. */
export const anthropicMessages: Protocol = {
	name: 'anthropic-messages',
	provider: 'anthropic',
	readRequest: (path, body) => (path.endsWith('/v1/messages') ? readRequest(body) : undefined),
	toWire: counts => toWire(counts),
	toTokens: counts => ({
		input: counts.fresh,
		cacheRead: counts.cacheRead,
		cacheWrite: countCacheWrite(counts),
		cacheWrite1h: counts.cacheWrite1h,
		output: countOutput(counts),
		reasoning: counts.reasoning,
	}),
	toFrames: (answer, request) => toEvents(answer, request).map(toEventFrame),
	toDocument: (answer, {model}) => ({
		...createMessage(model),
		content: toBlocks(answer),
		stop_reason: toStopReason(answer),
		usage: toWire(answer.counts),
	}),
	toError: (status, message) => ({type: 'error', error: {type: ERROR_TYPES[status] ?? 'api_error', message}, request_id: createId('req')}),
};

type Event = Json & {readonly type: string};

const ERROR_TYPES: Readonly<Record<number, string>> = {
	400: 'invalid_request_error',
	401: 'authentication_error',
	403: 'permission_error',
	404: 'not_found_error',
	429: 'rate_limit_error',
	529: 'overloaded_error',
};

const readRequest = (body: Json): ModelRequest => {
	const messages = toObjects(body['messages']);
	const firstAnswer = messages.findIndex(({role}) => role === 'assistant');
	const openers = (firstAnswer < 0 ? messages : messages.slice(0, firstAnswer)).filter(({role}) => role === 'user');
	return {
		model: toText(body['model']),
		isStreaming: body['stream'] === true,
		wantsJson: toObject(toObject(body['output_config'])['format'])['type'] === 'json_schema',
		wantsUsage: true,
		tools: toObjects(body['tools'])
			.filter(tool => tool['input_schema'] !== undefined)
			.map(tool => toTool(toText(tool['name']), tool['input_schema'])),
		opening: openers.map(({content}) => toContentText(content)).join('\n'),
		past: messages.flatMap(readMessage),
	};
};

const readMessage = ({role, content}: Json): readonly Past[] => {
	const blocks = typeof content === 'string' ? [{type: 'text', text: content}] : toObjects(content);
	return blocks.flatMap((block: Json): readonly Past[] => {
		if (block['type'] === 'tool_use') return [{kind: 'call', tool: toText(block['name'])}];
		if (block['type'] === 'tool_result') return [{kind: 'result', text: toContentText(block['content'])}];
		return role === 'assistant' && block['type'] === 'text' ? [{kind: 'said', text: toText(block['text'])}] : [];
	});
};

const toWire = (counts: Counts): Json => ({
	input_tokens: counts.fresh,
	cache_creation_input_tokens: countCacheWrite(counts),
	cache_read_input_tokens: counts.cacheRead,
	cache_creation: {ephemeral_5m_input_tokens: counts.cacheWrite5m, ephemeral_1h_input_tokens: counts.cacheWrite1h},
	output_tokens: countOutput(counts),
	output_tokens_details: {thinking_tokens: counts.reasoning},
	service_tier: 'standard',
});

const createMessage = (model: string): Json => ({
	id: createId('msg'),
	type: 'message',
	role: 'assistant',
	model,
	content: [],
	stop_reason: null,
	stop_sequence: null,
});

const toStopReason = ({call}: Answer): string => (call === undefined ? 'end_turn' : 'tool_use');

const toBlocks = ({thought, text, call}: Answer): readonly Json[] => [
	...(thought === '' ? [] : [{type: 'thinking', thinking: thought, signature: 'c2NyaXB0ZWQ='}]),
	{type: 'text', text},
	...(call === undefined ? [] : [{type: 'tool_use', id: createId('toolu'), name: call.name, input: call.input}]),
];

const toEvents = (answer: Answer, {model}: ModelRequest): readonly Event[] => {
	const usage = toWire(answer.counts);
	// As the provider does it: the start has the input side and the first few tokens of output, the end has the totals without the split of cache writes.
	const {cache_creation, service_tier, ...totals} = usage;
	const {output_tokens_details, ...inputSide} = usage;
	return [
		{type: 'message_start', message: {...createMessage(model), usage: {...inputSide, output_tokens: 2}}},
		{type: 'ping'},
		...toBlocks(answer).flatMap(toBlockEvents),
		{type: 'message_delta', delta: {stop_reason: toStopReason(answer), stop_sequence: null}, usage: totals},
		{type: 'message_stop'},
	];
};

const toBlockEvents = (block: Json, index: number): readonly Event[] => [
	{type: 'content_block_start', index, content_block: toEmptyBlock(block)},
	...toDeltas(block).map(delta => ({type: 'content_block_delta', index, delta})),
	{type: 'content_block_stop', index},
];

const toEmptyBlock = (block: Json): Json => {
	if (block['type'] === 'thinking') return {type: 'thinking', thinking: '', signature: ''};
	return block['type'] === 'text' ? {type: 'text', text: ''} : {...block, input: {}};
};

const toDeltas = (block: Json): readonly Json[] => {
	if (block['type'] === 'text') return toPieces(toText(block['text'])).map(text => ({type: 'text_delta', text}));
	if (block['type'] === 'tool_use')
		return toPieces(JSON.stringify(block['input'])).map(partial => ({type: 'input_json_delta', partial_json: partial}));
	return [
		...toPieces(toText(block['thinking'])).map(thinking => ({type: 'thinking_delta', thinking})),
		{type: 'signature_delta', signature: block['signature']},
	];
};
