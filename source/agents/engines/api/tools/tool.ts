import type {Clock} from '../../../../domain/clock.ts';
import type {Permissions} from '../../../../domain/records.ts';
import type {Foreign} from '../../../foreign.ts';
import type {ToolResult} from '../agent-loop.ts';
import type {ToolDescription} from '../conversation.ts';

export type ToolContext = {
	/** Absolute path of the workspace. */
	readonly root: string;
	/** What a command gets: without the keys of the providers. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Asks for a checkpoint before a call changes a file; empty where nobody knows which. Resolves with why the change must not be made, or null. */
	readonly askFirst: (path: string) => Promise<string | null>;
};

export type Tool = ToolDescription & {
	/** The least permissions with which the model may use it. */
	readonly needs: Permissions;
	/**
	 * `input` has the arguments that the description demands, of the types in it.
	 *
	 * @throws {RadError} and errors of the system with a `code`: the model is told of them.
	 */
	readonly run: (input: Foreign, context: ToolContext) => ToolResult | Promise<ToolResult>;
};

export const succeed = (text: string): ToolResult => ({isError: false, text});

export const fail = (text: string): ToolResult => ({isError: true, text});
