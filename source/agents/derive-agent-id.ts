import {createHash} from 'node:crypto';
import {type AgentId, ID_DIGITS, parseId} from '../domain/ids.ts';

/** The same sub-agent of the same process always gets the same id; its beginning is the parent's, so that ids stay near in time. */
export const deriveAgentId = (rootId: AgentId, key: string): AgentId => {
	const hash = createHash('sha256').update(`${rootId}\0${key}`).digest();
	const tail = [...hash.subarray(0, 6)].map(byte => ID_DIGITS[byte % ID_DIGITS.length]).join('');
	const id = parseId('agt', `${rootId.slice(0, 'agt_'.length + 4)}${tail}`);
	if (id === undefined) throw new Error('a derived id must be an id');
	return id;
};
