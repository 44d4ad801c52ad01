import type {LogKind} from '../../domain/records.ts';
import type {AgentFact, AgentKey} from '../engine.ts';

/** One log line for each line of a text; none for an empty text. */
export const toLogs = (agent: AgentKey, kind: LogKind, text: string): readonly AgentFact[] => {
	if (text.trim() === '') return [];
	const lines = text.trimEnd().split(/\r?\n/);
	return lines.map(line => ({type: 'log', agent, kind, text: line}));
};
