import type {AgentFact, AgentKey} from '../engine.ts';
import type {Foreign} from '../foreign.ts';
import {toLogs} from './log-lines.ts';
import {findWrites, formatArguments, formatResultLines, formatToolLine} from './tool-line.ts';

/** A call of a tool, by the engine's names. */
type ToolUse = {
	readonly agent: AgentKey;
	readonly callId: string;
	readonly tool: string;
	readonly input: Foreign;
	/** The folder that the agent works in: paths below it are shown without it. */
	readonly root: string;
};

/** What a call tells: a line for people, and the call itself. */
export const toCallFacts = ({agent, callId, tool, input, root}: ToolUse): readonly AgentFact[] => [
	{type: 'log', agent, kind: 'tool', text: formatToolLine(tool, input, root)},
	{type: 'tool-call', agent, callId, tool, argumentsJson: formatArguments(tool, input), writes: findWrites(tool, input)},
];

/** What the result of a call tells: its first lines for people, and whether it failed. */
export const toResultFacts = (agent: AgentKey, callId: string, isError: boolean, text: string): readonly AgentFact[] => [
	...toLogs(agent, 'result', `${isError ? 'failed: ' : ''}${formatResultLines(text).join('\n')}`),
	{type: 'tool-result', agent, callId, isError},
];
