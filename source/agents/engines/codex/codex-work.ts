import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, isForeign, toForeign, toList, toText} from '../../foreign.ts';
import {toResultFacts} from '../tool-facts.ts';
import {formatArguments, formatToolLine, toRelative} from '../tool-line.ts';

type Facts = readonly AgentFact[];

/** What an item tells of a tool. */
type Work = {
	/** As the hooks and the models call it. */
	readonly tool: string;
	readonly input: Foreign;
	/** What says most about it to people. */
	readonly about: Foreign;
	/** As the engine named them. */
	readonly writes: readonly string[];
	readonly output: string;
};

/** An item, and where it is from. */
type WorkItem = {
	readonly agent: AgentKey;
	readonly item: Foreign;
	/** The folder that the agent works in, as far as it is known: paths below it are shown without it. */
	readonly root: string;
	/** True when the item tells the result too. */
	readonly isDone: boolean;
};

/** Remembers which calls of tools were told, and tells each and its result once. Items that are no work are passed over. */
export type WorkBook = {readonly read: (work: WorkItem) => Facts};

export const openWorkBook = (): WorkBook => {
	const calls = new Set<string>();
	const results = new Set<string>();
	const isNew = (told: Set<string>, key: string): boolean => !told.has(key) && told.add(key).has(key);
	return {
		read: ({agent, item, root, isDone}) => {
			const work = readWork(item, root);
			const callId = toText(item['id']);
			if (work === undefined) return [];
			if (callId === '') return [{type: 'unreadable', reason: 'A call of a tool without an id.'}];
			const key = JSON.stringify([agent, callId]);
			const call = isNew(calls, key) ? toWorkFacts(agent, callId, work) : [];
			return isDone && isNew(results, key) ? [...call, ...toResultFacts(agent, callId, isFailed(item), work.output)] : call;
		},
	};
};

const toWorkFacts = (agent: AgentKey, callId: string, {tool, input, about, writes}: Work): Facts => [
	{type: 'log', agent, kind: 'tool', text: formatToolLine(tool, about, '')},
	{type: 'tool-call', agent, callId, tool, argumentsJson: formatArguments(tool, input), writes},
];

const FAILED: ReadonlySet<string> = new Set(['failed', 'declined']);

const isFailed = ({status, exit_code: exitCode}: Foreign): boolean => FAILED.has(toText(status)) || (typeof exitCode === 'number' && exitCode !== 0);

const readWork = (item: Foreign, root: string): Work | undefined => {
	const type = toText(item['type']);
	return Object.hasOwn(READERS, type) ? READERS[type]?.(item, root) : undefined;
};

const readCommand = (item: Foreign): Work => ({
	tool: 'Bash',
	input: {command: item['command']},
	about: {command: toScript(item['command'])},
	writes: [],
	output: toText(item['aggregated_output']),
});

const readFileChange = (item: Foreign, root: string): Work => {
	const changes = toChanges(item['changes']);
	return {
		tool: 'apply_patch',
		input: {changes: item['changes']},
		about: {description: changes.map(({kind, path}) => `${kind} ${toRelative(path, root)}`).join(', ')},
		writes: changes.flatMap(({path, movedTo}) => [path, movedTo].filter(file => file !== '')),
		output: toText(item['stderr']),
	};
};

const readMcp = (item: Foreign): Work => {
	const input = toForeign(item['arguments']);
	const texts = toList(toForeign(item['result'])['content']).map(block => toText(toForeign(block)['text']));
	return {
		tool: `mcp__${toText(item['server'])}__${toText(item['tool'])}`,
		input,
		about: input,
		writes: [],
		output: toText(toForeign(item['error'])['message']) || texts.join('\n'),
	};
};

const readSearch = ({query, action}: Foreign): Work => ({tool: 'web_search', input: {query, action}, about: {query}, writes: [], output: ''});

const readCollaboration = (item: Foreign): Work => {
	const {prompt, receiver_thread_ids: receivers} = item;
	return {tool: toText(item['tool']) || 'collaboration', input: {prompt, receivers}, about: {prompt}, writes: [], output: ''};
};

/** By the type of an item, as `exec --json` calls it and as the records of a session do. */
const READERS: Readonly<Record<string, (item: Foreign, root: string) => Work>> = {
	command_execution: readCommand,
	CommandExecution: readCommand,
	file_change: readFileChange,
	FileChange: readFileChange,
	mcp_tool_call: readMcp,
	McpToolCall: readMcp,
	web_search: readSearch,
	WebSearch: readSearch,
	collab_tool_call: readCollaboration,
	CollabAgentToolCall: readCollaboration,
};

const SHELL = /^\S*sh -l?c '([^']*)'$/;

/** What a shell was told to do: without the shell itself, where that is beyond doubt. */
const toScript = (command: unknown): string => {
	if (typeof command === 'string') return SHELL.exec(command)?.[1] ?? command;
	const words = toList(command).map(toText);
	return words.length === 3 && /^-l?c$/.test(words[1] ?? '') ? (words[2] ?? '') : words.join(' ');
};

type Change = {readonly path: string; readonly kind: string; readonly movedTo: string};

/** A list of `{path, kind}` in the output, an object `{path: {type, …}}` in the records. */
const toChanges = (changes: unknown): readonly Change[] => {
	const entries: ReadonlyArray<readonly [string, Foreign]> = isForeign(changes)
		? Object.entries(changes).map(([path, change]) => [path, toForeign(change)])
		: toList(changes)
				.map(toForeign)
				.map(change => [toText(change['path']), change]);
	return entries
		.filter(([path]) => path !== '')
		.map(([path, change]) => ({path, kind: toText(change['kind']) || toText(change['type']) || 'change', movedTo: toText(change['move_path'])}));
};
