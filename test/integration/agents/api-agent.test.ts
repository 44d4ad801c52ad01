import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {afterEach, describe, expect, it} from 'vitest';
import type {AgentFact} from '../../../source/agents/engine.ts';
import {createApiEngine} from '../../../source/agents/engines/api/api-engine.ts';
import {createHttpHooks} from '../../../source/agents/http-hooks.ts';
import {findRestoreRequest} from '../../../source/agents/restore-request.ts';
import type {Permissions} from '../../../source/domain/records.ts';
import {addTokens, NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {anEngineCall} from '../../support/builders.ts';
import {pick} from '../../support/facts.ts';
import {type ModelServer, type ModelServerOptions, startModelServer} from '../../support/model-server/model-server.ts';
import {createScratch, PROGRAMS, until} from '../../support/scratch.ts';

const newFolder = createScratch();
const engine = createApiEngine({nodePath: process.execPath, agentFile: path.join(PROGRAMS, 'api-agent.js')});

const servers: ModelServer[] = [];
const serve = async (options: ModelServerOptions): Promise<ModelServer> => {
	const server = await startModelServer(options);
	servers.push(server);
	return server;
};
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const KEY = 'the-key';

/** Each provider's own variables, and no other. */
const toEnvironment = (model: string, url: string, key: string): Readonly<Record<string, string>> => {
	const provider = model.split('/')[0] ?? '';
	if (provider === 'anthropic') return {ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key};
	if (provider === 'google') return {GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key};
	if (provider === 'compatible') return {OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`, OPENAI_COMPATIBLE_API_KEY: key};
	return {OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key};
};

type Start = {
	readonly model: string;
	readonly url: string;
	readonly key?: string;
	readonly permissions?: Permissions;
	readonly hookUrl?: string | null;
	readonly environment?: Readonly<Record<string, string>>;
};

/** Starts the built program as the engine's launch says. */
const start = ({model, url, key = KEY, permissions = 'full', hookUrl = null, environment}: Start) => {
	const root = newFolder();
	const launch = engine.toLaunch(anEngineCall({prompt: 'Do it.', model, permissions, workspaceRoot: root, hookUrl}));
	const env = {PATH: process.env['PATH'], ...(environment ?? toEnvironment(model, url, key)), ...launch.env};
	const child = spawn(launch.file, launch.args, {cwd: root, env, stdio: ['pipe', 'pipe', 'pipe']});
	child.stdin.end(launch.stdin);
	const reader = engine.openReader({since: 0});
	const facts: AgentFact[] = [];
	for (const [stream, name] of [
		[child.stdout, 'out'],
		[child.stderr, 'err'],
	] as const) {
		createInterface({input: stream}).on('line', line => void facts.push(...reader.readLine(line, name)));
	}
	return {root, child, facts, exit: waitForExit(child)};
};

/** Dead ones wait in the table of processes until somebody collects them. */
const isRunning = (pid: string): boolean => existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

const waitForExit = (child: ChildProcess): Promise<number | null> => new Promise(resolve => child.once('close', resolve));

const run = async (options: Start) => {
	const {root, facts, exit} = start(options);
	return {root, facts, exitCode: await exit};
};

const verdictOf = (facts: readonly AgentFact[]) => pick(facts, 'verdict').at(-1);
const notesOf = (facts: readonly AgentFact[]): readonly string[] => pick(facts, 'log').flatMap(({kind, text}) => (kind === 'err' ? [text] : []));
const sumUsage = (facts: readonly AgentFact[]): Tokens => pick(facts, 'usage').reduce((sum, {tokens}) => addTokens(sum, tokens), NO_TOKENS);

const MODELS = [
	['anthropic/claude-sonnet-4-5', 'anthropic-messages'],
	['openai/gpt-5.1', 'openai-responses'],
	['openai-chat/gpt-4.1', 'openai-chat'],
	['google/gemini-2.5-pro', 'gemini'],
	['compatible/local/qwen3', 'openai-chat'],
] as const;

describe.each(MODELS)('the built agent with %s', (model, protocol) => {
	it('works, tells the usage exactly, and ends with the request for a restore that the model made', async () => {
		const script = [
			{write: {path: 'src/a.txt', content: 'one\n'}},
			{edit: {path: 'src/a.txt', from: 'one', to: 'two'}},
			{read: 'src/a.txt'},
			{shell: 'cat src/a.txt; env | grep -c KEY'},
			{say: 'It cannot be done.\n\n/restore'},
		];
		const server = await serve({script, token: KEY});
		const {root, facts, exitCode} = await run({model, url: server.url});

		expect(exitCode).toBe(0);
		expect(readFileSync(path.join(root, 'src/a.txt'), 'utf8')).toBe('two\n');
		expect(server.served().map(request => [request.protocol, request.outcome, request.isStreaming])).toEqual(
			Array(5).fill([protocol, 'answered', true]),
		);
		expect(server.others()).toEqual([]);
		expect(pick(facts, 'usage').map(({tokens}) => tokens)).toEqual(server.served().map(({tokens}) => tokens));
		expect(sumUsage(facts)).toEqual(server.total());
		expect(new Set(pick(facts, 'usage').map(fact => `${fact.provider}/${fact.model}`))).toEqual(new Set([model.replace('openai-chat', 'openai')]));
		expect(pick(facts, 'tool-call').map(({tool, writes}) => [tool, writes])).toEqual([
			['write', ['src/a.txt']],
			['edit', ['src/a.txt']],
			['read', []],
			['shell', []],
		]);
		// grep found no variable with a key, and ends with 1 then.
		expect(pick(facts, 'tool-result').map(({isError}) => isError)).toEqual([false, false, false, true]);
		expect(pick(facts, 'unreadable')).toEqual([]);
		expect(pick(facts, 'session')).toEqual([
			{type: 'session', sessionId: expect.stringMatching(/^[\da-f-]{36}$/), model: model.replace(/^[^/]+\//, ''), version: null},
		]);
		expect(findRestoreRequest(pick(facts, 'final-message')[0]?.text ?? '')).toEqual({checkpoint: null});
		expect(verdictOf(facts)).toEqual({type: 'verdict', isError: false, reason: null, cause: null});
	});

	it('waits as long as a 429 asks it to', async () => {
		const server = await serve({script: [{fail: {status: 429, retryAfterSeconds: 2}}, {say: 'Done.'}]});
		const begin = performance.now();
		const {facts, exitCode} = await run({model, url: server.url});

		expect(performance.now() - begin).toBeGreaterThanOrEqual(2000);
		expect(exitCode).toBe(0);
		expect(notesOf(facts)).toEqual(['The model call failed (429): The script wants this to fail. Trying again in 2 s.']);
		expect(sumUsage(facts)).toEqual(server.total());
	});

	it('fails at once, and says why, when the key is not accepted', async () => {
		const server = await serve({script: [{say: 'Done.'}], token: 'another'});
		const {facts, exitCode} = await run({model, url: server.url});

		expect(exitCode).toBe(1);
		expect(server.served()).toEqual([]);
		expect(server.others()).toHaveLength(1);
		expect(verdictOf(facts)).toEqual({
			type: 'verdict',
			isError: true,
			reason: 'The model call failed (401): The key is not valid.',
			cause: 'authentication',
		});
		expect(pick(facts, 'usage')).toEqual([]);
	});

	it('asks again when an answer is cut in the middle, and does nothing twice', async () => {
		const server = await serve({script: [{cut: true}, {shell: 'echo x >>a'}, {say: 'Done.'}]});
		const {root, facts, exitCode} = await run({model, url: server.url});
		const [cut, ...answered] = server.served();

		expect(exitCode).toBe(0);
		expect(readFileSync(path.join(root, 'a'), 'utf8')).toBe('x\n');
		expect(cut?.outcome).toBe('cut');
		expect(notesOf(facts)).toEqual([
			expect.stringMatching(/^The network connection broke off in the middle of an answer: .+\. Trying again in 1 s\.$/),
		]);
		// What was used of the cut answer is told as far as the provider told it, and else as not known.
		expect(pick(facts, 'usage').length + pick(facts, 'unreadable').length).toBe(3);
		expect(
			pick(facts, 'usage')
				.slice(-2)
				.map(({tokens}) => tokens),
		).toEqual(answered.map(({tokens}) => tokens));
	});

	it('fails with the cause when an answer is cut each time', async () => {
		const server = await serve({script: [{cut: {times: 9}}, {write: {path: 'a', content: 'x'}}, {say: 'Done.'}]});
		const {root, facts, exitCode} = await run({model, url: server.url});

		expect(exitCode).toBe(1);
		expect(server.served()).toHaveLength(2);
		expect(verdictOf(facts)).toMatchObject({isError: true, cause: 'network'});
		expect(existsSync(path.join(root, 'a'))).toBe(false);
	});

	it('gives errors of tools back to the model, and refuses to write outside of the workspace', async () => {
		const script = [
			{edit: {path: 'none.txt', from: 'a', to: 'b'}},
			{write: {path: '../outside.txt', content: 'x'}},
			{write: {path: 'inside.txt', content: 'x'}},
			{say: 'Done.'},
		];
		const server = await serve({script});
		const {root, facts, exitCode} = await run({model, url: server.url});

		expect(exitCode).toBe(0);
		expect(pick(facts, 'tool-result').map(({isError}) => isError)).toEqual([true, true, false]);
		expect(existsSync(path.join(root, '../outside.txt'))).toBe(false);
		expect(readFileSync(path.join(root, 'inside.txt'), 'utf8')).toBe('x');
		expect(server.served().map(({outcome}) => outcome)).toEqual(Array(4).fill('answered'));
	});
});

const MODEL = 'anthropic/claude-sonnet-4-5';

describe('the built agent', () => {
	it('makes no call without a key', async () => {
		const server = await serve({script: [{say: 'Done.'}]});
		const {facts, exitCode} = await run({model: MODEL, url: server.url, environment: {ANTHROPIC_BASE_URL: server.url, OPENAI_API_KEY: KEY}});

		expect(exitCode).toBe(1);
		expect([...server.served(), ...server.others()]).toEqual([]);
		expect(verdictOf(facts)).toEqual({
			type: 'verdict',
			isError: true,
			reason: 'There is no API key for anthropic: set ANTHROPIC_API_KEY.',
			cause: 'authentication',
		});
	});

	it('needs no key for a compatible server', async () => {
		const server = await serve({script: [{say: 'Done.'}]});
		const {exitCode} = await run({model: 'compatible/m', url: server.url, environment: {OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`}});

		expect(exitCode).toBe(0);
	});

	it('follows no redirect, since that would hand its key to somebody else', async () => {
		const other = await serve({script: [{say: 'Done.'}]});
		const redirecting = createServer((_, response) => response.writeHead(307, {location: `${other.url}/v1/messages`}).end());
		await new Promise<void>(resolve => redirecting.listen(0, '127.0.0.1', resolve));
		const address = redirecting.address();
		const port = typeof address === 'object' ? address?.port : undefined;
		const {child, facts, exit} = start({model: MODEL, url: `http://127.0.0.1:${port}`});
		await until(() => notesOf(facts).length > 0);

		child.kill('SIGTERM');

		expect(await exit).toBe(143);
		redirecting.close();
		expect([...other.served(), ...other.others()]).toEqual([]);
	});

	it('has no tools but those of its permissions', async () => {
		const server = await serve({script: [{shell: 'touch a'}, {say: 'Done.'}]});
		const {facts} = await run({model: MODEL, url: server.url, permissions: 'edit'});

		// The scripted model cannot go on without the tool.
		expect(verdictOf(facts)?.reason).toContain('No tool for {"shell":"touch a"} among: read, list, search, write, edit.');
	});

	it('asks before each write and each command, and does neither when the answer is no', async () => {
		const asked: unknown[] = [];
		const address = await createHttpHooks({createToken: () => 'secret'}).open(async write => {
			asked.push(write);
			return asked.length === 1 ? {isAllowed: true} : {isAllowed: false, reason: 'the disk is full'};
		});
		const script = [
			{write: {path: 'a', content: '1'}},
			{edit: {path: 'a', from: '1', to: '2'}},
			{shell: 'echo 3 >a; echo $RAD_HOOK_URL >b'},
			{say: 'Done.'},
		];
		const server = await serve({script});
		const {root, facts, exitCode} = await run({model: MODEL, url: server.url, hookUrl: address.url});
		await address.close();

		expect(exitCode).toBe(0);
		expect(asked).toEqual([
			{callId: pick(facts, 'tool-call')[0]?.callId, tool: 'write', files: ['a']},
			{callId: pick(facts, 'tool-call')[1]?.callId, tool: 'edit', files: ['a']},
			{callId: pick(facts, 'tool-call')[2]?.callId, tool: 'shell', files: []},
		]);
		expect(readFileSync(path.join(root, 'a'), 'utf8')).toBe('1');
		expect(existsSync(path.join(root, 'b'))).toBe(false);
		expect(pick(facts, 'tool-result').map(({isError}) => isError)).toEqual([false, true, true]);
	});

	it('says why when nobody is there, and tries again', async () => {
		const server = await startModelServer({script: []});
		await server.close();
		const {child, facts, exit} = start({model: MODEL, url: server.url});
		await until(() => notesOf(facts).length > 0);

		child.kill('SIGTERM');

		expect(await exit).toBe(143);
		expect(notesOf(facts)[0]).toMatch(/^The model could not be reached over the network: .*ECONNREFUSED.* Trying again in 1 s\.$/);
	});

	it.each([
		['SIGTERM', 143],
		['SIGINT', 130],
	] as const)('leaves nothing running after %s during a command', async (signal, exitCode) => {
		const server = await serve({script: [{shell: 'sleep 60 & echo $! $$ >pids; wait'}, {say: 'Done.'}]});
		const {root, child, facts, exit} = start({model: MODEL, url: server.url});
		const file = path.join(root, 'pids');
		await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
		const pids = readFileSync(file, 'utf8').trim().split(' ');

		child.kill(signal);

		expect(await exit).toBe(exitCode);
		expect(pids.filter(isRunning)).toEqual([]);
		expect(pick(facts, 'verdict')).toEqual([]);
		expect(server.served()).toHaveLength(1);
	});

	it('stops while it waits for another try', async () => {
		const server = await serve({script: [{fail: {status: 529, times: 9, retryAfterSeconds: 60}}, {say: 'Done.'}]});
		const {child, facts, exit} = start({model: MODEL, url: server.url});
		await until(() => notesOf(facts).length > 0);

		child.kill('SIGTERM');

		expect(await exit).toBe(143);
	});
});
