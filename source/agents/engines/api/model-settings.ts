/** Whose API a model is called by. `compatible` is any server that speaks OpenAI's Chat Completions, such as a local one. */
export type ApiProvider = 'anthropic' | 'openai' | 'openai-chat' | 'google' | 'compatible';

/** A model as a workflow names it: `<provider>/<model>`. */
export type ModelName = {readonly provider: ApiProvider; readonly model: string};

export type ModelSettings = ModelName & {
	/** With the version in its path, as in `https://api.anthropic.com/v1`. */
	readonly baseUrl: string;
	/** Null only for a server that asks for none. */
	readonly apiKey: string | null;
};

export type SettingsReading = {readonly kind: 'settings'; readonly settings: ModelSettings} | {readonly kind: 'problem'; readonly reason: string};

type Source = {
	/** The variable with the address. */
	readonly address: string;
	/** Null where nobody can guess it. */
	readonly usual: string | null;
	/** Put behind an address that names no version. */
	readonly version: string;
	/** The variables with the key: the first one that is set holds. */
	readonly keys: readonly string[];
	readonly needsKey: boolean;
};

const OPENAI: Source = {address: 'OPENAI_BASE_URL', usual: 'https://api.openai.com/v1', version: '', keys: ['OPENAI_API_KEY'], needsKey: true};

const SOURCES: Readonly<Record<ApiProvider, Source>> = {
	anthropic: {
		address: 'ANTHROPIC_BASE_URL',
		usual: 'https://api.anthropic.com',
		version: '/v1',
		keys: ['ANTHROPIC_API_KEY'],
		needsKey: true,
	},
	openai: OPENAI,
	'openai-chat': OPENAI,
	google: {
		address: 'GOOGLE_GEMINI_BASE_URL',
		usual: 'https://generativelanguage.googleapis.com',
		version: '/v1beta',
		keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
		needsKey: true,
	},
	compatible: {address: 'OPENAI_COMPATIBLE_BASE_URL', usual: null, version: '', keys: ['OPENAI_COMPATIBLE_API_KEY'], needsKey: false},
};

export const API_PROVIDERS = Object.keys(SOURCES) as readonly ApiProvider[];

/** The variables with keys of all providers: no tool of the agent gets to see them. */
export const API_KEY_VARIABLES: readonly string[] = [...new Set(Object.values(SOURCES).flatMap(({keys}) => keys))];

/** Reads `<provider>/<model>`; the model's own name may hold slashes. Undefined when it is none. */
export const parseModelName = (text: string): ModelName | undefined => {
	const [, start, model] = /^([a-z-]+)\/(\S+)$/.exec(text) ?? [];
	const provider = API_PROVIDERS.find(name => name === start);
	return provider === undefined || model === undefined ? undefined : {provider, model};
};

/**
 * Finds the address and the key of a model's provider in the environment: `ANTHROPIC_BASE_URL` and `ANTHROPIC_API_KEY`, `OPENAI_BASE_URL`
 * (with its `/v1`) and `OPENAI_API_KEY`, `GOOGLE_GEMINI_BASE_URL` and `GEMINI_API_KEY` or `GOOGLE_API_KEY`, `OPENAI_COMPATIBLE_BASE_URL`
 * (with its `/v1`) and, where the server wants one, `OPENAI_COMPATIBLE_API_KEY`.
 */
export const readSettings = (name: ModelName, environment: Readonly<Record<string, string | undefined>>): SettingsReading => {
	const {address, usual, version, keys, needsKey} = SOURCES[name.provider];
	const apiKey = keys.map(key => environment[key]).find(value => value !== undefined && value !== '') ?? null;
	if (apiKey === null && needsKey) return problem(`There is no API key for ${name.provider}: set ${keys.join(' or ')}.`);
	const url = environment[address] || usual;
	if (url === null) return problem(`Nothing says where the model is: set ${address}, as in http://127.0.0.1:8080/v1.`);
	if (!isHttp(url)) return problem(`${address} must be an address that begins with https:// or http://.`);
	const base = url.replace(/(?<!\/)\/+$/, '');
	return {kind: 'settings', settings: {...name, apiKey, baseUrl: version === '' || /\/v\d\w*$/.test(base) ? base : `${base}${version}`}};
};

const problem = (reason: string): SettingsReading => ({kind: 'problem', reason});

const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
