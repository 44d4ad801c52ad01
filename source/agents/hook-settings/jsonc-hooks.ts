import {type FormattingOptions, modify, type ParseError, parse, printParseErrorCode} from 'jsonc-parser';
import {RadError} from '../../domain/failures.ts';
import {type Foreign, isForeign, toForeign, toList, toText} from '../foreign.ts';
import type {HookText} from './hook-text.ts';

export type JsonHook = {
	/** For messages. */
	readonly file: string;
	/** Name of the list of hooks that are called before a tool. */
	readonly event: string;
	readonly matcher: string;
	readonly command: string;
	/** In the unit of the program. */
	readonly timeout: number;
	/** Recognises a command of any rad. */
	readonly isOfRad: (command: string) => boolean;
};

/** The hooks of a settings file in JSON, which may hold comments: `{"hooks": {"<event>": [{"matcher", "hooks": [{"type", "command"}]}]}}`. */
export const createJsonHooks = (hook: JsonHook): HookText => ({
	add: text => add(text, hook),
	remove: text => removeAll(text, hook),
	find: text => {
		const places = findPlaces(readSettings(text, hook), hook);
		if (places.length === 0) return 'none';
		return places.length === 1 && JSON.stringify(places[0]?.group) === JSON.stringify(toGroup(hook)) ? 'ours' : 'other';
	},
});

const toGroup = ({matcher, command, timeout}: JsonHook) => ({matcher, hooks: [{type: 'command', command, timeout}]});

const add = (text: string | null, hook: JsonHook): string => {
	const start = text === null || text.trim() === '' ? '{}\n' : text;
	const bare = removeAll(start, hook);
	// First: behind the others, what comes after the last of them on its line would be parted from it.
	const added = change(bare, ['hooks', hook.event, 0], toGroup(hook), true);
	// A name that stands in the file twice would be changed in one place and read from the other.
	if (findPlaces(readSettings(added, hook), hook).length !== 1 || readOthers(removeAll(added, hook), hook) !== readOthers(bare, hook))
		throw unusable(hook, 'a name stands in it twice');
	return added;
};

/** Where a command of rad stands: the place of its group in the list, and its own in the group. */
type Place = {readonly at: number; readonly inner: number; readonly group: Foreign};

const findPlaces = (settings: Foreign, {event, isOfRad}: JsonHook): readonly Place[] =>
	toList(toForeign(settings['hooks'])[event])
		.map(toForeign)
		.flatMap((group, at) =>
			toList(group['hooks'])
				.map(toForeign)
				.flatMap((each, inner) => (isOfRad(toText(each['command'])) ? [{at, inner, group}] : [])),
		);

/** From the last one on, so that the places before it stay. What became empty by that goes too. */
const removeAll = (text: string, hook: JsonHook): string =>
	findPlaces(readSettings(text, hook), hook).reduceRight((rest, place) => removeOne(rest, place, hook), text);

const removeOne = (text: string, {at, inner, group}: Place, hook: JsonHook): string => {
	const list = ['hooks', hook.event];
	if (toList(group['hooks']).length > 1) return change(text, [...list, at, 'hooks', inner], undefined);
	const hooks = toForeign(readSettings(text, hook)['hooks']);
	if (toList(hooks[hook.event]).length > 1) return change(text, [...list, at], undefined);
	return change(text, Object.keys(hooks).length > 1 ? list : ['hooks'], undefined);
};

const change = (text: string, path: ReadonlyArray<string | number>, value: unknown, isArrayInsertion = false): string => {
	const edits = modify(text, [...path], value, {formattingOptions: toFormatting(text), isArrayInsertion});
	return edits.reduceRight((changed, {offset, length, content}) => changed.slice(0, offset) + content + changed.slice(offset + length), text);
};

/** As the file itself is indented. */
const toFormatting = (text: string): FormattingOptions => {
	const indent = /^([\t ]+)\S/m.exec(text)?.[1] ?? '  ';
	return {insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n'};
};

/** @throws {RadError} `SETTINGS_UNUSABLE` for what is no JSON object, and for hooks in another form. */
const readSettings = (text: string, hook: JsonHook): Foreign => {
	const errors: ParseError[] = [];
	const value: unknown = parse(text.trim() === '' ? '{}' : text, errors);
	const [error] = errors;
	if (error !== undefined) throw unusable(hook, `${printParseErrorCode(error.error)} in line ${text.slice(0, error.offset).split('\n').length}`);
	if (!isForeign(value)) throw unusable(hook, 'it is no JSON object');
	const hooks = value['hooks'];
	if (hooks !== undefined && !isForeign(hooks)) throw unusable(hook, '"hooks" is no object');
	const list = hooks?.[hook.event];
	if (list !== undefined && !Array.isArray(list)) throw unusable(hook, `"hooks.${hook.event}" is no list`);
	return value;
};

/** What all others have in it; whether an empty list stands there makes no difference. */
const readOthers = (text: string, hook: JsonHook): string => {
	const {hooks, ...settings} = readSettings(text, hook);
	return JSON.stringify([settings, Object.entries(toForeign(hooks)).filter(([, list]) => toList(list).length > 0 || !Array.isArray(list))]);
};

const unusable = ({file}: JsonHook, why: string): RadError =>
	new RadError('SETTINGS_UNUSABLE', `The settings cannot be changed, since ${why}: ${file}`, {hint: 'mend the file, then try again'});
