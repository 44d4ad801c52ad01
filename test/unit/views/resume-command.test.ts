import {describe, expect, it} from 'vitest';
import {formatResumeCommand} from '../../../source/views/resume-command.ts';

describe('formatResumeCommand', () => {
	it.each([
		['claude', 'claude --resume 7e996d28-5f3e'],
		['codex', 'codex resume 7e996d28-5f3e'],
		['gemini', 'gemini --resume 7e996d28-5f3e'],
		['opencode', 'opencode --session 7e996d28-5f3e'],
		['shell', undefined],
		['constructor', undefined],
	])('knows the words of %s', (engine, command) => {
		expect(formatResumeCommand({engine, sessionId: '7e996d28-5f3e'})).toBe(command);
	});

	it.each([null, '', '$(reboot)', 'a b', '--help', '-x', 'x'.repeat(200)])('offers nothing to paste for the session %j', sessionId => {
		expect(formatResumeCommand({engine: 'claude', sessionId})).toBeUndefined();
	});
});
