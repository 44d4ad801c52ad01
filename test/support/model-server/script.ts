import type {Json} from './json.ts';

/**
 * What the scripted model does in one conversation, in order. Each step that is neither `fail` nor `cut` is one answer of the model;
 * `fail` and `cut` disturb the answer that comes after them. After the last step the last `say` is repeated.
 *
 * Paths are handed to the engine as they stand here: relative ones are below its working directory.
 */
export type Script = readonly Step[];

export type Step = TurnStep | DisruptionStep;

/**
 * One answer of the model: a tool call, the text that ends its turn (`say`), or a value for the schema that the engine was given, by its tool
 * for that where it has one and else as text (`answer`).
 */
export type TurnStep = ToolStep | {readonly say: string} | {readonly answer: Json};

export type ToolStep =
	| {readonly write: {readonly path: string; readonly content: string}}
	/** Replaces the only place where `from` stands. Engines that patch lines need a `write` of the file earlier in the script, or whole lines here. */
	| {readonly edit: {readonly path: string; readonly from: string; readonly to: string}}
	/** Claude Code refuses to edit what it has not read or written before. */
	| {readonly read: string}
	/** Claude Code refuses a command that begins with a long `sleep`; it takes one after an `echo`. */
	| {readonly shell: string}
	/** A conversation of its own; what its last `say` tells goes back to the one that started it. */
	| {readonly subAgent: Script};

export type DisruptionStep =
	/** Answers with an HTTP error instead, `times` times (once unless told, `Infinity` for ever). */
	| {readonly fail: {readonly status: number; readonly times?: number; readonly retryAfterSeconds?: number}}
	/** Drops the connection when half of the answer is out, once or `times` times. */
	| {readonly cut: true | {readonly times: number}};

/** Names a conversation: `main`, or the place of the step that started it, as in `main/2` or `main/2/0`. */
export type ConversationName = string;

export const isDisruption = (step: Step): step is DisruptionStep => 'fail' in step || 'cut' in step;

/** How often a disruption happens before the answer gets through. */
export const timesOf = (step: DisruptionStep): number => {
	if ('fail' in step) return step.fail.times ?? 1;
	return step.cut === true ? 1 : step.cut.times;
};

/** The script of a conversation, if there is one of that name. */
export const findScript = (script: Script, name: ConversationName): Script | undefined => {
	let found: Script | undefined = script;
	for (const place of name.split('/').slice(1)) {
		const step: Step | undefined = found?.[Number(place)];
		found = step !== undefined && 'subAgent' in step ? step.subAgent : undefined;
	}
	return found;
};

/** What stands in a file before a step, as far as the script itself wrote it. */
export const findContent = (script: Script, before: number, path: string): string | undefined => {
	let content: string | undefined;
	for (const step of script.slice(0, before)) {
		if ('write' in step && step.write.path === path) content = step.write.content;
		if ('edit' in step && step.edit.path === path) content = content?.replace(step.edit.from, () => step.edit.to);
	}
	return content;
};
