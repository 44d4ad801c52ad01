import type {ModelRequest, Past, Tool} from './conversation.ts';
import {type Json, toObject, toText} from './json.ts';
import {createChangePatch, createFilePatch} from './patch.ts';
import type {ToolCall} from './protocol.ts';
import {type ConversationName, findContent, type Script, type ToolStep} from './script.ts';
import {ANSWER, COMPLETE, FOLLOW_UPS, findNamed, findTool, PATCH, toPurpose} from './tool-names.ts';

/** Where a step stands. */
export type Place = {readonly script: Script; readonly conversation: ConversationName; readonly index: number};

/** Turns a step into a call of a tool that the engine offers; undefined when it offers none for it. */
export const callTool = (step: ToolStep, tools: readonly Tool[], place: Place): ToolCall | undefined => {
	const tool = findTool(tools, toPurpose(step));
	if (tool !== undefined) return toCall(tool, fillArguments(tool, toArguments(step, place)));
	const patch = toPatch(step, place);
	const patcher = findNamed(tools, PATCH);
	if (patcher !== undefined && patch !== undefined) return toCall(patcher, patcher.form === 'custom' ? patch : {input: patch});
	const coder = tools.find(({form}) => form === 'code');
	if (coder !== undefined) return toCall(coder, toCode(step, patch));
	const shell = findTool(tools, 'shell');
	return shell !== undefined && 'read' in step ? toCall(shell, fillArguments(shell, toShellArguments(`cat '${step.read}'`))) : undefined;
};

/** The call that must come before the next step: waiting for a sub-agent, or for a command that is still running. */
export const callFollowUp = ({past, tools}: ModelRequest): ToolCall | undefined => {
	const call = past.findLast(event => event.kind === 'call')?.tool;
	const result = toResultText(past.at(-1));
	const [waiter, poller] = [findNamed(tools, FOLLOW_UPS.wait), findNamed(tools, FOLLOW_UPS.poll)];
	const isOfSubAgent = call === 'spawn_agent' || (call === FOLLOW_UPS.wait && /"timed_out":\s*true/.test(result));
	if (waiter !== undefined && isOfSubAgent) return toCall(waiter, fillArguments(waiter, {timeout_ms: 60_000}));
	const session = RUNNING.exec(result)?.[1];
	if (poller === undefined || session === undefined) return undefined;
	return toCall(poller, {session_id: Number(session), chars: '', yield_time_ms: 60_000});
};

/** The call that hands over a last word, for engines that want one. */
export const callEnd = (text: string, tools: readonly Tool[]): ToolCall | undefined => {
	const tool = findNamed(tools, COMPLETE);
	const schema = toObject(tool?.parameters['result']);
	if (tool === undefined) return undefined;
	return toCall(tool, {result: schema['type'] === 'object' ? mapValues(toObject(schema['properties']), () => text) : text});
};

/** The call that hands over a value, for engines that have a tool for it. */
export const callAnswer = (answer: Json, tools: readonly Tool[]): ToolCall | undefined => {
	const tool = findNamed(tools, ANSWER);
	return tool === undefined ? undefined : toCall(tool, answer);
};

/** The words by which a request is known as one of a sub-agent; they stand in its task. */
export const toTask = (conversation: ConversationName): string => `This is the scripted task ${conversation}: do it and report.`;

export const readTask = (opening: string): ConversationName | undefined => /the scripted task (main(?:\/\d+)+):/.exec(opening)?.[1];

const RUNNING = /Process running with session ID (\d+)/;

const toResultText = (event: Past | undefined): string => (event?.kind === 'result' ? event.text : '');

const toCall = ({name, namespace}: Tool, input: Json | string): ToolCall => ({name, ...(namespace === undefined ? {} : {namespace}), input});

/** Whatever the engines call an argument, each under every name it has. */
const toArguments = (step: ToolStep, {conversation, index}: Place): Json => {
	if ('write' in step) return {...toPathArguments(step.write.path), content: step.write.content};
	if ('edit' in step) return {...toPathArguments(step.edit.path), ...toEditArguments(step.edit)};
	if ('read' in step) return toPathArguments(step.read);
	return 'shell' in step ? toShellArguments(step.shell) : toSubAgentArguments(`${conversation}/${index}`);
};

const toPathArguments = (path: string): Json => ({file_path: path, filePath: path, path});

const toEditArguments = ({from, to}: {readonly from: string; readonly to: string}): Json => ({
	old_string: from,
	oldString: from,
	old_text: from,
	new_string: to,
	newString: to,
	new_text: to,
	instruction: `Replace ${JSON.stringify(from)}.`,
});

// The times are in milliseconds: as long as the engines allow, so that a script decides how long its command runs.
const toShellArguments = (command: string): Json => ({command, cmd: command, timeout: 600_000, timeout_ms: 600_000, yield_time_ms: 30_000});

const toSubAgentArguments = (conversation: ConversationName): Json => {
	const task = toTask(conversation);
	return {
		prompt: task,
		message: task,
		description: 'scripted task',
		subagent_type: ['general-purpose', 'general'],
		agent_name: 'generalist',
		task_name: conversation.replaceAll('/', '_'),
		fork_turns: 'none',
	};
};

/** Picks the arguments that a tool knows, and makes something up for what it needs besides. */
const fillArguments = (tool: Tool, values: Json): Json => {
	const names = Object.keys(tool.parameters).filter(name => name in values || tool.required.includes(name));
	return Object.fromEntries(names.map(name => [name, fitValue(tool, name, values[name])]));
};

const fitValue = (tool: Tool, name: string, value: unknown): unknown => {
	const schema = toObject(tool.parameters[name]);
	const type = toText(schema['type']).toLowerCase();
	// Claude Code and opencode name their all-round agent differently and only in prose.
	if (name === 'subagent_type' && Array.isArray(value)) return tool.name === 'task' ? value[1] : value[0];
	if (type === 'array' && (name === 'command' || name === 'cmd')) return ['bash', '-lc', value];
	if (typeof value === 'number' && typeof schema['maximum'] === 'number') return Math.min(value, schema['maximum']);
	return value ?? FILLERS[type] ?? `scripted ${name}`;
};

const FILLERS: Readonly<Record<string, unknown>> = {number: 1, integer: 1, boolean: false, array: [], object: {}};

const toPatch = (step: ToolStep, {script, index}: Place): string | undefined => {
	if ('write' in step) return createFilePatch(step.write.path, step.write.content);
	if (!('edit' in step)) return undefined;
	const {path, from, to} = step.edit;
	const before = findContent(script, index, path);
	return before === undefined
		? createChangePatch(path, from, to)
		: createChangePatch(
				path,
				before,
				before.replace(from, () => to),
			);
};

/** JavaScript for Codex's code mode. */
const toCode = (step: ToolStep, patch: string | undefined): string => {
	if (patch !== undefined) return `text(await tools.apply_patch(${JSON.stringify(patch)}))\n`;
	const command = 'shell' in step ? step.shell : `cat '${'read' in step ? step.read : ''}'`;
	return `text(await tools.exec_command(${JSON.stringify({cmd: command, yield_time_ms: 30_000})}))\n`;
};

const mapValues = (object: Json, change: (value: unknown) => unknown): Json =>
	Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
