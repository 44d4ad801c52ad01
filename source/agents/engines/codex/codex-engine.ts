import {existsSync, realpathSync} from 'node:fs';
import path from 'node:path';
import type {Permissions} from '../../../domain/records.ts';
import type {Engine, EngineCall, Launch} from '../../engine.ts';
import type {FindProgram} from '../../find-program.ts';
import {demandPrompt} from '../demand-prompt.ts';
import {isStrict} from '../strict-schema.ts';
import {codexHistory} from './codex-history.ts';
import {openCodexReader} from './codex-reader.ts';
import {codexRecords} from './codex-records.ts';
import {findNativeProgram} from './native-program.ts';

export type CodexEngineOptions = {
	readonly findProgram: FindProgram;
	/** Command line for the shell of what Codex is to call before a tool runs; it finds the address in `RAD_HOOK_URL`. */
	readonly hookCommand: string;
};

/** Without a sandbox of its own choice Codex only reads, and calls a refused write a success. */
const SANDBOXES: Readonly<Record<Permissions, string>> = {plan: 'read-only', edit: 'workspace-write', full: 'danger-full-access'};

const HOOK_LIMIT_SECONDS = 120;
const SCHEMA_FILE = 'codex-answer-schema.json';

/** OpenAI's Codex CLI, by its command `codex exec` (seen: 0.169.0). */
export const createCodexEngine = ({findProgram, hookCommand}: CodexEngineOptions): Engine => ({
	name: 'codex',
	agentType: 'agent',
	isRecording: false,
	program: {
		command: 'codex',
		install: 'npm install -g @openai/codex',
	},
	login: {variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'], files: ['.codex/auth.json']},
	supports: ['usage', 'sub-agents', 'hooks', 'resume'],
	findCredentials: () => /^(OPENAI|CODEX|AZURE_OPENAI)_/,
	asksBeforeWrites: true,
	needsVerdict: true,
	takesSchema: isStrict,
	findProblem: call => demandPrompt('codex', call),
	toLaunch: call => toLaunch(call, {hookCommand, file: findFile(findProgram('codex', call.environment))}),
	openReader: openCodexReader,
	records: codexRecords,
	history: codexHistory,
	findRecordsDirectory,
});

/** The script of the npm package only starts the program that lies beside it, and does not take that along when it is killed. */
const findFile = (found: string | undefined): string => {
	if (found === undefined) return 'codex';
	const script = existsSync(found) ? realpathSync(found) : found;
	const native = findNativeProgram(script, existsSync);
	return native === script ? found : native;
};

const toLaunch = (call: EngineCall, {file, hookCommand}: {readonly file: string; readonly hookCommand: string}): Launch => ({
	file,
	args: [
		'exec',
		'--json',
		`--sandbox=${SANDBOXES[call.permissions]}`,
		'--skip-git-repo-check',
		'--config=check_for_update_on_startup=false',
		...(isAsked(call) ? toHookArguments(hookCommand) : []),
		...(call.model === null ? [] : [`--model=${call.model}`]),
		...(call.answer === null ? [] : [`--output-schema=${path.join(call.directory, SCHEMA_FILE)}`]),
		...(call.session === null ? [] : ['resume', call.session]),
		// The prompt comes through the standard input: arguments can be read by every user of the machine.
		'-',
	],
	env: call.hookUrl === null || !isAsked(call) ? {} : {RAD_HOOK_URL: call.hookUrl},
	stdin: call.prompt,
	files: call.answer === null ? {} : {[SCHEMA_FILE]: JSON.stringify(call.answer)},
	isContinued: call.session !== null,
	recordsDirectory: findRecordsDirectory(call.environment),
});

/** The flag that lets rad's hook run unasked does so with those that the workspace brings, which nobody may have read: there is none then. */
const isAsked = ({hookUrl, workspaceRoot}: EngineCall): boolean =>
	hookUrl !== null && !['hooks.json', 'config.toml'].some(name => existsSync(path.join(workspaceRoot, '.codex', name)));

/** Hooks that nobody was asked about are passed over without a word, unless Codex is told to trust them. */
const toHookArguments = (command: string): readonly string[] => [
	'--dangerously-bypass-hook-trust',
	`--config=hooks.PreToolUse=[{hooks=[{type="command",command=${toTomlText(command)},timeout=${HOOK_LIMIT_SECONDS}}]}]`,
];

/** TOML writes texts as JSON does, but wants one more character escaped. */
const toTomlText = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

const findRecordsDirectory = ({CODEX_HOME: own, HOME: home}: EngineCall['environment']): string | null => {
	const folder = own || (home ? path.join(home, '.codex') : '');
	return path.isAbsolute(folder) ? path.join(folder, 'sessions') : null;
};
