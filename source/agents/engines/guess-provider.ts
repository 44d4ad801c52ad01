const PROVIDERS: ReadonlyArray<readonly [start: RegExp, provider: string]> = [
	[/^claude-/, 'anthropic'],
	[/^(?:gpt-|chatgpt-|codex-|o\d)/, 'openai'],
	[/^gemini-/, 'google'],
	[/^grok-/, 'x-ai'],
	[/^deepseek-/, 'deepseek'],
	[/^kimi-/, 'moonshotai'],
	[/^glm-/, 'zhipuai'],
	[/^minimax-/, 'minimax'],
];

/** Whose prices hold for a model, by its name alone: for programs that serve the models of many providers and do not tell. */
export const guessProvider = (model: string): string => PROVIDERS.find(([start]) => start.test(model.toLowerCase()))?.[1] ?? 'unknown';
