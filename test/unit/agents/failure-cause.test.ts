import {describe, expect, it} from 'vitest';
import {findCause} from '../../../source/agents/failure-cause.ts';

describe('findCause', () => {
	it.each([
		['API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}', 'authentication'],
		['Not logged in · Please run /login', 'authentication'],
		['unexpected status 401 Unauthorized: bad key', 'authentication'],
		['API Error: 429 rate_limit_error', 'rate_limit'],
		['Overloaded', 'rate_limit'],
		['RESOURCE_EXHAUSTED: Quota exceeded', 'rate_limit'],
		['prompt is too long: 210000 tokens > 200000 maximum', 'context_length'],
		['Your input exceeds the context window of this model.', 'context_length'],
		['connect ECONNREFUSED 127.0.0.1:80', 'network'],
		['stream disconnected before completion', 'network'],
		['the tool was denied', 'permission_refused'],
		['It did not compile.', null],
	])('reads %s', (reason, cause) => {
		expect(findCause(reason)).toBe(cause);
	});

	it.each([
		[401, 'authentication'],
		[403, 'authentication'],
		[413, 'context_length'],
		[429, 'rate_limit'],
		[529, 'rate_limit'],
		[400, null],
	])('believes the status %i before the words', (status, cause) => {
		expect(findCause('something', status)).toBe(cause);
	});

	it('takes no time for a text without end', () => {
		expect(findCause('prompt is '.repeat(1_000_000))).toBeNull();
	});
});
