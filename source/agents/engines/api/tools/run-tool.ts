import {isFailure} from '../../../../domain/failures.ts';
import {PERMISSIONS, type Permissions} from '../../../../domain/records.ts';
import type {Foreign} from '../../../foreign.ts';
import type {ToolResult} from '../agent-loop.ts';
import type {RequestedCall, ToolParameters} from '../conversation.ts';
import {editTool, listTool, readTool, writeTool} from './file-tools.ts';
import {searchTool} from './search-tool.ts';
import {shellTool} from './shell-tool.ts';
import {fail, type Tool, type ToolContext} from './tool.ts';

const TOOLS: readonly Tool[] = [readTool, listTool, searchTool, writeTool, editTool, shellTool];

/** The tools that a model may use with these permissions. */
export const findTools = (permissions: Permissions): readonly Tool[] =>
	TOOLS.filter(({needs}) => PERMISSIONS.indexOf(needs) <= PERMISSIONS.indexOf(permissions));

/** Runs a call of one of these tools. Whatever is wrong with it, or goes wrong, is told in the result. */
export const runTool = async (tools: readonly Tool[], call: Omit<RequestedCall, 'id'>, context: ToolContext): Promise<ToolResult> => {
	const tool = tools.find(({name}) => name === call.tool);
	if (tool === undefined) return fail(`There is no tool ${call.tool}. These are: ${tools.map(({name}) => name).join(', ')}.`);
	if (call.input === undefined) return fail('The arguments were no JSON object.');
	const problem = findProblem(tool.parameters, call.input);
	if (problem !== undefined) return fail(problem);
	try {
		return await tool.run(call.input, context);
	} catch (error) {
		if (isFailure(error) || (error instanceof Error && 'code' in error)) return fail(error.message);
		throw error;
	}
};

const findProblem = (parameters: ToolParameters, input: Foreign): string | undefined => {
	for (const [name, {type, optional}] of Object.entries(parameters)) {
		const value = input[name] ?? undefined;
		if (value === undefined && optional !== true) return `The argument ${name} is missing.`;
		const isRight = type === 'string' ? typeof value === 'string' : Number.isInteger(value);
		if (value !== undefined && !isRight) return `The argument ${name} must be ${type === 'string' ? 'a text' : 'a whole number'}.`;
	}
	return undefined;
};
