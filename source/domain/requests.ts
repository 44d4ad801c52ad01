import type {RequestId, RunId} from './ids.ts';
import type {AgentRequest} from './records.ts';

export type Requests = {
	/** Newest first. */
	readonly list: (filter?: {readonly runId?: RunId; readonly status?: AgentRequest['status']}) => Promise<readonly AgentRequest[]>;
	/**
	 * With `argumentsJson` a tool call is made again with these arguments and not with its own.
	 *
	 * @throws {RadError} `RUN_OVER` when it was decided before.
	 */
	readonly decide: (id: RequestId, isGranted: boolean, argumentsJson?: string) => Promise<AgentRequest>;
	/** Tells the runs of this workspace that a person sits at a dashboard, until `close` is called on the returned value or this process dies. */
	readonly attend: () => Promise<{readonly close: () => Promise<void>}>;
	/**
	 * Opens a restore request for the agent that owns the single-use token, and waits for the decision.
	 *
	 * @throws {RadError} `REQUEST_DENIED`, also for a token that is unknown or was used.
	 */
	readonly open: (options: {readonly token: string; readonly checkpoint: string | undefined; readonly signal: AbortSignal}) => Promise<AgentRequest>;
};
