import {z} from 'zod';
import {text, wanted} from '../../workspace/zod-judge.ts';
import {findCronProblem, isTimeZone} from './cron.ts';

/** The most times at which a workflow may be meant to start. */
const MAX_TIMES = 20;
const CRON_RULE = 'write a time of cron, such as "15 2 * * 1-5"';
const ZONE_RULE = 'write one of the IANA, such as Europe/Berlin';
const SCHEDULE_RULE = 'write on: { schedule: [{ cron: "15 2 * * 1-5", timezone: Europe/Berlin }] }';

const scheduled = z.strictObject(
	{
		cron: text(CRON_RULE).superRefine((value, context) => {
			const problem = findCronProblem(value);
			if (problem !== null) context.addIssue({code: 'custom', message: problem});
		}),
		timezone: text(ZONE_RULE).refine(isTimeZone, `is not a time zone; ${ZONE_RULE}`).optional(),
	},
	wanted('a mapping', 'write { cron: "15 2 * * 1-5" }'),
);

/** When a workflow is meant to be started. */
export const ON = z.strictObject(
	{
		schedule: z
			.array(scheduled, wanted('a list', SCHEDULE_RULE))
			.min(1, `is empty; ${SCHEDULE_RULE}`)
			.max(MAX_TIMES, `has more than ${MAX_TIMES} times, the most there may be`),
	},
	wanted('a mapping', SCHEDULE_RULE),
);
