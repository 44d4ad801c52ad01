import type {Engine, EngineCall} from '../../engine.ts';
import {demandPrompt} from '../demand-prompt.ts';
import {openApiReader} from './api-reader.ts';
import {API_KEY_VARIABLES, API_PROVIDERS, parseModelName} from './model-settings.ts';

export type ApiEngineOptions = {
	/** The Node that runs it. */
	readonly nodePath: string;
	/** The built program. */
	readonly agentFile: string;
};

/**
 * A small coding agent that comes with rad and calls the API of a model itself: Anthropic's, OpenAI's Responses (`openai`) and Chat
 * Completions (`openai-chat`), Gemini's (`google`), or any server that speaks the latter of OpenAI's (`compatible`). Where they are and
 * which keys they take is in the environment, see `readSettings`.
 */
export const createApiEngine = ({nodePath, agentFile}: ApiEngineOptions): Engine => ({
	name: 'api',
	agentType: 'agent',
	isRecording: false,
	program: null,
	login: {variables: API_KEY_VARIABLES, files: []},
	supports: ['usage', 'hooks'],
	findCredentials: model => OWN_KEYS[parseModelName(model ?? '')?.provider ?? ''] ?? /^$/,
	asksBeforeWrites: true,
	needsVerdict: true,
	takesSchema: () => false,
	findProblem,
	toLaunch: ({model, permissions, workspaceRoot, hookUrl, prompt}) => ({
		file: nodePath,
		args: [agentFile, model ?? '', permissions, workspaceRoot],
		env: hookUrl === null ? {} : {RAD_HOOK_URL: hookUrl},
		stdin: prompt,
		isContinued: false,
		files: {},
		recordsDirectory: null,
	}),
	openReader: openApiReader,
	records: null,
	history: null,
	findRecordsDirectory: () => null,
});

const OWN_KEYS: Readonly<Record<string, RegExp>> = {
	anthropic: /^ANTHROPIC_/,
	openai: /^OPENAI_(?!COMPATIBLE)/,
	'openai-chat': /^OPENAI_(?!COMPATIBLE)/,
	google: /^(GEMINI|GOOGLE)_/,
	compatible: /^OPENAI_COMPATIBLE_/,
};

const EXAMPLE = 'anthropic/claude-sonnet-4-5';

const findProblem = (call: EngineCall): string | null => demandPrompt('api', call) ?? findModelProblem(call.model);

const findModelProblem = (model: string | null): string | null => {
	const advice = `write model as <provider>/<model>, as in ${EXAMPLE}; the providers are ${API_PROVIDERS.join(', ')}.`;
	if (model === null) return `The engine "api" has no model of its own: ${advice}`;
	return parseModelName(model) === undefined ? `The engine "api" does not know the model "${model}": ${advice}` : null;
};
