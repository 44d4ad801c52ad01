import path from 'node:path';
import type {Permissions} from '../../../domain/records.ts';
import type {Engine, EngineCall, Launch} from '../../engine.ts';
import type {FindProgram} from '../../find-program.ts';
import {claudeHistory} from '../claude-stream/claude-history.ts';
import {openClaudeReader} from '../claude-stream/claude-reader.ts';
import {claudeRecords} from '../claude-stream/claude-records.ts';
import {demandPrompt} from '../demand-prompt.ts';

/** The flag of `--permission-mode`. `acceptEdits` writes files, and runs only commands that Claude Code itself takes for harmless. */
const MODES: Readonly<Record<Permissions, string>> = {plan: 'plan', edit: 'acceptEdits', full: 'bypassPermissions'};

const SETTINGS_FILE = 'claude-settings.json';
const ASKED_TOOLS = 'Write|Edit|MultiEdit|NotebookEdit|Bash';
const HOOK_LIMIT_SECONDS = 120;
// With its own ten a wrong key is tried for more than two minutes before anybody hears of it.
const MODEL_RETRIES = '4';

/** Claude Code, by its command `claude -p` (seen: 2.1.197 and 2.1.330). */
export const createClaudeEngine = ({findProgram}: {readonly findProgram: FindProgram}): Engine => ({
	name: 'claude',
	agentType: 'agent',
	isRecording: false,
	program: {
		command: 'claude',
		install: 'npm install -g @anthropic-ai/claude-code',
	},
	login: {
		variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'],
		files: ['.claude/.credentials.json'],
	},
	supports: ['usage', 'cost', 'sub-agents', 'hooks', 'resume'],
	findCredentials: () => /^(ANTHROPIC|CLAUDE)_/,
	asksBeforeWrites: true,
	needsVerdict: true,
	takesSchema: () => true,
	findProblem: call => demandPrompt('claude', call),
	toLaunch: call => toLaunch(call, findProgram('claude', call.environment) ?? 'claude'),
	openReader: openClaudeReader,
	records: claudeRecords,
	history: claudeHistory,
	findRecordsDirectory,
});

const toLaunch = ({prompt, model, permissions, answer, session, hookUrl, directory, environment}: EngineCall, file: string): Launch => ({
	file,
	args: [
		'-p',
		'--output-format=stream-json',
		'--verbose',
		`--permission-mode=${MODES[permissions]}`,
		...(model === null ? [] : [`--model=${model}`]),
		...(answer === null ? [] : [`--json-schema=${JSON.stringify(answer)}`]),
		...(session === null ? [] : [`--resume=${session}`]),
		...(hookUrl === null ? [] : [`--settings=${path.join(directory, SETTINGS_FILE)}`]),
	],
	env: {
		DISABLE_AUTOUPDATER: '1',
		CLAUDE_CODE_MAX_RETRIES: environment['CLAUDE_CODE_MAX_RETRIES'] ?? MODEL_RETRIES,
	},
	stdin: prompt,
	// In a file of the attempt's own: arguments can be read by every user of the machine, and the address is a secret.
	files: hookUrl === null ? {} : {[SETTINGS_FILE]: JSON.stringify(toSettings(hookUrl))},
	isContinued: session !== null,
	recordsDirectory: findRecordsDirectory(environment),
});

const findRecordsDirectory = ({CLAUDE_CONFIG_DIR: own, HOME: home}: EngineCall['environment']): string | null => {
	const folder = own || (home ? path.join(home, '.claude') : '');
	return path.isAbsolute(folder) ? path.join(folder, 'projects') : null;
};

const toSettings = (url: string) => ({
	hooks: {PreToolUse: [{matcher: ASKED_TOOLS, hooks: [{type: 'http', url, timeout: HOOK_LIMIT_SECONDS}]}]},
});
