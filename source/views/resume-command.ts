import type {Agent} from '../domain/records.ts';
import {PLAIN_WORD} from '../domain/safe-name.ts';

const WORDS: Readonly<Record<string, string>> = {
	claude: 'claude --resume',
	codex: 'codex resume',
	gemini: 'gemini --resume',
	opencode: 'opencode --session',
	copilot: 'copilot --session-id',
	qwen: 'qwen --resume',
};

/** The command with which a person goes on with an agent's conversation by hand; undefined where there is none. */
export const formatResumeCommand = ({engine, sessionId}: Pick<Agent, 'engine' | 'sessionId'>): string | undefined => {
	const words = Object.hasOwn(WORDS, engine) ? WORDS[engine] : undefined;
	return words === undefined || sessionId === null || !PLAIN_WORD.test(sessionId) ? undefined : `${words} ${sessionId}`;
};
