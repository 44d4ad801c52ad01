import {NEW_TEXT_ARGUMENTS, PATH_ARGUMENTS, TELLING_ARGUMENTS} from '../domain/call-arguments.ts';

/** The argument that is the text of a write or an edit. */
const TEXT_ARGUMENTS = ['content', ...NEW_TEXT_ARGUMENTS] as const;

/** What a person edits of a tool call: the text that it writes, or all its arguments as JSON where there is no such text. */
export type CallText = {
	readonly text: string;
	/** Tells an editor what the text is: `.ts`, with the point. */
	readonly extension: string;
};

export const toCallText = (argumentsJson: string): CallText => {
	const found = parseObject(argumentsJson);
	const name = found === undefined ? undefined : findTextName(found);
	if (found === undefined || name === undefined) return {text: found === undefined ? argumentsJson : formatJson(found), extension: '.json'};
	const path = PATH_ARGUMENTS.map(key => found[key]).find(value => typeof value === 'string');
	return {text: String(found[name]), extension: EXTENSION.exec(path ?? '')?.[0] ?? '.txt'};
};

/** What a tool call is about, at a glance: its command, its file; all its arguments as JSON where none of them tells that. */
export const toCallSubject = (argumentsJson: string): string => {
	const found = parseObject(argumentsJson) ?? {};
	const texts = [...TELLING_ARGUMENTS, ...PATH_ARGUMENTS].map(name => found[name]);
	return texts.find((value): value is string => typeof value === 'string' && value !== '') ?? argumentsJson;
};

/** The arguments with the edited text in its place; undefined where it had to be JSON and is none. */
export const withCallText = (argumentsJson: string, text: string): string | undefined => {
	const before = parseObject(argumentsJson);
	const name = before === undefined ? undefined : findTextName(before);
	if (before !== undefined && name !== undefined) return JSON.stringify({...before, [name]: text});
	const edited = parseObject(text);
	return edited === undefined ? undefined : JSON.stringify(edited);
};

const EXTENSION = /\.[A-Za-z0-9]{1,10}$/;

const findTextName = (found: Readonly<Record<string, unknown>>): string | undefined => TEXT_ARGUMENTS.find(name => typeof found[name] === 'string');

const formatJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const parseObject = (json: string): Readonly<Record<string, unknown>> | undefined => {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
	} catch {
		return undefined;
	}
};
