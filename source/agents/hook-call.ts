import {findWrites} from './engines/tool-line.ts';
import {type Foreign, parseObject, toForeign, toList, toText} from './foreign.ts';
import type {PendingWrite} from './hooks-port.ts';

/** What was asked at a hook's address, and how whoever asked wants to be answered: in rad's own words or in those of the coding agents. */
export type HookCall = {readonly write: PendingWrite; readonly isOwn: boolean};

const MAX_FILES = 1000;

/**
 * Reads what a hook was sent: rad's own `{callId, tool, files}`, or what the coding agents tell their hooks before a tool runs
 * (`hook_event_name`, `tool_name`, `tool_input`, and `tool_use_id` where they have one). Undefined for anything else.
 */
export const parseHookCall = (body: string): HookCall | undefined => {
	const value = parseObject(body);
	if (value === undefined) return undefined;
	const write = value['hook_event_name'] === undefined ? toOwnWrite(value) : toEngineWrite(value);
	return write === undefined ? undefined : {write, isOwn: value['hook_event_name'] === undefined};
};

/** The call that is told where too much was sent to be read: nobody knows what it writes. */
export const UNREAD_CALL: HookCall = {write: {callId: '', tool: 'a large write', files: []}, isOwn: false};

const toOwnWrite = (value: Foreign): PendingWrite | undefined => {
	const files = toList(value['files']);
	if (toText(value['callId']) === '' || files.length > MAX_FILES || files.some(file => typeof file !== 'string')) return undefined;
	return {callId: toText(value['callId']), tool: toText(value['tool']), files: files.map(toText)};
};

const toEngineWrite = (value: Foreign): PendingWrite => {
	const tool = toText(value['tool_name']);
	const input = toForeign(value['tool_input']);
	const files = tool === 'apply_patch' ? findPatched(toText(input['command']) || toText(input['input'])) : findWrites(tool, input);
	return {callId: toText(value['tool_use_id']), tool, files};
};

/** The files that a patch in the form of `apply_patch` touches. */
export const findPatched = (patch: string): readonly string[] => {
	const names = [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm)].map(([, name = '']) => name.trim());
	return [...new Set(names)].slice(0, MAX_FILES);
};
