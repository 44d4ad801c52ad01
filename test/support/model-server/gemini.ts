import {type ModelRequest, type Past, toTool} from './conversation.ts';
import {type Counts, countCacheWrite, countInput, countOutput} from './counts.ts';
import {type Json, toObject, toObjects, toText} from './json.ts';
import {type Answer, createId, type Protocol, toDataFrame, toPieces} from './protocol.ts';

/** Gemini's generateContent, `POST /v1beta/models/<model>:streamGenerateContent?alt=sse` and `:generateContent`. */
export const gemini: Protocol = {
	name: 'gemini',
	provider: 'google',
	readRequest: (path, body) => {
		const [, model = '', method] = PATH.exec(path) ?? [];
		return method === undefined ? undefined : readRequest(model, method === 'streamGenerateContent', body);
	},
	toWire: counts => toWire(counts),
	// Writes to a cache are not told apart by this provider.
	toTokens: counts => ({
		input: counts.fresh + countCacheWrite(counts),
		cacheRead: counts.cacheRead,
		cacheWrite: 0,
		cacheWrite1h: 0,
		output: countOutput(counts),
		reasoning: counts.reasoning,
	}),
	toFrames: (answer, request) => toChunks(answer, request).map(toDataFrame),
	toDocument: (answer, {model}) => toChunk(model, createId('resp'), toParts(answer), toWire(answer.counts), true),
	toError: (code, message, retryAfterSeconds) => ({
		error: {
			code,
			message,
			status: STATUSES[code] ?? 'UNAVAILABLE',
			...(retryAfterSeconds === undefined
				? {}
				: {details: [{'@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s`}]}),
		},
	}),
};

const PATH = /\/models\/([^/:]+):((?:streamG|g)enerateContent)$/;

const STATUSES: Readonly<Record<number, string>> = {
	400: 'INVALID_ARGUMENT',
	401: 'UNAUTHENTICATED',
	403: 'PERMISSION_DENIED',
	429: 'RESOURCE_EXHAUSTED',
	500: 'INTERNAL',
};

const readRequest = (model: string, isStreaming: boolean, body: Json): ModelRequest => {
	const contents = toObjects(body['contents']);
	const firstAnswer = contents.findIndex(({role}) => role === 'model');
	const openers = firstAnswer < 0 ? contents : contents.slice(0, firstAnswer);
	return {
		model,
		isStreaming,
		wantsJson: toObject(body['generationConfig'])['responseMimeType'] === 'application/json',
		wantsUsage: true,
		tools: toObjects(body['tools'])
			.flatMap(tool => toObjects(tool['functionDeclarations']))
			.map(tool => toTool(toText(tool['name']), tool['parametersJsonSchema'] ?? tool['parameters'])),
		opening: openers.flatMap(({parts}) => toObjects(parts).map(part => toText(part['text']))).join('\n'),
		past: contents.flatMap(readContent),
	};
};

const readContent = ({role, parts}: Json): readonly Past[] =>
	toObjects(parts).flatMap((part): readonly Past[] => {
		if (part['functionCall'] !== undefined) return [{kind: 'call', tool: toText(toObject(part['functionCall'])['name'])}];
		if (part['functionResponse'] !== undefined) return [{kind: 'result', text: JSON.stringify(toObject(part['functionResponse'])['response'])}];
		return role === 'model' && part['thought'] !== true ? [{kind: 'said', text: toText(part['text'])}] : [];
	});

const toWire = (counts: Counts): Json => ({
	promptTokenCount: countInput(counts),
	// Left out, as the provider does, when there are none.
	...(counts.cacheRead === 0 ? {} : {cachedContentTokenCount: counts.cacheRead}),
	candidatesTokenCount: counts.visible,
	...(counts.reasoning === 0 ? {} : {thoughtsTokenCount: counts.reasoning}),
	totalTokenCount: countInput(counts) + countOutput(counts),
	promptTokensDetails: [{modality: 'TEXT', tokenCount: countInput(counts)}],
});

const toParts = ({thought, text, call}: Answer): readonly Json[] => [
	...(thought === '' ? [] : [{text: thought, thought: true}]),
	{text},
	...(call === undefined ? [] : [{functionCall: {id: createId('call'), name: call.name, args: call.input}, thoughtSignature: 'c2NyaXB0ZWQ='}]),
];

const toChunk = (model: string, responseId: string, parts: readonly Json[], usageMetadata: Json, isLast: boolean): Json => ({
	modelVersion: model,
	responseId,
	candidates: [{index: 0, content: {role: 'model', parts}, ...(isLast ? {finishReason: 'STOP'} : {})}],
	usageMetadata,
});

const toChunks = (answer: Answer, {model}: ModelRequest): readonly Json[] => {
	const responseId = createId('resp');
	const parts = toParts(answer).flatMap(part =>
		part['thought'] === true || part['text'] === undefined ? [part] : toPieces(toText(part['text'])).map(text => ({text})),
	);
	return parts.map((part, index) => {
		const isLast = index === parts.length - 1;
		// Each chunk has the counts so far: the whole prompt, and a little more of the output.
		const soFar = isLast ? answer.counts : {...answer.counts, visible: index + 1, reasoning: 0};
		return toChunk(model, responseId, [part], toWire(soFar), isLast);
	});
};
