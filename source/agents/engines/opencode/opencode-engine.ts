import path from 'node:path';
import type {Permissions} from '../../../domain/records.ts';
import type {Engine, EngineCall, Launch} from '../../engine.ts';
import type {FindProgram} from '../../find-program.ts';
import {parseObject} from '../../foreign.ts';
import {demandPrompt} from '../demand-prompt.ts';
import {openOpencodeReader} from './opencode-reader.ts';
import {opencodeHistory} from './sqlite-opencode-history.ts';
import {opencodeRecords} from './sqlite-opencode-records.ts';

/**
 * The `permission` of its configuration, of which the last rule that fits holds. What is left to asking is refused, since nobody answers.
 * `edit` runs no commands, since opencode has no sandbox for them; it says nothing of other tools, so that opencode's own limits (files
 * outside, `.env`) and the user's hold.
 */
const PERMISSIONS: Readonly<Record<Permissions, Readonly<Record<string, unknown>>>> = {
	plan: {
		'*': 'deny',
		read: {'*': 'allow', '*.env': 'deny', '*.env.*': 'deny', '*.env.example': 'allow'},
		glob: 'allow',
		grep: 'allow',
		list: 'allow',
		lsp: 'allow',
		skill: 'allow',
		todowrite: 'allow',
		webfetch: 'allow',
		websearch: 'allow',
	},
	edit: {edit: 'allow', bash: 'deny'},
	full: {'*': 'allow'},
};

/** The keys of the providers that a model can be named with; for any other, and where no model is named, nobody knows which it takes. */
const OWN_KEYS: Readonly<Record<string, RegExp>> = {
	anthropic: /^ANTHROPIC_/,
	openai: /^OPENAI_/,
	google: /^(GEMINI|GOOGLE)_/,
	openrouter: /^OPENROUTER_/,
	mistral: /^MISTRAL_/,
	deepseek: /^DEEPSEEK_/,
	groq: /^GROQ_/,
	xai: /^XAI_/,
};

/**
 * opencode without its terminal, by its command `opencode run` (seen: 1.18.33).
 *
 * It is not made to ask before it writes: only a plugin of its own could, and with any plugin it first installs 63 MB from the network,
 * or waits more than a minute where there is none.
 */
export const createOpencodeEngine = ({findProgram}: {readonly findProgram: FindProgram}): Engine => ({
	name: 'opencode',
	agentType: 'agent',
	isRecording: false,
	program: {
		command: 'opencode',
		install: 'npm install -g opencode-ai',
	},
	login: {
		variables: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
		files: ['.local/share/opencode/auth.json'],
	},
	supports: ['usage', 'cost', 'sub-agents', 'resume'],
	findCredentials: model => OWN_KEYS[model?.split('/')[0] ?? ''] ?? null,
	asksBeforeWrites: false,
	needsVerdict: true,
	takesSchema: () => false,
	findProblem: call => demandPrompt('opencode', call),
	toLaunch: call => toLaunch(call, findProgram('opencode', call.environment) ?? 'opencode'),
	openReader: openOpencodeReader,
	records: opencodeRecords,
	history: opencodeHistory,
	findRecordsDirectory,
});

const toLaunch = ({prompt, model, permissions, session, environment}: EngineCall, file: string): Launch => ({
	file,
	// In one piece, so that no name of a model is taken for a flag.
	args: ['run', '--format=json', ...(model === null ? [] : [`--model=${model}`]), ...(session === null ? [] : [`--session=${session}`])],
	env: {
		OPENCODE_CONFIG_CONTENT: JSON.stringify(toConfiguration(environment['OPENCODE_CONFIG_CONTENT'], permissions)),
		OPENCODE_DISABLE_AUTOUPDATE: '1',
		// What stands in it would go above the configuration; empty it counts as not set.
		OPENCODE_PERMISSION: '',
	},
	// Without a message among its arguments it takes its prompt from here.
	stdin: prompt,
	files: {},
	isContinued: session !== null,
	recordsDirectory: findRecordsDirectory(environment),
});

/** The user's own configuration of this kind is kept, but for what rad answers for. */
const toConfiguration = (existing: string | undefined, permissions: Permissions) => ({
	...parseObject(existing ?? ''),
	permission: PERMISSIONS[permissions],
	autoupdate: false,
	share: 'disabled',
});

const findRecordsDirectory = (environment: EngineCall['environment']): string | null => {
	const home = environment['HOME'] ?? '';
	const data = environment['XDG_DATA_HOME'] || path.join(home, '.local', 'share');
	return path.isAbsolute(data) ? path.join(data, 'opencode') : null;
};
