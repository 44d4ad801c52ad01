import path from 'node:path';
import type {Permissions} from '../../../domain/records.ts';
import type {Engine, EngineCall, Launch} from '../../engine.ts';
import type {FindProgram} from '../../find-program.ts';
import {demandPrompt} from '../demand-prompt.ts';
import {geminiHistory} from './gemini-history.ts';
import {openGeminiReader} from './gemini-reader.ts';
import {geminiRecords} from './gemini-records.ts';

export type GeminiEngineOptions = {
	readonly findProgram: FindProgram;
	/** Command line for a shell: the program that asks rad, by `RAD_HOOK_URL`, before a tool of Gemini CLI writes. */
	readonly hookCommand: string;
	/**
	 * Absolute path of the settings that are shipped with rad, see `hook-settings.json`. Gemini CLI reads them only from a file that
	 * belongs to root and cannot be written by others, in folders of which the same is true; else it warns and asks nobody.
	 */
	readonly hookSettingsFile: string | null;
};

/**
 * The flag of `--approval-mode`. Without anybody to ask, `default` refuses every tool that writes or runs something. The CLI's own `plan`
 * is not used: when nobody can be asked it lets the model leave the mode by itself, and then allows everything.
 */
const MODES: Readonly<Record<Permissions, string>> = {plan: 'default', edit: 'auto_edit', full: 'yolo'};

const POLICY_FILE = 'gemini-policy.toml';

/** In any mode but `yolo` the model may enter the CLI's plan mode and leave it with all permissions (seen: 0.61.0), unless this forbids it. */
const POLICY = `[[rule]]
toolName = ["enter_plan_mode", "exit_plan_mode"]
decision = "deny"
priority = 999
denyMessage = "What this step may do was set when it was started."
`;

/**
 * Gemini CLI without its terminal, by its command `gemini` (seen: 0.61.0). With `edit` it writes files and runs no commands.
 *
 * The hook takes the place of the machine's own system settings, of which Gemini CLI reads one file only.
 */
export const createGeminiEngine = (options: GeminiEngineOptions): Engine => ({
	name: 'gemini',
	agentType: 'agent',
	isRecording: false,
	program: {
		command: 'gemini',
		install: 'npm install -g @google/gemini-cli',
	},
	login: {variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'], files: ['.gemini/oauth_creds.json']},
	supports: ['usage', 'sub-agents', 'hooks', 'resume'],
	findCredentials: () => /^(GEMINI|GOOGLE)_/,
	asksBeforeWrites: options.hookSettingsFile !== null,
	needsVerdict: true,
	takesSchema: () => false,
	findProblem: call => demandPrompt('gemini', call),
	toLaunch: call => toLaunch(call, options),
	openReader: openGeminiReader,
	records: geminiRecords,
	history: geminiHistory,
	findRecordsDirectory,
});

const toLaunch = (call: EngineCall, options: GeminiEngineOptions): Launch => {
	const isLimited = call.permissions !== 'full';
	return {
		file: options.findProgram('gemini', call.environment) ?? 'gemini',
		args: [
			'--output-format=stream-json',
			'--skip-trust',
			`--approval-mode=${MODES[call.permissions]}`,
			...(isLimited ? [`--admin-policy=${path.join(call.directory, POLICY_FILE)}`] : []),
			// In one piece, so that no name of a model is taken for a flag.
			...(call.model === null ? [] : [`--model=${call.model}`]),
			...(call.session === null ? [] : [`--resume=${call.session}`]),
		],
		env: {
			// Else the first process only starts another one, and ignores every signal but the last.
			GEMINI_CLI_NO_RELAUNCH: 'true',
			GEMINI_CLI_TRUST_WORKSPACE: 'true',
			...toHookEnvironment(call, options),
		},
		// Without a terminal it takes its prompt from here.
		stdin: call.prompt,
		files: isLimited ? {[POLICY_FILE]: POLICY} : {},
		isContinued: call.session !== null,
		recordsDirectory: findRecordsDirectory(call.environment),
	};
};

// Settings that somebody named already are kept.
const toHookEnvironment = ({hookUrl, environment}: EngineCall, {hookCommand, hookSettingsFile}: GeminiEngineOptions): Launch['env'] =>
	hookUrl === null || hookSettingsFile === null || environment['GEMINI_CLI_SYSTEM_SETTINGS_PATH']
		? {}
		: {GEMINI_CLI_SYSTEM_SETTINGS_PATH: hookSettingsFile, RAD_HOOK_COMMAND: hookCommand, RAD_HOOK_URL: hookUrl};

const findRecordsDirectory = (environment: EngineCall['environment']): string | null => {
	const home = environment['GEMINI_CLI_HOME'] || environment['HOME'] || '';
	return path.isAbsolute(home) ? path.join(home, '.gemini', 'tmp') : null;
};
