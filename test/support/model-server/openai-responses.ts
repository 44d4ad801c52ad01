import {type ModelRequest, type Past, type Tool, toTool} from './conversation.ts';
import {type Counts, countCacheWrite, countInput, countOutput} from './counts.ts';
import {type Json, toContentText, toObject, toObjects, toText} from './json.ts';
import {toOpenAiError, toOpenAiTokens} from './openai-usage.ts';
import {type Answer, createId, type Protocol, type ToolCall, toEventFrame, toPieces} from './protocol.ts';

/** OpenAI's Responses, `POST /v1/responses`, as Codex uses them: the whole conversation is in each request. */
export const openAiResponses: Protocol = {
	name: 'openai-responses',
	provider: 'openai',
	readRequest: (path, body) => (path.endsWith('/responses') ? readRequest(body) : undefined),
	toWire: counts => toWire(counts),
	toTokens: toOpenAiTokens,
	toFrames: (answer, request) => toEvents(answer, request).map((event, index) => toEventFrame({...event, sequence_number: index})),
	toDocument: (answer, {model}) => toDone(createResponse(model), answer, toItems(answer)),
	toError: toOpenAiError,
};

type Event = Json & {readonly type: string};

const readRequest = (body: Json): ModelRequest => {
	const items = typeof body['input'] === 'string' ? [{type: 'message', role: 'user', content: body['input']}] : toObjects(body['input']);
	const firstAnswer = items.findIndex(isOfModel);
	return {
		model: toText(body['model']),
		isStreaming: body['stream'] === true,
		wantsJson: toObject(toObject(body['text'])['format'])['type'] === 'json_schema',
		wantsUsage: true,
		// Codex hands the tools of its code mode over in an item of the input.
		tools: [...toObjects(body['tools']), ...items.flatMap(item => toObjects(item['tools']))].flatMap(readTool),
		opening: (firstAnswer < 0 ? items : items.slice(0, firstAnswer)).map(readUserText).join('\n'),
		past: items.flatMap(readItem),
	};
};

const isOfModel = (item: Json): boolean => item['role'] === 'assistant' || /^reasoning$|_call$/.test(toText(item['type']));

const readTool = (tool: Json): readonly Tool[] => {
	const name = toText(tool['name']);
	if (tool['type'] === 'namespace') return toObjects(tool['tools']).flatMap(inner => readTool({...inner, namespace: name}));
	// What stands in this namespace is called without it.
	const namespace = toText(tool['namespace']) === 'functions' ? '' : toText(tool['namespace']);
	const more = namespace === '' ? {} : {namespace};
	if (tool['type'] === 'function') return [toTool(name, tool['parameters'], more)];
	const isCode = toText(tool['description']).startsWith('Run JavaScript');
	return tool['type'] === 'custom' ? [toTool(name, undefined, {form: isCode ? 'code' : 'custom', ...more})] : [];
};

/** What the user said, or the agent above: Codex hands a sub-agent its task as text that the model encrypted (this one does not). */
const readUserText = (item: Json): string => {
	if (item['type'] !== 'agent_message' && item['role'] !== 'user') return '';
	const encrypted = toObjects(item['content']).map(part => toText(part['encrypted_content']));
	return [toContentText(item['content']), ...encrypted].join('\n');
};

const readItem = (item: Json): readonly Past[] => {
	const type = toText(item['type']);
	if (type.endsWith('_call')) return [{kind: 'call', tool: toText(item['name'])}];
	if (type.endsWith('_call_output')) return [{kind: 'result', text: toText(item['output']) || toContentText(item['output'])}];
	return item['role'] === 'assistant' ? [{kind: 'said', text: toContentText(item['content'])}] : [];
};

const toWire = (counts: Counts): Json => ({
	input_tokens: countInput(counts),
	input_tokens_details: {cached_tokens: counts.cacheRead, cache_write_tokens: countCacheWrite(counts)},
	output_tokens: countOutput(counts),
	output_tokens_details: {reasoning_tokens: counts.reasoning},
	total_tokens: countInput(counts) + countOutput(counts),
});

const createResponse = (model: string): Json => ({
	id: createId('resp'),
	object: 'response',
	created_at: Math.floor(Date.now() / 1000),
	model,
	status: 'in_progress',
	output: [],
	usage: null,
	error: null,
	incomplete_details: null,
	parallel_tool_calls: true,
});

const toDone = (response: Json, {counts}: Answer, output: readonly Json[]): Json => ({
	...response,
	status: 'completed',
	output,
	usage: toWire(counts),
});

const toItems = ({thought, text, call}: Answer): readonly Json[] => [
	...(thought === ''
		? []
		: [{type: 'reasoning', id: createId('rs'), summary: [{type: 'summary_text', text: thought}], encrypted_content: 'c2NyaXB0ZWQ='}]),
	{
		type: 'message',
		id: createId('msg'),
		role: 'assistant',
		status: 'completed',
		content: [{type: 'output_text', text, annotations: []}],
		phase: call === undefined ? 'final_answer' : 'commentary',
	},
	...(call === undefined ? [] : [toCallItem(call)]),
];

const toCallItem = ({name, namespace, input}: ToolCall): Json => {
	const common = {call_id: createId('call'), name, ...(namespace === undefined ? {} : {namespace}), status: 'completed'};
	return typeof input === 'string'
		? {type: 'custom_tool_call', id: createId('ctc'), ...common, input}
		: {type: 'function_call', id: createId('fc'), ...common, arguments: JSON.stringify(input)};
};

const toEvents = (answer: Answer, {model}: ModelRequest): readonly Event[] => {
	const response = createResponse(model);
	const items = toItems(answer);
	return [
		{type: 'response.created', response},
		{type: 'response.in_progress', response},
		...items.flatMap((item, output_index) => [
			{type: 'response.output_item.added', output_index, item: toEmptyItem(item)},
			...toItemEvents(item, {output_index, item_id: item['id']}),
			{type: 'response.output_item.done', output_index, item},
		]),
		{type: 'response.completed', response: toDone(response, answer, items)},
	];
};

const toEmptyItem = (item: Json): Json => {
	if (item['type'] === 'reasoning') return {...item, summary: []};
	if (item['type'] === 'message') return {...item, status: 'in_progress', content: []};
	return {...item, status: 'in_progress', ...(item['type'] === 'function_call' ? {arguments: ''} : {input: ''})};
};

const toItemEvents = (item: Json, at: Json): readonly Event[] => {
	if (item['type'] === 'reasoning') return toPartEvents('response.reasoning_summary', {...at, summary_index: 0}, toObjects(item['summary'])[0] ?? {});
	if (item['type'] === 'message') return toPartEvents('response.output', {...at, content_index: 0}, toObjects(item['content'])[0] ?? {});
	const [type, field] =
		item['type'] === 'function_call' ? ['response.function_call_arguments', 'arguments'] : ['response.custom_tool_call_input', 'input'];
	const value = toText(item[field]);
	return [...toPieces(value).map(delta => ({type: `${type}.delta`, ...at, delta})), {type: `${type}.done`, ...at, [field]: value}];
};

const toPartEvents = (type: string, at: Json, part: Json): readonly Event[] => {
	const text = toText(part['text']);
	const partType = type === 'response.output' ? 'response.content_part' : `${type}_part`;
	return [
		{type: `${partType}.added`, ...at, part: {...part, text: ''}},
		...toPieces(text).map(delta => ({type: `${type}_text.delta`, ...at, delta})),
		{type: `${type}_text.done`, ...at, text},
		{type: `${partType}.done`, ...at, part},
	];
};
