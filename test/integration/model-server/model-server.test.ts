import {afterEach, describe, expect, it} from 'vitest';
import {addTokens, NO_TOKENS} from '../../../source/domain/tokens.ts';
import {createAnthropicAccumulator, parseAnthropicUsage} from '../../../source/telemetry/anthropic-usage.ts';
import {createGeminiAccumulator, parseGeminiUsage} from '../../../source/telemetry/gemini-usage.ts';
import {createOpenAiChatAccumulator, parseOpenAiChatUsage} from '../../../source/telemetry/openai-chat-usage.ts';
import {createOpenAiResponsesAccumulator, parseOpenAiResponsesUsage} from '../../../source/telemetry/openai-responses-usage.ts';
import {toObject} from '../../support/model-server/json.ts';
import {type ModelServer, type ModelServerOptions, startModelServer} from '../../support/model-server/model-server.ts';
import type {Script} from '../../support/model-server/script.ts';
import {ask, type Client, type Reply} from './client.ts';
import {CLIENTS} from './clients.ts';

const servers: ModelServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map(server => server.close()));
});
const start = async (options: ModelServerOptions): Promise<ModelServer> => {
	const server = await startModelServer(options);
	servers.push(server);
	return server;
};

type Talk = {
	readonly stream: (messages: readonly unknown[], tools?: unknown) => Promise<Reply>;
	readonly whole: (messages: readonly unknown[], tools?: unknown) => Promise<Reply>;
};

const talkTo = ({url}: ModelServer, {path, documentPath, toBody, tools}: Client): Talk => ({
	stream: (messages, offered = tools) => ask(url + path, toBody(messages, offered, true)),
	whole: (messages, offered = tools) => ask(url + documentPath, toBody(messages, offered, false)),
});

/** The messages of a conversation in which these tools were called already. */
const talkAfter = (client: Client, ...tools: readonly string[]): readonly unknown[] => [
	client.opening('Do it.'),
	...tools.flatMap(tool => client.toCallMessages(tool, 'ok')),
];

const EDITED: Script = [
	{write: {path: 'a.txt', content: 'one\ntwo\n'}},
	{edit: {path: 'a.txt', from: 'tw', to: 'TW'}},
	{shell: 'ls'},
	{subAgent: [{shell: 'pwd'}, {say: 'The sub-agent is done.'}]},
	{say: 'All is done.'},
];

const USAGE = {
	'anthropic-messages': {accumulator: createAnthropicAccumulator, parse: parseAnthropicUsage, field: 'usage'},
	'openai-responses': {accumulator: createOpenAiResponsesAccumulator, parse: parseOpenAiResponsesUsage, field: 'usage'},
	'openai-chat': {accumulator: createOpenAiChatAccumulator, parse: parseOpenAiChatUsage, field: 'usage'},
	gemini: {accumulator: createGeminiAccumulator, parse: parseGeminiUsage, field: 'usageMetadata'},
} as const;

const TASK = 'This is the scripted task main/3: do it and report.';

/** What each of them is told to call for the steps of EDITED. */
const CALLS = {
	'anthropic-messages': [
		{name: 'Write', input: {file_path: 'a.txt', content: 'one\ntwo\n'}},
		{name: 'Edit', input: {file_path: 'a.txt', old_string: 'tw', new_string: 'TW'}},
		{name: 'Bash', input: {command: 'ls'}},
		{name: 'Agent', input: {description: 'scripted task', prompt: TASK, subagent_type: 'general-purpose'}},
	],
	'openai-responses': [
		{name: 'apply_patch', input: '*** Begin Patch\n*** Add File: a.txt\n+one\n+two\n*** End Patch\n'},
		{name: 'apply_patch', input: '*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+TWo\n*** End Patch\n'},
		{name: 'exec_command', input: {cmd: 'ls', yield_time_ms: 30_000}},
		{name: 'spawn_agent', input: {task_name: 'main_3', message: TASK}},
	],
	'openai-chat': [
		{name: 'write', input: {filePath: 'a.txt', content: 'one\ntwo\n'}},
		{name: 'edit', input: {filePath: 'a.txt', oldString: 'tw', newString: 'TW'}},
		{name: 'bash', input: {command: 'ls'}},
		{name: 'task', input: {description: 'scripted task', prompt: TASK, subagent_type: 'general'}},
	],
	gemini: [
		{name: 'write_file', input: {file_path: 'a.txt', content: 'one\ntwo\n'}},
		{name: 'replace', input: {file_path: 'a.txt', instruction: 'Replace "tw".', old_string: 'tw', new_string: 'TW'}},
		{name: 'run_shell_command', input: {command: 'ls'}},
		{name: 'invoke_agent', input: {agent_name: 'generalist', prompt: TASK}},
	],
} as const;

const NAMES = Object.keys(CLIENTS) as ReadonlyArray<keyof typeof CLIENTS>;

describe.each(NAMES)('a scripted model that speaks %s', name => {
	const client: Client = CLIENTS[name];
	const tools = CALLS[name].map(call => call.name);

	it('streams a usage that rad reads as the one that was served', async () => {
		const server = await start({script: EDITED});
		const {stream} = talkTo(server, client);

		for (let done = 0; done < 3; done++) {
			const accumulator = USAGE[name].accumulator();
			for (const event of (await stream(talkAfter(client, ...tools.slice(0, done)))).events) accumulator.add(event);

			expect(accumulator.usage()).toEqual({kind: 'known', tokens: server.served()[done]?.tokens});
			expect(server.served()[done]).toMatchObject({
				protocol: name,
				kind: 'main',
				step: done,
				outcome: 'answered',
				isStreaming: true,
				tool: tools[done],
			});
		}
	});

	it('gives the same usage in an answer of one piece', async () => {
		const server = await start({script: EDITED});
		const {events} = await talkTo(server, client).whole(talkAfter(client, tools[0] ?? ''));

		expect(USAGE[name].parse(toObject(events[0])[USAGE[name].field])).toEqual({kind: 'known', tokens: server.served()[0]?.tokens});
		expect(toObject(events[0])[USAGE[name].field]).toEqual(server.served()[0]?.wire);
		expect(server.served()[0]).toMatchObject({isStreaming: false});
	});

	it('has other numbers in each answer and each bucket', async () => {
		const server = await start({script: EDITED});
		const {stream} = talkTo(server, client);
		for (let done = 0; done < 4; done++) await stream(talkAfter(client, ...tools.slice(0, done)));
		await stream([client.opening(TASK)]);
		await stream([client.opening('A title, please.')], []);

		const counts = server.served().flatMap(({tokens}) => Object.values(tokens).filter(count => count > 0));
		expect(counts.filter((count, index) => counts.indexOf(count) !== index)).toEqual([]);
	});

	it('calls the tools that this engine offers, one step after the other', async () => {
		const server = await start({script: EDITED});
		const {whole} = talkTo(server, client);

		const answers = await Promise.all([0, 1, 2, 3].map(done => whole(talkAfter(client, ...tools.slice(0, done)))));
		expect(answers.map(({events}) => client.readDocument(events[0]).call)).toEqual(CALLS[name]);
	});

	it('ends with the last word, and repeats it', async () => {
		const server = await start({script: [{shell: 'ls'}, {say: 'All is done.'}]});
		const {whole} = talkTo(server, client);
		const said = [...talkAfter(client, tools[2] ?? ''), client.toSaidMessage('All is done.'), client.opening('Go on.')];

		for (const messages of [talkAfter(client, tools[2] ?? ''), said]) {
			expect(client.readDocument((await whole(messages)).events[0])).toEqual({text: 'All is done.', call: undefined});
		}
		expect(server.served().map(({step}) => step)).toEqual([1, 2]);
	});

	it('goes on after a last word in a conversation that is resumed', async () => {
		const server = await start({script: [{say: 'First.'}, {shell: 'ls'}, {say: 'Second.'}]});
		const messages = [client.opening('Do it.'), client.toSaidMessage('First.'), client.opening('Go on.')];

		const {events} = await talkTo(server, client).whole(messages);
		expect(client.readDocument(events[0]).call).toMatchObject({name: tools[2]});
	});

	it('knows a sub-agent by its task, and a side request by its want of tools', async () => {
		const server = await start({script: EDITED});
		const {stream, whole} = talkTo(server, client);

		await stream([client.opening('A title for: Do it.')], []);
		const {events} = await whole([client.opening(TASK)]);
		const last = await whole([client.opening(TASK), ...client.toCallMessages(tools[2] ?? '', '/tmp')]);
		await stream(talkAfter(client));

		expect(client.readDocument(events[0]).call).toMatchObject({name: tools[2]});
		expect(client.readDocument(last.events[0])).toMatchObject({text: 'The sub-agent is done.'});
		const conversations = server.served().map(({kind, conversation, step}) => [kind, conversation, step]);
		expect(conversations).toEqual([
			['side', 'side', 0],
			['sub', 'main/3', 0],
			['sub', 'main/3', 1],
			['main', 'main', 0],
		]);
	});

	it('fails as often as it is told, in the words of its provider', async () => {
		const server = await start({script: [{shell: 'ls'}, {fail: {status: 429, times: 2, retryAfterSeconds: 3}}, {say: 'Done.'}]});
		const {stream} = talkTo(server, client);
		await stream(talkAfter(client));

		const replies = [];
		for (let time = 0; time < 3; time++) replies.push(await stream(talkAfter(client, tools[2] ?? '')));

		expect(replies.map(({status}) => status)).toEqual([429, 429, 200]);
		expect(replies[0]?.headers.get('retry-after')).toBe('3');
		expect(toObject(toObject(replies[0]?.events[0])['error'])['message']).toBe('The script wants this to fail.');
		expect(server.served().map(({outcome}) => outcome)).toEqual(['answered', 'failed', 'failed', 'answered']);
		expect(server.total()).toEqual(addTokens(server.served()[0]?.tokens ?? NO_TOKENS, server.served()[3]?.tokens ?? NO_TOKENS));
	});

	it('drops the connection in the middle as often as it is told, and does not count that', async () => {
		const server = await start({script: [{cut: {times: 2}}, {fail: {status: 500}}, {shell: 'ls'}]});
		const {stream, whole} = talkTo(server, client);

		const replies = [
			await stream(talkAfter(client)),
			await whole(talkAfter(client)),
			await stream(talkAfter(client)),
			await stream(talkAfter(client)),
		];

		expect(replies.map(({status, isCut}) => [status, isCut])).toEqual([
			[200, true],
			[200, true],
			[500, false],
			[200, false],
		]);
		expect(replies[0]?.events.length).toBeGreaterThan(1);
		expect(replies[0]?.events.length).toBeLessThan(replies[3]?.events.length ?? 0);
		expect(server.served().map(({outcome}) => outcome)).toEqual(['cut', 'cut', 'failed', 'answered']);
		expect(server.total()).toEqual(server.served()[3]?.tokens);
	});

	it('says what is missing when the engine has no tool for a step', async () => {
		const server = await start({script: [{subAgent: [{say: 'Done.'}]}]});
		const reader = {name: 'read', type: 'function', input_schema: {}, function: {name: 'read'}, functionDeclarations: [{name: 'read'}]};

		const {status, events} = await talkTo(server, client).stream(talkAfter(client), [reader]);
		expect([status, toObject(toObject(events[0])['error'])['message']]).toEqual([400, expect.stringContaining('No tool for {"subAgent"')]);
	});
});

describe('a scripted model', () => {
	it('waits for a sub-agent and for a running command of Codex before the next step', async () => {
		const client = CLIENTS['openai-responses'];
		const server = await start({script: [{shell: 'sleep 60'}, {subAgent: [{say: 'Done.'}]}, {say: 'All is done.'}]});
		const {whole} = talkTo(server, client);
		const running = client.toCallMessages('exec_command', 'Wall time: 30 seconds\nProcess running with session ID 4711\nOutput:\n');
		const polled = client.toCallMessages('write_stdin', 'Process exited with code 0');
		const spawned = client.toCallMessages('spawn_agent', '{"task_name":"/root/main_1"}');
		const waited = client.toCallMessages('wait_agent', '{"timed_out":false}');

		const conversations = [running, [...running, ...polled], [...running, ...polled, ...spawned], [...running, ...polled, ...spawned, ...waited]];
		const answers = await Promise.all(conversations.map(messages => whole([client.opening('Do it.'), ...messages])));

		const calls = answers.map(({events}) => toObject(client.readDocument(events[0]).call));
		expect(calls.map(({name}) => name)).toEqual(['write_stdin', 'spawn_agent', 'wait_agent', undefined]);
		expect(calls[0]?.['input']).toMatchObject({session_id: 4711, chars: ''});
		expect(server.served().map(({step}) => step)).toEqual([1, 1, 2, 2]);
	});

	it('writes JavaScript for the code mode of Codex', async () => {
		const client = CLIENTS['openai-responses'];
		const server = await start({script: [{write: {path: 'a.txt', content: 'one\n'}}, {shell: 'ls'}]});
		const tools = [{type: 'custom', name: 'exec', description: 'Run JavaScript code.'}];
		const {whole} = talkTo(server, client);

		const answers = [await whole(talkAfter(client), tools), await whole(talkAfter(client, 'exec'), tools)];
		expect(answers.map(({events}) => client.readDocument(events[0]).call)).toEqual([
			{name: 'exec', input: expect.stringContaining('await tools.apply_patch("*** Begin Patch\\n*** Add File: a.txt')},
			{name: 'exec', input: expect.stringContaining('await tools.exec_command({"cmd":"ls"')},
		]);
	});

	it('ends a sub-agent of Gemini CLI with the tool for it', async () => {
		const client = CLIENTS.gemini;
		const server = await start({script: [{subAgent: [{say: 'The sub-agent is done.'}]}]});
		const result = {type: 'object', properties: {response: {type: 'string'}}};
		const complete = {name: 'complete_task', parametersJsonSchema: {properties: {result}, required: ['result']}};
		const tools = [{functionDeclarations: [{name: 'write_file'}, complete]}];

		const {events} = await talkTo(server, client).whole([client.opening('This is the scripted task main/0: do it and report.')], tools);
		expect(client.readDocument(events[0]).call).toEqual({name: 'complete_task', input: {result: {response: 'The sub-agent is done.'}}});
	});

	it('fills in the tools of an engine that names its arguments plainly', async () => {
		const client = CLIENTS['anthropic-messages'];
		const server = await start({script: EDITED});
		const toTool = (name: string, ...names: readonly string[]): object => ({
			name,
			input_schema: {properties: Object.fromEntries(names.map(key => [key, {type: 'string'}])), required: names},
		});
		const tools = [
			toTool('write', 'path', 'content'),
			toTool('edit', 'path', 'old_text', 'new_text'),
			toTool('shell', 'command'),
			toTool('read', 'path'),
		];
		const {whole} = talkTo(server, client);

		const answers = [
			await whole(talkAfter(client), tools),
			await whole(talkAfter(client, 'write'), tools),
			await whole(talkAfter(client, 'write', 'edit'), tools),
		];
		expect(answers.map(({events}) => client.readDocument(events[0]).call)).toEqual([
			{name: 'write', input: {path: 'a.txt', content: 'one\ntwo\n'}},
			{name: 'edit', input: {path: 'a.txt', old_text: 'tw', new_text: 'TW'}},
			{name: 'shell', input: {command: 'ls'}},
		]);
	});

	it('tells no usage in a stream of Chat Completions that did not ask for it', async () => {
		const client = CLIENTS['openai-chat'];
		const server = await start({script: EDITED});
		const body = {...client.toBody(talkAfter(client), client.tools, true), stream_options: undefined};

		const {events} = await ask(server.url + client.path, body);
		expect(events.filter(event => 'usage' in toObject(event))).toEqual([]);
	});

	it('takes only its token, in whichever header a provider wants it', async () => {
		const server = await start({script: EDITED, token: 'secret'});
		const client = CLIENTS['anthropic-messages'];
		const body = client.toBody(talkAfter(client), client.tools, true);
		const headers = [{}, {'x-api-key': 'wrong'}, {'x-api-key': 'secret'}, {authorization: 'Bearer secret'}, {'x-goog-api-key': 'secret'}];

		const replies = await Promise.all(headers.map(header => ask(server.url + client.path, body, header)));
		const byQuery = await ask(`${server.url}/v1beta/models/m:generateContent?key=secret`, {});

		expect([...replies, byQuery].map(({status}) => status)).toEqual([401, 401, 200, 200, 200, 200]);
		expect(server.others().map(({status}) => status)).toEqual([401, 401]);
		expect(server.served().at(-1)?.path).toBe('/v1beta/models/m:generateContent?key=…');
	});

	it('answers what engines ask besides, and remembers what it does not know', async () => {
		const server = await start({script: EDITED});

		const statuses = [
			(await ask(`${server.url}/v1/messages/count_tokens`, {})).status,
			(await ask(`${server.url}/v1beta/models/gemini-2.5-pro:countTokens`, {})).status,
			(await fetch(`${server.url}/v1/models`)).status,
			(await fetch(`${server.url}/api/unheard-of?x=1`)).status,
		];

		expect(statuses).toEqual([200, 200, 200, 404]);
		expect(server.others().at(-1)).toEqual({method: 'GET', path: '/api/unheard-of?x=1', status: 404});
		expect(server.served()).toEqual([]);
	});
});
