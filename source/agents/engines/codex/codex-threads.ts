import type {AgentKey} from '../../engine.ts';
import {type Foreign, toText} from '../../foreign.ts';

/** What the rows of one file have told of their thread so far. */
type Thread = {
	/** Empty until the first row was read. */
	readonly id: string;
	readonly session: string;
	/** The folder that it works in. */
	readonly root: string;
	readonly version: string | null;
	/** The newest. */
	readonly model: string | null;
};

const UNMET: Thread = {id: '', session: '', root: '', version: null, model: null};

/** The threads of one session, by the source of their rows. */
export type CodexThreads = {
	readonly find: (source: string) => Thread;
	/** Takes the first row of a source; undefined when it was met before. */
	readonly meet: (source: string, meta: Foreign) => Thread | undefined;
	readonly setModel: (source: string, model: string) => void;
	/** Tells which thread is the main conversation, whose id is the session's too. */
	readonly setMain: (thread: string) => void;
	readonly main: () => string;
	/** Whose row it is; undefined for other sessions' and for those that a thread took over from the one it was copied from. */
	readonly findOwner: (source: string, payload: Foreign) => AgentKey | undefined;
};

export const openCodexThreads = (): CodexThreads => {
	const threads = new Map<string, Thread>();
	let main = '';
	const find = (source: string): Thread => threads.get(source) ?? UNMET;
	return {
		find,
		meet: (source, meta) => {
			const before = find(source);
			// A thread that began as a copy of another one may hold that one's first row too.
			if (before.id !== '') return undefined;
			const thread = {
				...before,
				id: toText(meta['id']),
				session: toText(meta['session_id']),
				root: toText(meta['cwd']),
				version: toText(meta['cli_version']) || null,
			};
			threads.set(source, thread);
			main ||= thread.session;
			return thread;
		},
		setModel: (source, model) => {
			if (model !== '') threads.set(source, {...find(source), model});
		},
		setMain: thread => {
			main = thread;
		},
		main: () => main,
		findOwner: (source, payload) => {
			const {id, session} = find(source);
			const owner = toText(payload['thread_id']) || id;
			const isOurs = main !== '' && (toText(payload['session_id']) || session) === main;
			if (!isOurs || owner === '' || (id !== '' && id !== owner)) return undefined;
			return owner === main ? null : owner;
		},
	};
};
