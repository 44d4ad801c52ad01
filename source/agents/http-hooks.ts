import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {parseHookCall, UNREAD_CALL} from './hook-call.ts';
import type {HookAnswer, Hooks} from './hooks-port.ts';

// The agents send what is to be written, too.
const MAX_BODY_BYTES = 16 * 1024 * 1024;

type Options = {
	/** Makes a secret that fits into a URL. */
	readonly createToken: () => string;
};

/**
 * Hooks over HTTP on the loopback address, one port for each agent: what the hooks of the coding agents can call. Other users of the
 * machine can reach the port and cannot guess the path.
 */
export const createHttpHooks = ({createToken}: Options): Hooks => ({
	open: async onWrite => {
		const path = `/${createToken()}`;
		const server = createServer((request, response) => {
			void answer(request, path, onWrite)
				.catch((error: unknown): Answer => ({status: 503, text: toReason(error)}))
				.then(({status, text}) => send(response, status, text));
		});
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(0, '127.0.0.1', resolve);
		});
		// A run that is over must not be held up by a forgotten address.
		server.unref();
		return {
			url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
			close: () =>
				new Promise(resolve => {
					server.close(() => resolve());
					server.closeIdleConnections();
				}),
		};
	},
});

type Answer = {readonly status: number; readonly text: string};

const send = (response: ServerResponse, status: number, text: string): void => {
	const type = text.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8';
	response.writeHead(status, {'content-type': type, connection: 'close'}).end(text);
};

const answer = async (request: IncomingMessage, path: string, onWrite: Parameters<Hooks['open']>[0]): Promise<Answer> => {
	if (request.method !== 'POST' || request.url !== path) return {status: 404, text: 'unknown'};
	const body = await readBody(request);
	const call = body === undefined ? UNREAD_CALL : parseHookCall(body);
	if (call === undefined) return {status: 400, text: 'not a write'};
	const verdict = await onWrite(call.write).catch((error: unknown): HookAnswer => ({isAllowed: false, reason: toReason(error)}));
	return call.isOwn ? toOwnAnswer(verdict) : toEngineAnswer(verdict);
};

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const toOwnAnswer = (verdict: HookAnswer): Answer => (verdict.isAllowed ? {status: 204, text: ''} : {status: 503, text: verdict.reason});

// Any other status is a fault of the hook for them, after which they write all the same.
const toEngineAnswer = (verdict: HookAnswer): Answer => ({
	status: 200,
	text: verdict.isAllowed ? '{}' : JSON.stringify({hookSpecificOutput: toDenial(verdict.reason)}),
});

const toDenial = (reason: string) => ({
	hookEventName: 'PreToolUse',
	permissionDecision: 'deny',
	permissionDecisionReason: `rad: the write was not made, since ${reason}`,
});

/** Undefined when it is too large to be kept. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
	const chunks: Buffer[] = [];
	let sizeBytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		sizeBytes += chunk.length;
		if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
	}
	return sizeBytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
};
