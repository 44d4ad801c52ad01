import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {CliName} from './installed-clis.ts';

export type ModelEndpoint = {
	/** Of the model server, without a path. */
	readonly url: string;
	/** What the server takes for a key; anything unless it asks for one. */
	readonly token?: string;
};

/** How a program reaches the model server. */
export type CliSetup = {
	/** What it needs in its environment besides `toBaseEnvironment`; those of several programs can be merged. */
	readonly environment: Readonly<Record<string, string>>;
	/** The model that its configuration names; spelled as its own flag for models wants it. */
	readonly model: string;
	/** The arguments of a plain run without a terminal, with nothing on standard input and all tools allowed. */
	readonly toArguments: (prompt: string) => readonly string[];
};

/** An environment made on purpose: a HOME of its own, and no way out but to this machine. */
export const toBaseEnvironment = (home: string, searchPath: string): Readonly<Record<string, string>> => ({
	HOME: home,
	PATH: searchPath,
	LANG: 'C.UTF-8',
	// Gemini CLI asks for more than a dumb terminal.
	TERM: 'xterm-256color',
	NO_COLOR: '1',
	// Nobody listens at port 9: what the programs want from the internet fails at once, everywhere alike.
	...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map(name => [name, 'http://127.0.0.1:9'])),
	NO_PROXY: '127.0.0.1,localhost',
	no_proxy: '127.0.0.1,localhost',
});

/** Writes the configuration that a program needs below `home` (all four can share one) and tells what else it takes to point it to the model server. */
export const prepareCli = (cli: CliName, home: string, endpoint: ModelEndpoint): CliSetup => {
	const {files, ...setup} = SETUPS[cli](endpoint.url, endpoint.token ?? 'dummy');
	for (const [name, content] of Object.entries(files)) {
		const file = path.join(home, name);
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, content);
	}
	return setup;
};

type Setup = CliSetup & {readonly files: Readonly<Record<string, string>>};

const setUpClaude = (url: string, token: string): Setup => ({
	files: {},
	environment: {
		ANTHROPIC_BASE_URL: url,
		ANTHROPIC_API_KEY: token,
		DISABLE_TELEMETRY: '1',
		DISABLE_ERROR_REPORTING: '1',
		DISABLE_AUTOUPDATER: '1',
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
	},
	model: 'claude-opus-5-5',
	toArguments: prompt => [
		...['-p', prompt, '--model', 'claude-opus-5-5', '--output-format', 'stream-json', '--verbose'],
		...['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'],
	],
});

const setUpCodex = (url: string, token: string): Setup => ({
	files: {
		'.codex/config.toml': [
			// Newer models get code mode, an unknown one no apply_patch.
			'model = "gpt-5.5"',
			'model_provider = "fake"',
			'check_for_update_on_startup = false',
			'[model_providers.fake]',
			'name = "fake"',
			`base_url = "${url}/v1"`,
			'wire_api = "responses"',
			'env_key = "OPENAI_API_KEY"',
			'[analytics]',
			'enabled = false',
			'',
		].join('\n'),
	},
	environment: {OPENAI_API_KEY: token},
	model: 'gpt-5.5',
	toArguments: prompt => ['exec', '--json', '--skip-git-repo-check', '-s', 'workspace-write', prompt],
});

const setUpGemini = (url: string, token: string): Setup => ({
	files: {
		'.gemini/settings.json': JSON.stringify({
			privacy: {usageStatisticsEnabled: false},
			telemetry: {enabled: false},
			general: {enableAutoUpdate: false},
			security: {auth: {selectedType: 'gemini-api-key'}},
		}),
	},
	environment: {
		GEMINI_API_KEY: token,
		GOOGLE_GEMINI_BASE_URL: url,
		GEMINI_CLI_TRUST_WORKSPACE: 'true',
		GEMINI_CLI_NO_RELAUNCH: 'true',
	},
	model: 'gemini-2.5-pro',
	toArguments: prompt => ['-p', prompt, '-m', 'gemini-2.5-pro', '--skip-trust', '--yolo', '-o', 'stream-json'],
});

const setUpOpencode = (url: string, token: string): Setup => ({
	files: {
		'.config/opencode/opencode.json': JSON.stringify({
			autoupdate: false,
			share: 'disabled',
			permission: {'*': 'allow'},
			provider: {
				fake: {
					npm: '@ai-sdk/openai-compatible',
					name: 'Fake',
					options: {baseURL: `${url}/v1`, apiKey: token},
					models: {
						'fake-chat': {
							name: 'fake-chat',
							tool_call: true,
							reasoning: true,
							limit: {context: 200_000, output: 32_000},
							cost: {input: 1, output: 10, cache_read: 0.1, cache_write: 1.25},
						},
					},
				},
			},
		}),
	},
	environment: {
		OPENCODE_DISABLE_MODELS_FETCH: '1',
		OPENCODE_DISABLE_AUTOUPDATE: '1',
		OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
		OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
	},
	model: 'fake/fake-chat',
	toArguments: prompt => ['run', '--format', 'json', '-m', 'fake/fake-chat', prompt],
});

const SETUPS: Readonly<Record<CliName, (url: string, token: string) => Setup>> = {
	claude: setUpClaude,
	codex: setUpCodex,
	gemini: setUpGemini,
	opencode: setUpOpencode,
};
