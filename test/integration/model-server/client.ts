import type {Json} from '../../support/model-server/json.ts';

/** A bare client of one protocol: what it sends for a conversation, and how it reads what it gets. Knows only as much as these tests need. */
export type Client = {
	readonly path: string;
	/** With which the same is asked for in one piece. */
	readonly documentPath: string;
	readonly tools: unknown;
	readonly toBody: (messages: readonly unknown[], tools: unknown, isStreaming: boolean) => Json;
	readonly opening: (text: string) => unknown;
	/** The messages that tell of a call and its result. */
	readonly toCallMessages: (name: string, result: string) => readonly unknown[];
	/** The message that tells of a text by the model. */
	readonly toSaidMessage: (text: string) => unknown;
	/** The call in a whole answer, and its text. */
	readonly readDocument: (document: unknown) => {readonly text: string; readonly call: unknown};
};

export type Reply = {
	readonly status: number;
	readonly headers: Headers;
	/** The parsed frames of a stream; one document otherwise. */
	readonly events: readonly unknown[];
	/** Whether the connection was dropped before the end. */
	readonly isCut: boolean;
};

/** Asks the server once; a dropped connection gives what had come until then. */
export const ask = async (url: string, body: Json, headers: Readonly<Record<string, string>> = {}): Promise<Reply> => {
	const response = await fetch(url, {method: 'POST', headers: {'content-type': 'application/json', ...headers}, body: JSON.stringify(body)});
	const {text, isCut} = await readAll(response);
	const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
	return {status: response.status, headers: response.headers, isCut, events: isStream ? readFrames(text) : isCut ? [] : [JSON.parse(text)]};
};

const readAll = async (response: Response): Promise<{readonly text: string; readonly isCut: boolean}> => {
	const decoder = new TextDecoder();
	let text = '';
	try {
		for await (const chunk of response.body ?? []) text += decoder.decode(chunk, {stream: true});
		return {text, isCut: false};
	} catch {
		return {text, isCut: true};
	}
};

const readFrames = (text: string): readonly unknown[] =>
	text
		.split('\n\n')
		.flatMap(frame => frame.split('\n').filter(line => line.startsWith('data: ')))
		.map(line => line.slice('data: '.length))
		.filter(data => data !== '[DONE]')
		.map(data => JSON.parse(data) as unknown);
