import {describe, expect, it} from 'vitest';
import {findCause} from '../../../source/agents/failure-cause.ts';
import {findUsageLimit} from '../../../source/agents/usage-limit.ts';

/** A Thursday, 10:30 in Berlin. */
const NOW = Date.UTC(2026, 10, 26, 9, 30);
const HOUR = 3_600_000;

const find = (reason: string, timeZone = 'Europe/Berlin') => findUsageLimit({reason}, NOW, timeZone);

describe('findUsageLimit reads when work can go on', () => {
	it.each([
		["You've hit your limit · resets 2pm (Asia/Shanghai)", Date.UTC(2026, 10, 27, 6)],
		["You've hit your session limit · resets 3:45pm", Date.UTC(2026, 10, 26, 14, 45)],
		["You've hit your weekly limit · resets Nov 29, 9am (Europe/Berlin)", Date.UTC(2026, 10, 29, 8)],
		['Claude AI usage limit reached|1795687200', 1_795_687_200_000],
		["You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again at 7:58 PM.", Date.UTC(2026, 10, 26, 18, 58)],
		["You've hit your usage limit. Try again at Dec 3rd, 2026 7:58 AM.", Date.UTC(2026, 11, 3, 6, 58)],
		["You've hit your usage limit. Upgrade to Pro or try again in 2 days 17 hours 14 minutes.", NOW + 65 * HOUR + 14 * 60_000],
		['{"type":"usage_limit_reached","resets_at":1795687200,"resets_in_seconds":3}', 1_795_687_200_000],
		['You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.', NOW + 8 * HOUR + 44 * 60_000 + 7000],
		["You've hit your limit · resets 12am", Date.UTC(2026, 10, 26, 23)],
	])('%s', (reason, resetsAt) => {
		expect(find(reason)).toEqual({resetsAt});
		expect(findCause(reason)).toBe('rate_limit');
	});

	it.each([
		'You have exhausted your daily quota on this model.',
		'You exceeded your current quota, please check your plan and billing details.',
		"You've hit your limit · resets 3pm (Nowhere/Atlantis)",
		"You've hit your usage limit. Try again at Jun 1, 2031 7:58 AM.",
		'Claude AI usage limit reached|9999999999',
	])('or that nobody tells it: %s', reason => {
		expect(find(reason)).toEqual({resetsAt: null});
	});

	it.each([
		'API Error: Request rejected (429) · This request would exceed your rate limit',
		'You have exhausted your capacity on this model. Your quota will reset after 5s.',
		'529 overloaded_error',
		'',
	])('unless the limit passes by itself: %s', reason => {
		expect(find(reason)).toBeUndefined();
	});

	it('by the engine’s own figure, when it has one', () => {
		expect(findUsageLimit({reason: 'API Error 429', resetsAt: NOW + HOUR}, NOW)).toEqual({resetsAt: NOW + HOUR});
		expect(findUsageLimit({reason: 'API Error 429', resetsAt: NOW + 5000}, NOW)).toBeUndefined();
		expect(findUsageLimit({reason: null}, NOW)).toBeUndefined();
	});

	it('in the next year, where that day of this one is over', () => {
		const reason = "You've hit your limit · resets Jan 2, 12pm (UTC)";
		expect(findUsageLimit({reason}, Date.UTC(2026, 11, 30))).toEqual({resetsAt: Date.UTC(2027, 0, 2, 12)});
	});

	it('in no time worth telling, whatever stands there', () => {
		const text = `You've hit your limit · resets ${'9 d '.repeat(2000)}`;
		expect(find(text)).toEqual({resetsAt: null});
	});
});
