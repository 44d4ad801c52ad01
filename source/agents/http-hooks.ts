import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {parseObject, toList, toText} from './foreign.ts';
import type {Hooks, PendingWrite} from './hooks-port.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_FILES = 1000;

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
				.catch((error: unknown): Answer => ({status: 503, text: error instanceof Error ? error.message : String(error)}))
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
	response.writeHead(status, {'content-type': 'text/plain; charset=utf-8', connection: 'close'}).end(text);
};

const answer = async (request: IncomingMessage, path: string, onWrite: Parameters<Hooks['open']>[0]): Promise<Answer> => {
	if (request.method !== 'POST' || request.url !== path) return {status: 404, text: 'unknown'};
	const write = toWrite(await readBody(request));
	if (write === undefined) return {status: 400, text: 'not a write'};
	const verdict = await onWrite(write);
	return verdict.isAllowed ? {status: 204, text: ''} : {status: 503, text: verdict.reason};
};

const readBody = async (request: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	let sizeBytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		sizeBytes += chunk.length;
		if (sizeBytes > MAX_BODY_BYTES) return '';
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
};

const toWrite = (body: string): PendingWrite | undefined => {
	const value = parseObject(body);
	const files = toList(value?.['files']);
	if (value === undefined || toText(value['callId']) === '' || files.length > MAX_FILES || files.some(file => typeof file !== 'string'))
		return undefined;
	return {callId: toText(value['callId']), tool: toText(value['tool']), files: files.map(toText)};
};
