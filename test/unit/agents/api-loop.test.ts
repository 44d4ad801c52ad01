import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../../source/agents/engines/api/agent-event.ts';
import {MAX_TURNS, runAgent, type ToolResult} from '../../../source/agents/engines/api/agent-loop.ts';
import type {Answer, CallResult, ModelFailure, Reply, ResponseInfo} from '../../../source/agents/engines/api/conversation.ts';
import type {ApiProvider} from '../../../source/agents/engines/api/model-settings.ts';

const TOKENS = {input: 1, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 1, reasoning: 0};
const RESPONSE: ResponseInfo = {id: 'r', model: 'served', tier: 'flex', usage: {kind: 'known', tokens: TOKENS}};

const answer = (change: Partial<Answer> = {}): Reply => ({
	kind: 'answer',
	answer: {text: '', thought: '', calls: [], ending: 'whole', ...change},
	response: RESPONSE,
});
const calls = (...tools: readonly string[]): Reply => answer({calls: tools.map(tool => ({id: 'same', tool, input: {}}))});
const failure = (change: Partial<ModelFailure> = {}, response: ResponseInfo | null = null): Reply => ({
	kind: 'failure',
	failure: {stage: 'refused', status: 529, reason: 'Overloaded.', retryAfterMs: null, ...change},
	response,
});

type Play = {readonly provider?: ApiProvider; readonly runTool?: (tool: string) => Promise<ToolResult>; readonly signal?: AbortSignal};

/** Runs the loop against a model that gives these replies, the last one for ever. */
const play = async (replies: readonly Reply[], {provider = 'openai', runTool, signal = new AbortController().signal}: Play = {}) => {
	const events: AgentEvent[] = [];
	const slept: number[] = [];
	const given: Array<readonly CallResult[]> = [];
	let asked = 0;
	const isDone = await runAgent({
		name: {provider, model: 'named'},
		conversation: {
			ask: async () => {
				asked += 1;
				const reply = replies[Math.min(asked, replies.length) - 1];
				if (reply === undefined) throw new Error('no reply');
				return reply;
			},
			giveResults: results => void given.push(results),
		},
		runTool: async ({tool}) => runTool?.(tool) ?? {isError: false, text: `${tool} done`},
		emit: event => void events.push(event),
		clock: {sleep: async durationMs => void slept.push(durationMs), now: () => NOW},
		signal,
	});
	return {isDone, events, slept, given, asked: () => asked};
};

const NOW = 1_700_000_000_000;

describe('runAgent', () => {
	it('runs the calls of an answer one after the other, gives back all results, and ends with the text that calls nothing', async () => {
		const {isDone, events, given} = await play([calls('read', 'write'), answer({text: 'Done.'})], {
			runTool: async tool => ({isError: tool === 'write', text: tool}),
		});

		expect(isDone).toBe(true);
		expect(given.map(results => results.map(({isError, text}) => [isError, text]))).toEqual([
			[
				[false, 'read'],
				[true, 'write'],
			],
		]);
		expect(events.map(event => event.type)).toEqual(['usage', 'tool-call', 'tool-result', 'tool-call', 'tool-result', 'usage', 'text', 'result']);
		expect(events.at(-1)).toEqual({type: 'result', isError: false, text: 'Done.'});
	});

	it('keeps ids of calls and responses apart that a server gives twice', async () => {
		const {events} = await play([calls('read', 'read'), answer()]);

		expect(events.flatMap(event => (event.type === 'tool-call' ? [event.callId] : []))).toEqual(['same', 'same#2']);
		expect(events.flatMap(event => (event.type === 'usage' ? [event.responseId] : []))).toEqual(['r', 'r#2']);
	});

	it('bills the model that was served, but one of a server of our own by the name in the workflow', async () => {
		const billed = async (provider: ApiProvider) => (await play([answer()], {provider})).events[0];

		expect(await billed('openai-chat')).toMatchObject({provider: 'openai', model: 'served'});
		expect(await billed('compatible')).toMatchObject({provider: 'compatible', model: 'named'});
	});

	it('tells that usage is not known instead of guessing', async () => {
		const response: ResponseInfo = {id: undefined, model: undefined, tier: null, usage: {kind: 'unknown', reason: 'no chunk had usage'}};
		const {events} = await play([{...answer({text: 'Done.'}), response}]);

		expect(events[0]).toEqual({type: 'usage-unknown', responseId: 'response', reason: 'no chunk had usage'});
	});

	it('tries again as long as it may, says so, and then tells the last reason', async () => {
		const {isDone, events, slept, asked} = await play([failure({retryAfterMs: 2500})]);

		expect([isDone, asked(), slept]).toEqual([false, 5, [2500, 2500, 2500, 2500]]);
		expect(events[0]).toEqual({type: 'note', text: 'The model call failed (529): Overloaded. Trying again in 2.5 s.'});
		expect(events.at(-1)).toEqual({
			type: 'result',
			isError: true,
			reason: 'The model call failed (529): Overloaded.',
			status: 529,
			resetsAt: NOW + 2500,
		});
	});

	it('counts the tries of each question anew', async () => {
		const {isDone, asked} = await play([failure(), failure(), failure(), calls('read'), failure(), failure(), failure(), answer()]);

		expect([isDone, asked()]).toEqual([true, 8]);
	});

	it('asks once more after an answer that broke off, and counts what it used', async () => {
		const broken = failure({stage: 'broken', status: null, reason: 'terminated'}, RESPONSE);
		const {isDone, events, asked} = await play([broken]);

		expect([isDone, asked()]).toEqual([false, 2]);
		expect(events.map(event => event.type)).toEqual(['usage', 'note', 'usage', 'result']);
		expect(events.at(-1)).toMatchObject({reason: 'The network connection broke off in the middle of an answer: terminated.'});
	});

	it('fails at once when the key is not accepted', async () => {
		const {events, asked} = await play([failure({status: 401, reason: 'invalid x-api-key'})]);

		expect(asked()).toBe(1);
		expect(events).toEqual([{type: 'result', isError: true, reason: 'The model call failed (401): invalid x-api-key.', status: 401}]);
	});

	it.each(['too-long', 'refused', 'failed'] as const)('takes an answer that is %s for a failure', async ending => {
		const {isDone, events} = await play([answer({text: 'Half', ending})]);

		expect(isDone).toBe(false);
		expect(events.at(-1)).toMatchObject({type: 'result', isError: true});
	});

	it('ends work that never ends', async () => {
		const {isDone, events, asked} = await play([calls('read')]);

		expect([isDone, asked()]).toEqual([false, MAX_TURNS]);
		expect(events.at(-1)).toMatchObject({reason: 'The work was not done after 100 answers of the model.'});
	});

	it('says no more when it is stopped', async () => {
		const controller = new AbortController();
		const {isDone, events, asked} = await play([calls('shell', 'shell'), answer()], {
			signal: controller.signal,
			runTool: async () => {
				controller.abort();
				return {isError: true, text: 'stopped'};
			},
		});

		expect([isDone, asked()]).toEqual([false, 1]);
		expect(events.map(event => event.type)).toEqual(['usage', 'tool-call', 'tool-result']);
	});
});
