import {expect, test} from 'vitest';
import type {UsageFilter} from '../../../source/domain/rad.ts';
import {USAGE_GROUPINGS} from '../../../source/domain/records.ts';
import {type Connection, openConnection} from '../../../source/monitoring/sqlite-open.ts';
import {createUsageReads} from '../../../source/monitoring/sqlite-usage.ts';
import {anId} from '../../support/builders.ts';

/** Remembers what is asked of a database. */
const overhear = (connection: Connection, heard: string[]): Connection =>
	new Proxy(connection, {
		get: (target, name) =>
			name === 'prepare'
				? (sql: string) => {
						heard.push(sql);
						return target.prepare(sql);
					}
				: Reflect.get(target, name),
	});

const FILTERS: readonly UsageFilter[] = [
	{agentId: anId('agt')},
	{runId: anId('run')},
	{runId: anId('run'), stepId: 'a'},
	{runId: anId('run'), stepPrefix: 'a.'},
	{runId: anId('run'), since: 1},
];

type Ask = (reads: ReturnType<typeof createUsageReads>, filter: UsageFilter) => Promise<unknown>;

const QUESTIONS: readonly Ask[] = [
	(reads, filter) => reads.sumUsage(filter),
	(reads, filter) => reads.sumUsageByModel(filter),
	(reads, filter) => reads.sumUsageByAgent(filter),
	...USAGE_GROUPINGS.map(
		(grouping): Ask =>
			(reads, filter) =>
				reads.sumUsageByGroup(grouping, filter),
	),
	(reads, filter) => reads.sumUsageOverTime(filter, {from: 0, spanMs: 1}),
	(reads, filter) => reads.listUsage(filter),
	(reads, filter) => reads.listToolCalls(filter),
];

/** How SQLite goes about each question. */
const explain = async (questions: readonly Ask[], filter: UsageFilter): Promise<readonly string[]> => {
	const connection = openConnection(':memory:', {create: true});
	const heard: string[] = [];
	const reads = createUsageReads(overhear(connection, heard));
	for (const ask of questions) await ask(reads, filter);
	const parameters = {...filter, from: 0n, spanMs: 1n};
	const steps = heard.map(sql => connection.prepare<unknown[], {detail: string}>(`EXPLAIN QUERY PLAN ${sql}`).all(parameters));
	connection.close();
	return steps.map(details => details.map(({detail}) => detail).join('; '));
};

test.each(FILTERS)('what is asked of a part is found without looking at all that was ever used: %o', async filter => {
	const plans = await explain(QUESTIONS, filter);

	expect(plans).toHaveLength(QUESTIONS.length);
	expect(plans.filter(plan => /SCAN t\b/.test(plan))).toEqual([]);
});

test('the last days are found by the time', async () => {
	const [plan] = await explain([(reads, filter) => reads.sumUsageByGroup('day', filter)], {since: 1});

	expect(plan).toContain('SEARCH t USING INDEX telemetry_by_time (at>?)');
});
