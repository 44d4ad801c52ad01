import {listSecrets, type Plan} from '../domain/plan.ts';
import {quote} from '../domain/quote.ts';
import type {Line} from '../views/line.ts';
import {wrap} from '../views/wrap.ts';
import type {Field} from './output.ts';

/** `directory` is the absolute path of a folder of the workspace. */
type Place = {readonly directory: string; readonly program: string};

const toEntry = ({name, inputs}: Plan, cron: string, {directory, program}: Place): string => {
	const required = inputs.filter(({isRequired, defaultValue}) => isRequired && defaultValue === null).map(input => ` --input ${input.name}=…`);
	// A crontab ends the command at a percent sign.
	return `${cron} cd ${quote(directory)} && ${program} run ${name}${required.join('')} --detach`.replaceAll('%', String.raw`\%`);
};

/** What the user's own cron has to be told to start the workflow on its schedule; nothing where it has none. */
export const formatSchedule = (plan: Plan, place: Place, columns: number): readonly Line[] => {
	if (plan.schedule.length === 0) return [];
	const secrets = listSecrets(plan);
	const hint = [
		'rad starts nothing by itself. To have it started on its schedule, put this into your crontab (crontab -e).',
		'cron has a PATH of its own: write the whole path of rad where it does not find it.',
		...(secrets.length === 0 ? [] : [`There it needs ${secrets.join(', ')} in its environment, too.`]),
	];
	return [
		[],
		...wrap(hint.join(' '), columns).map((text): Line => [{text, tone: 'quiet'}]),
		...plan.schedule.flatMap(({cron, timezone}): readonly Line[] => [
			...(timezone === null ? [] : [[`CRON_TZ=${timezone}`]]),
			[toEntry(plan, cron, place)],
		]),
	];
};

/** The same for a pipe. */
export const toScheduleFields = (plan: Plan, place: Place): ReadonlyArray<readonly Field[]> =>
	plan.schedule.map(({cron, timezone}) => ['schedule', cron, timezone, toEntry(plan, cron, place)]);
