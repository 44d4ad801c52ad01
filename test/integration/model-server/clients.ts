import {toObject, toObjects, toText} from '../../support/model-server/json.ts';
import type {Client} from './client.ts';

const STRING = {type: 'string'};

const toSchema = (...names: readonly string[]): object => ({
	type: 'object',
	properties: Object.fromEntries(names.map(name => [name, STRING])),
	required: names,
});

/** Speaks as Claude Code does. */
const claude: Client = {
	path: '/v1/messages?beta=true',
	documentPath: '/v1/messages?beta=true',
	tools: [
		{name: 'Write', input_schema: toSchema('file_path', 'content')},
		{name: 'Edit', input_schema: toSchema('file_path', 'old_string', 'new_string')},
		{name: 'Bash', input_schema: toSchema('command')},
		{name: 'Agent', input_schema: toSchema('description', 'prompt', 'subagent_type')},
	],
	toBody: (messages, tools, stream) => ({model: 'claude-opus-5-5', max_tokens: 1000, messages, tools, stream}),
	opening: text => ({role: 'user', content: [{type: 'text', text}]}),
	toCallMessages: (name, result) => [
		{
			role: 'assistant',
			content: [
				{type: 'text', text: 'So.'},
				{type: 'tool_use', id: 'toolu_1', name, input: {}},
			],
		},
		{role: 'user', content: [{type: 'tool_result', tool_use_id: 'toolu_1', content: result}]},
	],
	toSaidMessage: text => ({role: 'assistant', content: [{type: 'text', text}]}),
	readDocument: document => {
		const blocks = toObjects(toObject(document)['content']);
		const call = blocks.find(({type}) => type === 'tool_use');
		return {text: toText(blocks.find(({type}) => type === 'text')?.['text']), call: call && {name: call['name'], input: call['input']}};
	},
};

/** Speaks as Codex does. */
const codex: Client = {
	path: '/v1/responses',
	documentPath: '/v1/responses',
	tools: [
		{type: 'function', name: 'exec_command', parameters: {...toSchema('cmd'), properties: {cmd: STRING, yield_time_ms: {type: 'number'}}}},
		{type: 'function', name: 'write_stdin', parameters: toSchema('session_id')},
		{type: 'custom', name: 'apply_patch'},
		{type: 'namespace', name: 'collaboration', tools: [{type: 'function', name: 'spawn_agent', parameters: toSchema('task_name', 'message')}]},
		{type: 'namespace', name: 'collaboration', tools: [{type: 'function', name: 'wait_agent', parameters: toSchema('timeout_ms')}]},
	],
	toBody: (input, tools, stream) => ({model: 'gpt-5.5', input, tools, stream}),
	opening: text => ({type: 'message', role: 'user', content: [{type: 'input_text', text}]}),
	toCallMessages: (name, output) => [
		{type: 'reasoning', summary: []},
		{type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'So.'}]},
		{type: 'function_call', call_id: 'call_1', name, arguments: '{}'},
		{type: 'function_call_output', call_id: 'call_1', output},
	],
	toSaidMessage: text => ({type: 'message', role: 'assistant', content: [{type: 'output_text', text}]}),
	readDocument: document => {
		const items = toObjects(toObject(document)['output']);
		const message = items.find(({type}) => type === 'message');
		const call = items.find(({type}) => toText(type).endsWith('_call'));
		const input = call && (call['type'] === 'custom_tool_call' ? call['input'] : JSON.parse(toText(call['arguments'])));
		return {text: toText(toObjects(message?.['content'])[0]?.['text']), call: call && {name: call['name'], input}};
	},
};

/** Speaks as opencode does with a compatible provider. */
const opencode: Client = {
	path: '/v1/chat/completions',
	documentPath: '/v1/chat/completions',
	tools: [
		{type: 'function', function: {name: 'write', parameters: toSchema('filePath', 'content')}},
		{type: 'function', function: {name: 'edit', parameters: toSchema('filePath', 'oldString', 'newString')}},
		{type: 'function', function: {name: 'bash', parameters: toSchema('command')}},
		{type: 'function', function: {name: 'task', parameters: toSchema('description', 'prompt', 'subagent_type')}},
	],
	toBody: (messages, tools, stream) => ({model: 'fake-chat', messages, tools, stream, stream_options: {include_usage: true}}),
	opening: content => ({role: 'user', content}),
	toCallMessages: (name, content) => [
		{role: 'assistant', content: 'So.', tool_calls: [{id: 'call_1', type: 'function', function: {name, arguments: '{}'}}]},
		{role: 'tool', tool_call_id: 'call_1', content},
	],
	toSaidMessage: content => ({role: 'assistant', content}),
	readDocument: document => {
		const message = toObject(toObjects(toObject(document)['choices'])[0]?.['message']);
		const call = toObjects(message['tool_calls'])[0];
		const made = toObject(call?.['function']);
		return {text: toText(message['content']), call: call && {name: made['name'], input: JSON.parse(toText(made['arguments']))}};
	},
};

/** Speaks as Gemini CLI does. */
const geminiCli: Client = {
	path: '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
	documentPath: '/v1beta/models/gemini-2.5-pro:generateContent',
	tools: [
		{
			functionDeclarations: [
				{name: 'write_file', parametersJsonSchema: toSchema('file_path', 'content')},
				{name: 'replace', parametersJsonSchema: toSchema('file_path', 'instruction', 'old_string', 'new_string')},
				{name: 'run_shell_command', parametersJsonSchema: toSchema('command')},
				{name: 'invoke_agent', parametersJsonSchema: toSchema('agent_name', 'prompt')},
			],
		},
	],
	toBody: (contents, tools) => ({contents, tools}),
	opening: text => ({role: 'user', parts: [{text}]}),
	toCallMessages: (name, output) => [
		{role: 'model', parts: [{text: 'So.'}, {functionCall: {id: 'call_1', name, args: {}}}]},
		{role: 'user', parts: [{functionResponse: {id: 'call_1', name, response: {output}}}]},
	],
	toSaidMessage: text => ({role: 'model', parts: [{text}]}),
	readDocument: document => {
		const content = toObject(toObjects(toObject(document)['candidates'])[0]?.['content']);
		const parts = toObjects(content['parts']).filter(({thought}) => thought !== true);
		const call = parts.find(({functionCall}) => functionCall !== undefined)?.['functionCall'];
		return {
			text: toText(parts.find(({text}) => text !== undefined)?.['text']),
			call: call && {name: toObject(call)['name'], input: toObject(call)['args']},
		};
	},
};

export const CLIENTS = {'anthropic-messages': claude, 'openai-responses': codex, 'openai-chat': opencode, gemini: geminiCli} as const;
