import type {FailureCause} from '../domain/status.ts';

// In this order: a refused login may speak of limits, and a limit of a connection that was closed.
const BY_STATUS: ReadonlyArray<readonly [statuses: readonly number[], cause: FailureCause]> = [
	[[401, 402, 403], 'authentication'],
	[[413], 'context_length'],
	[[429, 529], 'rate_limit'],
];

const BY_WORDS: ReadonlyArray<readonly [words: RegExp, cause: FailureCause]> = [
	[
		/unauthori[sz]ed|authentication|api[ _-]?key|not logged in|please (?:run )?\/?login|invalid (?:x-)?(?:api|token)|credential|permission_error|auth method/i,
		'authentication',
	],
	[/prompt is too long|context[ _-](?:length|window)|maximum context|too many tokens|input is too long/i, 'context_length'],
	[
		/rate[ _-]?limit|usage[ _-]?limit|\bhit your (?:[\w-]+ ){0,3}limit\b|exhausted your|out of (?:extra )?usage|too many requests|overloaded|quota|resource_exhausted|\b429\b|\b529\b/i,
		'rate_limit',
	],
	[/permission denied by|was denied|refused permission|requires approval|not permitted|read-only sandbox|permission_denied/i, 'permission_refused'],
	[
		/ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|socket|network|connection (?:error|reset|refused|closed|lost)|fetch failed|stream (?:closed|disconnected|ended)|terminated|premature/i,
		'network',
	],
];

// What is longer than any message is not searched.
const MAX_REASON = 4000;

/**
 * The cause of a failure, as far as the HTTP status of the last model call or the engine's own words tell; null when neither does. Foreign
 * text: at worst the cause is wrong, and the words themselves are shown beside it.
 */
export const findCause = (reason: string, status: number | null = null): FailureCause | null =>
	BY_STATUS.find(([statuses]) => status !== null && statuses.includes(status))?.[1] ??
	BY_WORDS.find(([words]) => words.test(reason.slice(0, MAX_REASON)))?.[1] ??
	null;
