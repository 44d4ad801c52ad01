import {createAnthropic} from '@ai-sdk/anthropic';
import {createGoogleGenerativeAI} from '@ai-sdk/google';
import {createOpenAI} from '@ai-sdk/openai';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';
import type {LanguageModelV3} from '@ai-sdk/provider';
import type {ModelSettings} from './model-settings.ts';

/** The model of the AI SDK that speaks the protocol of these settings. Its requests go to the address in them and nowhere else. */
export const createAiSdkModel = ({provider, model, baseUrl, apiKey}: ModelSettings): LanguageModelV3 => {
	const common = {baseURL: baseUrl, fetch: fetchWithoutRedirect, ...(apiKey === null ? {} : {apiKey})};
	switch (provider) {
		case 'anthropic':
			return createAnthropic(common).languageModel(model);
		case 'openai':
			return createOpenAI(common).responses(model);
		case 'openai-chat':
			return createOpenAI(common).chat(model);
		case 'google':
			return createGoogleGenerativeAI(common).languageModel(model);
		case 'compatible':
			return createOpenAICompatible({...common, name: 'compatible', includeUsage: true}).chatModel(model);
	}
};

/** The key is in a header that another server would be sent too. */
const fetchWithoutRedirect: typeof fetch = (input, init) => fetch(input, {...init, redirect: 'error'});
