import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {addTokens, NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {anthropicMessages} from './anthropic-messages.ts';
import type {ModelRequest} from './conversation.ts';
import {countSide, countTurn} from './counts.ts';
import {gemini} from './gemini.ts';
import {type Json, parseJson} from './json.ts';
import {openAiChat} from './openai-chat.ts';
import {openAiResponses} from './openai-responses.ts';
import {type AgentKind, planTurn, type Turn} from './plan-turn.ts';
import type {Answer, Protocol} from './protocol.ts';
import {type ConversationName, type DisruptionStep, type Script, timesOf} from './script.ts';

/** One request for an answer of the model, and what it got. */
export type ServedRequest = {
	/** With the query, without a key in it. */
	readonly path: string;
	readonly protocol: Protocol['name'];
	/** As rad's price table spells it. */
	readonly provider: Protocol['provider'];
	readonly model: string;
	readonly kind: AgentKind;
	/** `main`, `side`, or the place of the step that started a sub-agent, as in `main/2`. */
	readonly conversation: ConversationName;
	/** Place in the conversation's script; its length when all steps are done. */
	readonly step: number;
	readonly outcome: 'answered' | 'failed' | 'cut';
	readonly status: number;
	readonly isStreaming: boolean;
	/** The tool that the answer called. */
	readonly tool: string | undefined;
	/** The usage object as it was written; undefined when the request failed. Of a cut answer only a part reached the engine. */
	readonly wire: Json | undefined;
	/** What `wire` tells, in rad's buckets; none when the request failed. */
	readonly tokens: Tokens;
};

/** A request for something else: counts of tokens, lists of models, or a path that this server does not know (404). */
export type OtherRequest = {readonly method: string; readonly path: string; readonly status: number};

export type ModelServer = {
	/** `http://127.0.0.1:<port>`, without a path. */
	readonly url: string;
	/** In the order in which the requests came. */
	readonly served: () => readonly ServedRequest[];
	readonly others: () => readonly OtherRequest[];
	/** What was answered to the end, all in all or for some kinds of agents; failed and cut requests do not count. */
	readonly total: (kinds?: readonly AgentKind[]) => Tokens;
	/** Drops the connections that are open. */
	readonly close: () => Promise<void>;
};

export type ModelServerOptions = {
	readonly script: Script;
	/** The only key that is accepted, in whichever header; any, or none, when left out. */
	readonly token?: string;
};

/**
 * Starts a model that follows a script, on a free port of the loopback.
 *
 * Which step a request is at is read from the request itself, so that engines may repeat requests or resume conversations as they like; only
 * how often a disruption happened is counted here, for all conversations of a name together.
 */
export const startModelServer = async (options: ModelServerOptions): Promise<ModelServer> => {
	const ledger = createLedger();
	const server = createServer((request, response) => {
		// A client that goes away in the middle is no failure of the server.
		response.on('error', () => {});
		handle(request, response, options, ledger).catch(error => {
			ledger.others.push({method: request.method ?? '', path: request.url ?? '', status: 500});
			send(response, 500, {error: {message: String(error)}});
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		served: () => [...ledger.served],
		others: () => [...ledger.others],
		total: kinds => sum(ledger.served.filter(({outcome, kind}) => outcome === 'answered' && (kinds?.includes(kind) ?? true))),
		close: () => close(server),
	};
};

/** What the server has to remember. */
type Ledger = {
	readonly served: ServedRequest[];
	readonly others: OtherRequest[];
	/** By the conversation's name: 0 for the main one and the side requests, then upwards in the order of first sight; and how many answers it got. */
	readonly conversations: Map<ConversationName, {readonly place: number; readonly answers: number}>;
	/** By conversation and step: how often it happened. */
	readonly disruptions: Map<string, number>;
};

// Long enough for the engine to read the half that came: when the end comes with it, some take the answer for one that never began.
const CUT_AFTER_MS = 50;

const PROTOCOLS: readonly Protocol[] = [anthropicMessages, openAiResponses, openAiChat, gemini];

const createLedger = (): Ledger => ({
	served: [],
	others: [],
	conversations: new Map(['main', 'side'].map(name => [name, {place: 0, answers: 0}])),
	disruptions: new Map(),
});

const handle = async (request: IncomingMessage, response: ServerResponse, {script, token}: ModelServerOptions, ledger: Ledger): Promise<void> => {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	const body = parseJson(await readBody(request));
	const path = url.pathname + url.search.replace(/\bkey=[^&]*/, 'key=…');
	const isAllowed = token === undefined || readKeys(request, url).includes(token);
	const {protocol, asked} = (request.method === 'POST' ? findProtocol(url.pathname, body) : undefined) ?? {};
	if (protocol !== undefined && asked !== undefined && isAllowed) {
		serve(response, {protocol, asked, path, turn: planTurn(script, asked)}, ledger);
		return;
	}
	const [status, document] = isAllowed ? answerOther(url.pathname) : [401, (protocol ?? openAiChat).toError(401, 'The key is not valid.', undefined)];
	ledger.others.push({method: request.method ?? '', path, status});
	send(response, status, document);
};

const findProtocol = (path: string, body: Json): {readonly protocol: Protocol; readonly asked: ModelRequest} | undefined => {
	for (const protocol of PROTOCOLS) {
		const asked = protocol.readRequest(path, body);
		if (asked !== undefined) return {protocol, asked};
	}
	return undefined;
};

type Exchange = {readonly protocol: Protocol; readonly asked: ModelRequest; readonly path: string; readonly turn: Turn};

const serve = (response: ServerResponse, exchange: Exchange, ledger: Ledger): void => {
	const {protocol, asked, turn} = exchange;
	const disruption = takeDisruption(turn, ledger);
	const failure = toFailure(disruption, turn);
	if (failure !== undefined) {
		record(exchange, ledger, {outcome: 'failed', status: failure.status});
		const after = failure.retryAfterSeconds;
		const headers = after === undefined ? {} : {'retry-after': String(after)};
		send(response, failure.status, protocol.toError(failure.status, failure.message, after), headers);
		return;
	}
	const answer = toAnswer(turn, ledger);
	const isCut = disruption !== undefined;
	record(exchange, ledger, {outcome: isCut ? 'cut' : 'answered', status: 200}, answer);
	const frames = asked.isStreaming ? protocol.toFrames(answer, asked) : toHalves(JSON.stringify(protocol.toDocument(answer, asked)));
	response.writeHead(200, {'content-type': asked.isStreaming ? 'text/event-stream; charset=utf-8' : 'application/json', 'cache-control': 'no-cache'});
	if (isCut) response.write(frames.slice(0, Math.floor(frames.length / 2)).join(''), () => setTimeout(() => response.destroy(), CUT_AFTER_MS));
	else response.end(frames.join(''));
};

/** The next disruption that has not yet happened often enough; counts it. */
const takeDisruption = ({conversation, disruptions}: Turn, ledger: Ledger): DisruptionStep | undefined => {
	for (const {index, step} of disruptions) {
		const key = `${conversation}/${index}`;
		const happened = ledger.disruptions.get(key) ?? 0;
		if (happened >= timesOf(step)) continue;
		ledger.disruptions.set(key, happened + 1);
		return step;
	}
	return undefined;
};

type Failure = {readonly status: number; readonly message: string; readonly retryAfterSeconds?: number};

const toFailure = (disruption: DisruptionStep | undefined, {problem}: Turn): Failure | undefined => {
	if (disruption !== undefined && 'fail' in disruption) return {message: 'The script wants this to fail.', ...disruption.fail};
	return disruption === undefined && problem !== undefined ? {status: 400, message: problem} : undefined;
};

const toAnswer = ({kind, conversation, text, call}: Turn, ledger: Ledger): Answer => {
	const known = ledger.conversations.get(conversation) ?? {place: ledger.conversations.size - 1, answers: 0};
	const counts = kind === 'side' ? countSide(known.answers) : countTurn(known.place, known.answers);
	ledger.conversations.set(conversation, {...known, answers: known.answers + 1});
	return {text, counts, thought: counts.reasoning === 0 ? '' : 'The script tells what comes next.', ...(call === undefined ? {} : {call})};
};

const record = (
	{protocol, asked, path, turn}: Exchange,
	ledger: Ledger,
	ending: Pick<ServedRequest, 'outcome' | 'status'>,
	answer: Answer | undefined = undefined,
): void => {
	ledger.served.push({
		path,
		protocol: protocol.name,
		provider: protocol.provider,
		model: asked.model,
		kind: turn.kind,
		conversation: turn.conversation,
		step: turn.step,
		...ending,
		isStreaming: asked.isStreaming,
		tool: answer?.call?.name,
		wire: answer === undefined ? undefined : protocol.toWire(answer.counts),
		tokens: answer === undefined ? NO_TOKENS : protocol.toTokens(answer.counts),
	});
};

const answerOther = (path: string): readonly [status: number, document: Json] => {
	if (path.endsWith('/count_tokens')) return [200, {input_tokens: 1234}];
	if (path.endsWith(':countTokens')) return [200, {totalTokens: 1234}];
	if (path.endsWith('/models')) return [200, {object: 'list', data: [], models: [], has_more: false}];
	return [404, {error: {message: 'The scripted model server knows no such path.', code: 404, status: 'NOT_FOUND'}}];
};

const readKeys = ({headers}: IncomingMessage, url: URL): readonly unknown[] => [
	headers['x-api-key'],
	headers['x-goog-api-key'],
	headers.authorization?.replace(/^Bearer /i, ''),
	url.searchParams.get('key'),
];

const readBody = async (request: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, status: number, document: Json, headers: Readonly<Record<string, string>> = {}): void => {
	if (response.headersSent) return;
	response.writeHead(status, {'content-type': 'application/json', ...headers});
	response.end(JSON.stringify(document));
};

const toHalves = (text: string): readonly string[] => [text.slice(0, text.length / 2), text.slice(text.length / 2)];

const sum = (requests: readonly ServedRequest[]): Tokens => requests.reduce((total, {tokens}) => addTokens(total, tokens), NO_TOKENS);

const close = async (server: Server): Promise<void> => {
	const closed = new Promise<void>(resolve => server.close(() => resolve()));
	server.closeAllConnections();
	await closed;
};
