import type {Observed} from './progress.ts';

/** What became of the sessions that one engine keeps on this machine. */
export type ImportResult = {
	readonly engine: string;
	/** Where they were looked for; null when that cannot be told. */
	readonly directory: string | null;
	readonly found: number;
	/** New, or changed since the last import. */
	readonly imported: number;
	readonly unchanged: number;
	/** Run by rad itself, which counted them while they ran. */
	readonly own: number;
	/** Of other folders than this workspace. */
	readonly elsewhere: number;
	readonly older: number;
	/** Could not be read now; the next import tries again. */
	readonly unreadable: number;
	/** Told of no response and no call of a tool. */
	readonly empty: number;
	/** Responses of the imported ones. */
	readonly responses: number;
	/** Rows of the imported ones that were not understood, so that their figures may be too low. */
	readonly oddRows: number;
};

export type Imports = {
	/**
	 * Takes the sessions that the engines keep on this machine into the store. Their files are only read.
	 *
	 * `engines`: all that keep some when empty. `since`: epoch ms. @throws {RadError} `USAGE` for an engine that keeps none.
	 */
	readonly run: (
		options: Observed & {
			readonly engines: readonly string[];
			readonly since: number;
			readonly isEverywhere: boolean;
			readonly signal: AbortSignal;
		},
	) => Promise<readonly ImportResult[]>;
	/** Names of the engines that keep sessions. */
	readonly engines: readonly string[];
};
