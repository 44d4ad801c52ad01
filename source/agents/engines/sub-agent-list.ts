import type {AgentEnd} from '../../domain/status.ts';
import type {AgentFact, AgentKey} from '../engine.ts';

type Facts = readonly AgentFact[];
type Start = {readonly parent: AgentKey; readonly name: string; readonly model: string | null};

/** The sub-agents of one process by the engine's own keys: each begins once and ends once, however often the engine says so. */
export type SubAgentList = {
	/** `toStart` is asked only where the sub-agent is new. */
	readonly meet: (key: string, toStart: () => Start) => Facts;
	readonly finish: (key: string, status: AgentEnd, error: string | null) => Facts;
	/** Ends those whose end was never told, as lost. */
	readonly end: () => Facts;
};

export const openSubAgentList = (): SubAgentList => {
	const known = new Set<string>();
	const over = new Set<string>();
	const finish: SubAgentList['finish'] = (key, status, error) => {
		if (over.has(key)) return [];
		over.add(key);
		return [{type: 'sub-agent-ended', agent: key, status, error}];
	};
	return {
		meet: (key, toStart) => {
			if (known.has(key)) return [];
			known.add(key);
			return [{type: 'sub-agent-started', agent: key, ...toStart()}];
		},
		finish,
		end: () => [...known].flatMap(key => finish(key, 'lost', 'Its process ended before it did.')),
	};
};
