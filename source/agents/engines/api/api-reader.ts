import {toTier} from '../../../telemetry/service-tiers.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, StreamReader} from '../../engine.ts';
import {findCause} from '../../failure-cause.ts';
import {type Foreign, toCount, toForeign, toText} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';
import {readEventLine} from '../json-lines.ts';
import {formatArguments, formatResultLines, formatToolLine, shorten} from '../tool-line.ts';

type Facts = readonly AgentFact[];

/** Reads what the program of the engine `api` prints (see `AgentEvent`). Events of unknown types are passed over. */
export const openApiReader = (): StreamReader => ({
	readLine: (line, stream) => (stream === 'err' ? toLogs('err', line) : readEventLine(line, readEvent)),
	end: () => [],
});

const readEvent = (event: Foreign): Facts => {
	switch (event['type']) {
		case 'session':
			return [{type: 'session', sessionId: toText(event['sessionId']), model: toText(event['model']) || null, version: null}];
		case 'text':
			return toLogs('text', toText(event['text']));
		case 'thought':
			return toLogs('think', shorten(toText(event['text'])));
		case 'note':
			return toLogs('err', shorten(toText(event['text'])));
		case 'usage':
			return readUsage(event);
		case 'usage-unknown':
			return [unreadable(shorten(`The usage of the response ${toText(event['responseId'])} is not known: ${toText(event['reason'])}.`))];
		case 'tool-call':
			return readToolCall(event);
		case 'tool-result':
			return readToolResult(event);
		case 'result':
			return readResult(event);
		default:
			return [];
	}
};

const BUCKETS = defineFields(['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output', 'reasoning'], []);

const readUsage = (event: Foreign): Facts => {
	const [messageId, provider, model] = [toText(event['responseId']), toText(event['provider']), toText(event['model'])];
	const tokens = toBelievable(readTokens(event['tokens'], BUCKETS, counts => counts));
	if (tokens === undefined || messageId === '') return [unreadable('A usage that cannot be true.')];
	const tier = toTier(event['tier']);
	return [{type: 'usage', agent: null, messageId, provider, model, tokens, ...(tier === null ? {} : {tier})}];
};

const WRITERS: ReadonlySet<string> = new Set(['write', 'edit']);

const readToolCall = (event: Foreign): Facts => {
	const [callId, tool, input] = [toText(event['callId']), toText(event['tool']), toForeign(event['input'])];
	if (callId === '' || tool === '') return [unreadable('A tool call without an id or a name.')];
	const path = WRITERS.has(tool) ? toText(input['path']) : '';
	return [
		{type: 'tool-call', agent: null, callId, tool, argumentsJson: formatArguments(tool, input), writes: path === '' ? [] : [path]},
		...toLogs('tool', formatToolLine(tool, input, '')),
	];
};

const readToolResult = (event: Foreign): Facts => {
	const isError = event['isError'] !== false;
	const [first = '', ...more] = formatResultLines(toText(event['text']));
	return [
		{type: 'tool-result', agent: null, callId: toText(event['callId']), isError},
		...toLogs('result', [isError ? `failed: ${first}` : first, ...more].join('\n')),
	];
};

const readResult = (event: Foreign): Facts => {
	if (event['isError'] === false) {
		return [
			{type: 'final-message', text: toText(event['text'])},
			{type: 'verdict', isError: false, reason: null, cause: null},
		];
	}
	const reason = toText(event['reason']);
	const cause = findCause(reason, toCount(event['status']) || null);
	const resetsAt = event['resetsAt'];
	const limit = cause === 'rate_limit' && typeof resetsAt === 'number' ? {resetsAt} : {};
	return [{type: 'verdict', isError: true, reason: shorten(reason) || 'The engine reported an error.', cause, ...limit}];
};

const toLogs = (kind: Extract<AgentFact, {type: 'log'}>['kind'], text: string): Facts =>
	text === ''
		? []
		: text
				.replace(/\r?\n$/, '')
				.split(/\r?\n/)
				.map(line => ({type: 'log', agent: null, kind, text: line}));

const unreadable = (reason: string): AgentFact => ({type: 'unreadable', reason});
