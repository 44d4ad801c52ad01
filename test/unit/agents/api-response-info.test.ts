import {describe, expect, it} from 'vitest';
import {createResponseGatherer} from '../../../source/agents/engines/api/response-info.ts';

describe('the service tier of a streamed response', () => {
	const tierOf = (provider: Parameters<typeof createResponseGatherer>[0], ...events: readonly unknown[]) => {
		const gatherer = createResponseGatherer(provider);
		for (const event of events) gatherer.add(event);
		return gatherer.info()?.tier;
	};

	it('is what it became, not what was asked for', () => {
		const created = {type: 'response.created', response: {id: 'r', service_tier: 'priority'}};

		expect(tierOf('openai', created, {type: 'response.completed', response: {service_tier: 'default'}})).toBeNull();
		expect(tierOf('openai', created, {type: 'response.output_text.delta'})).toBe('priority');
		expect(tierOf('openai-chat', {service_tier: 'auto'}, {choices: [], service_tier: 'flex'})).toBe('flex');
	});

	it('is a speed at Anthropic, and told nowhere in the stream at Google', () => {
		expect(tierOf('anthropic', {type: 'message_start', message: {usage: {service_tier: 'standard', speed: 'fast'}}})).toBe('fast');
		expect(tierOf('anthropic', {type: 'message_start', message: {usage: {service_tier: 'standard'}}})).toBeNull();
		expect(tierOf('google', {usageMetadata: {promptTokenCount: 1}})).toBeNull();
	});
});
