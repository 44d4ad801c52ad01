import {type Json, toObject} from './json.ts';

/** A tool that the engine offers to the model. */
export type Tool = {
	readonly name: string;
	/** Function tools take JSON, custom ones free text. `code` is a custom tool that runs JavaScript, in which the real tools are functions. */
	readonly form: 'function' | 'custom' | 'code';
	readonly namespace?: string;
	/** JSON schemas of the arguments, by name. */
	readonly parameters: Json;
	readonly required: readonly string[];
};

/** What happened in a conversation so far, without what the user said. */
export type Past =
	| {readonly kind: 'said'; readonly text: string}
	| {readonly kind: 'call'; readonly tool: string}
	| {readonly kind: 'result'; readonly text: string};

/** One request of any protocol, in common words. */
export type ModelRequest = {
	readonly model: string;
	readonly isStreaming: boolean;
	/** Whether the answer has to be JSON, as requests for titles often want. */
	readonly wantsJson: boolean;
	/** Whether a streamed answer tells its usage. */
	readonly wantsUsage: boolean;
	readonly tools: readonly Tool[];
	/** What the user said before the model's first answer. */
	readonly opening: string;
	readonly past: readonly Past[];
};

/** Makes a tool of its JSON schema. */
export const toTool = (name: string, schema: unknown, more: Partial<Tool> = {}): Tool => {
	const {properties, required} = toObject(schema);
	return {
		name,
		form: 'function',
		parameters: toObject(properties),
		required: Array.isArray(required) ? required.filter(item => typeof item === 'string') : [],
		...more,
	};
};
