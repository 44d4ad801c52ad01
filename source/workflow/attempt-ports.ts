import type {Engines} from '../agents/engines/create-engines.ts';
import type {FindProgram} from '../agents/find-program.ts';
import type {Hooks} from '../agents/hooks-port.ts';
import type {ProcessTable} from '../agents/process-table.ts';
import type {Supervisor} from '../agents/supervisor.ts';
import type {CheckpointService} from '../checkpoint/checkpoint-service.ts';
import type {Clock} from '../domain/clock.ts';
import type {Ids} from '../domain/ids.ts';
import type {LogWriter} from '../logs/log-writer.ts';
import type {Store} from '../monitoring/store-port.ts';
import type {Pricing} from '../telemetry/pricing.ts';
import type {Worktrees} from '../worktrees/worktrees-port.ts';

/** What running a workflow needs from outside. */
export type AttemptPorts = {
	readonly store: Store;
	readonly supervisor: Supervisor;
	readonly processes: ProcessTable;
	readonly checkpoints: CheckpointService;
	readonly worktrees: Worktrees;
	readonly engines: Engines;
	readonly findProgram: FindProgram;
	readonly hooks: Hooks;
	readonly pricing: Pricing;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly workspaceRoot: string;
	/** Absolute path of the store's file. */
	readonly database: string;
	readonly runsDirectory: string;
	/** Absolute folder of the logs. */
	readonly logsDirectory: string;
	/** Opens an agent's log for appending; `fresh` begins it anew. */
	readonly openLog: (file: string, options: {readonly fresh: boolean}) => LogWriter;
	/** Takes known secrets out of a text. */
	readonly redact: (text: string) => string;
	/** Has the values of these variables of the environment taken out, too, from now on. */
	readonly hide: (names: readonly string[]) => void;
	/** The environment that rad itself was started with. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Aborted when the user asks a second time to stop: nobody is asked any more, everything is killed. */
	readonly killSignal: AbortSignal;
	/** How long an agent may go on when rad died, in milliseconds. */
	readonly unattendedMs: () => Promise<number>;
	/** A number from 0 up to 1. */
	readonly random: () => number;
	/** 32 random bytes in hex. */
	readonly createToken: () => string;
};
