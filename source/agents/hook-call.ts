import path from 'node:path';
import {findWrites, formatArguments} from './engines/tool-line.ts';
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

/** What a coding agent tells its hook before a tool runs, when it is used without rad. */
export type SessionCall = {
	readonly write: PendingWrite;
	readonly argumentsJson: string;
	readonly sessionId: string;
	/** Absolute path of the folder in which the session works. */
	readonly cwd: string;
	readonly model: string | null;
	/** The sub-agent that makes the call; null for the main conversation, and where the agent does not tell. */
	readonly subAgent: {readonly key: string; readonly name: string} | null;
};

/** Reads what a hook of the user's own was sent; undefined for anything else. */
export const parseSessionCall = (body: string): SessionCall | undefined => {
	const value = parseObject(body);
	const [sessionId, cwd] = [toText(value?.['session_id']), toText(value?.['cwd'])];
	if (value === undefined || sessionId === '' || !cwd.startsWith('/') || toText(value['tool_name']) === '') return undefined;
	const write = toEngineWrite(value);
	const key = toText(value['agent_id']);
	return {
		write,
		argumentsJson: formatArguments(write.tool, toForeign(value['tool_input'])),
		sessionId,
		cwd,
		model: toText(value['model']) || null,
		subAgent: key === '' ? null : {key, name: toText(value['agent_type']) || 'sub-agent'},
	};
};

const toOwnWrite = (value: Foreign): PendingWrite | undefined => {
	const files = toList(value['files']);
	if (toText(value['callId']) === '' || files.length > MAX_FILES || files.some(file => typeof file !== 'string')) return undefined;
	return {callId: toText(value['callId']), tool: toText(value['tool']), files: files.map(toText)};
};

const toEngineWrite = (value: Foreign): PendingWrite => {
	const tool = toText(value['tool_name']);
	const input = toForeign(value['tool_input']);
	const files = tool === 'apply_patch' ? findPatched(toText(input['command']) || toText(input['input'])) : findWrites(tool, input);
	// Relative paths are meant from where the agent stands, which need not be the workspace.
	const cwd = toText(value['cwd']);
	return {callId: toText(value['tool_use_id']), tool, files: path.isAbsolute(cwd) ? files.map(file => path.resolve(cwd, file)) : files};
};

/** The files that a patch in the form of `apply_patch` touches. */
export const findPatched = (patch: string): readonly string[] => {
	const names = [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm)].map(([, name = '']) => name.trim());
	return [...new Set(names)].slice(0, MAX_FILES);
};
