import type {ProcessIdentity} from '../domain/records.ts';

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** What the system knows of processes. Nothing here signals a process whose pid was given to another one meanwhile. */
export type ProcessTable = {
	/** Undefined when there is no such process; a process that has ended and was not collected by its parent still has an identity. */
	readonly identify: (pid: number) => ProcessIdentity | undefined;
	/** False for a zombie too: it answers `kill 0` but does no work. */
	readonly isAlive: (identity: ProcessIdentity) => boolean;
	/** Every live process whose environment at its start held this variable, with its value. */
	readonly listMarked: (name: string) => ReadonlyArray<{readonly identity: ProcessIdentity; readonly value: string}>;
	/** Those of them that have this value; children inherit it, whatever session they moved to. */
	readonly findMarked: (name: string, value: string) => readonly ProcessIdentity[];
	/** Every live process in the group or the session that this process leads, or has led right before: its number is free for others once all are gone. */
	readonly findMembers: (leader: ProcessIdentity) => readonly ProcessIdentity[];
	/** False when the process was gone. */
	readonly signal: (identity: ProcessIdentity, signal: Signal) => boolean;
	/** The same for the whole process group that this process leads. */
	readonly signalGroup: (leader: ProcessIdentity, signal: Signal) => boolean;
};
