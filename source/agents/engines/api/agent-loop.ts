import type {Clock} from '../../../domain/clock.ts';
import type {AgentEvent} from './agent-event.ts';
import type {Answer, CallResult, Conversation, ModelFailure, RequestedCall, ResponseInfo} from './conversation.ts';
import type {ModelName} from './model-settings.ts';
import {toBilledProvider} from './response-info.ts';
import {countFailure, findRetryDelay, type Tries} from './retry.ts';

export type ToolResult = Pick<CallResult, 'isError' | 'text'>;

export type AgentOptions = {
	readonly name: ModelName;
	readonly conversation: Conversation;
	/** Runs one call; never rejects for what a tool met. */
	readonly runTool: (call: RequestedCall & {readonly callId: string}) => Promise<ToolResult>;
	readonly emit: (event: AgentEvent) => void;
	readonly clock: Pick<Clock, 'sleep' | 'now'>;
	/** Aborted when the agent is to stop where it is. */
	readonly signal: AbortSignal;
};

export const MAX_TURNS = 100;

/**
 * Lets a model work until it answers without a tool call: one request for each answer, its calls one after the other, their results
 * with the next request.
 *
 * @returns true when it came to a result without an error. When it was stopped there is none, and nothing is said.
 */
export const runAgent = async (options: AgentOptions): Promise<boolean> => {
	const {conversation, emit, signal, clock} = options;
	const [toResponseId, toCallId] = [createUniqueIds('response'), createUniqueIds('call')];
	const finish = (result: Extract<AgentEvent, {type: 'result'}>): boolean => {
		if (!signal.aborted) emit(result);
		return !signal.aborted && !result.isError;
	};
	for (let turn = 0; turn < MAX_TURNS; turn += 1) {
		const reply = await askPatiently(options, toResponseId);
		if (signal.aborted || reply.kind === 'failure') return finish(toFailedResult(reply, clock.now()));
		const {answer} = reply;
		if (answer.thought !== '') emit({type: 'thought', text: answer.thought});
		if (answer.text !== '') emit({type: 'text', text: answer.text});
		if (answer.calls.length === 0) return finish(toResult(answer));
		conversation.giveResults(await runCalls(answer.calls, options, toCallId));
		if (signal.aborted) return false;
	}
	return finish({type: 'result', isError: true, reason: `The work was not done after ${MAX_TURNS} answers of the model.`, status: null});
};

type Asked = {readonly kind: 'answer'; readonly answer: Answer} | {readonly kind: 'failure'; readonly failure: ModelFailure};

/** Asks for one answer, and again after what may pass; tells the usage of all that came, also of an answer that broke off. */
const askPatiently = async ({conversation, name, emit, clock, signal}: AgentOptions, toResponseId: UniqueIds): Promise<Asked> => {
	for (let tries: Tries = {failed: 0, broken: 0}; ; ) {
		const reply = await conversation.ask(signal);
		if (reply.response !== null) emit(toUsageEvent(name, toResponseId(reply.response.id), reply.response));
		if (reply.kind === 'answer') return reply;
		const delayMs = signal.aborted ? undefined : findRetryDelay(reply.failure, tries);
		if (delayMs === undefined) return reply;
		tries = countFailure(tries, reply.failure);
		emit({type: 'note', text: `${formatFailure(reply.failure)} Trying again in ${delayMs / 1000} s.`});
		await clock.sleep(delayMs, signal);
	}
};

const runCalls = async (
	calls: readonly RequestedCall[],
	{runTool, emit, signal}: AgentOptions,
	toCallId: UniqueIds,
): Promise<readonly CallResult[]> => {
	const results: CallResult[] = [];
	for (const call of calls) {
		if (signal.aborted) break;
		const callId = toCallId(call.id);
		emit({type: 'tool-call', callId, tool: call.tool, input: call.input ?? {}});
		const {isError, text} = await runTool({...call, callId});
		emit({type: 'tool-result', callId, isError, text});
		results.push({call, isError, text});
	}
	return results;
};

const BAD_ENDINGS: Readonly<Record<Exclude<Answer['ending'], 'whole'>, string>> = {
	'too-long': 'The answer of the model was cut at the most that it may write.',
	refused: 'The provider held the answer of the model back.',
	failed: 'The model ended its answer with an error.',
};

const toResult = ({text, ending}: Answer): Extract<AgentEvent, {type: 'result'}> =>
	ending === 'whole' ? {type: 'result', isError: false, text} : {type: 'result', isError: true, reason: BAD_ENDINGS[ending], status: null};

const toFailedResult = (asked: Asked, now: number): Extract<AgentEvent, {type: 'result'}> => {
	if (asked.kind !== 'failure') return {type: 'result', isError: true, reason: 'It was stopped.', status: null};
	const {status, retryAfterMs} = asked.failure;
	const wait = retryAfterMs === null ? {} : {resetsAt: now + retryAfterMs};
	return {type: 'result', isError: true, reason: formatFailure(asked.failure), status, ...wait};
};

const formatFailure = ({stage, status, reason}: ModelFailure): string => {
	const words = reason.replace(/(?<![\s.])[\s.]+$/, '');
	switch (stage) {
		case 'refused':
			return `The model call failed (${status ?? 'no status'}): ${words}.`;
		case 'unreached':
			return `The model could not be reached over the network: ${words}.`;
		case 'broken':
			return `The network connection broke off in the middle of an answer: ${words}.`;
	}
};

const toUsageEvent = (name: ModelName, responseId: string, {model, tier, usage}: ResponseInfo): AgentEvent => {
	if (usage.kind === 'unknown') return {type: 'usage-unknown', responseId, reason: usage.reason};
	// A server of one's own may call its model by the path of a file; prices are looked up by the name in the workflow.
	const billed = name.provider === 'compatible' ? name.model : (model ?? name.model);
	return {type: 'usage', responseId, provider: toBilledProvider(name.provider), model: billed, tier, tokens: usage.tokens};
};

type UniqueIds = (id: string | undefined) => string;

/** Makes ids unique within this session: some servers give none, or always the same. */
const createUniqueIds = (kind: string): UniqueIds => {
	const seen = new Set<string>();
	return id => {
		const base = id || kind;
		let unique = base;
		for (let count = 2; seen.has(unique); count += 1) unique = `${base}#${count}`;
		seen.add(unique);
		return unique;
	};
};
