import {appendFileSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {RecordSource} from '../../../source/agents/engine.ts';
import {codexRecords} from '../../../source/agents/engines/codex/codex-records.ts';
import {createScratch} from '../../support/scratch.ts';

const scratch = createScratch();

const SINCE = Date.parse('2026-11-22T12:00:00Z');
const TODAY = '2026/11/22';
const MAIN = '01a20550-2fbd-7de2-8b37-8d5adcf4bbf9';
const CHILD = '01a20550-3205-7481-b715-ea7903979c27';
const OTHER = '01a20550-4444-7481-b715-ea7903979c27';

const aMeta = (id: string, session: string): string => `${JSON.stringify({type: 'session_meta', payload: {id, session_id: session}})}\n`;

const nameOf = (thread: string, second = 10): string => `rollout-2026-11-22T22-11-${second}-${thread}`;

const writeRollout = (directory: string, {day = TODAY, name, text}: {day?: string; name: string; text: string}): string => {
	mkdirSync(path.join(directory, day), {recursive: true});
	const file = path.join(directory, day, `${name}.jsonl`);
	writeFileSync(file, text);
	return file;
};

const open = (directory: string, sessionId = MAIN): RecordSource => codexRecords.open({directory, sessionId, since: SINCE});

const textsOf = (source: RecordSource): readonly string[] => source.poll().map(({text}) => text);

describe('the records of Codex', () => {
	it('are followed as they grow, the main conversation first', () => {
		const directory = scratch();
		const source = open(directory);
		expect(source.poll()).toEqual([]);

		const main = writeRollout(directory, {name: nameOf(MAIN), text: aMeta(MAIN, MAIN)});
		expect(source.poll()).toEqual([{source: nameOf(MAIN), text: aMeta(MAIN, MAIN).trim()}]);
		appendFileSync(main, '{"n":1}\n{"n":');
		const child = writeRollout(directory, {name: nameOf(CHILD, 11), text: aMeta(CHILD, MAIN)});
		expect(source.poll()).toEqual([
			{source: nameOf(MAIN), text: '{"n":1}'},
			{source: nameOf(CHILD, 11), text: aMeta(CHILD, MAIN).trim()},
		]);
		appendFileSync(main, '2}\n');
		appendFileSync(child, '{"n":3}\n');

		expect(textsOf(source)).toEqual(['{"n":2}', '{"n":3}']);
		expect(source.poll()).toEqual([]);
		source.close();
	});

	it('are found although the thread began long ago, but sub-agents only near the run', () => {
		const directory = scratch();
		writeRollout(directory, {day: '2025/01/02', name: nameOf(MAIN), text: '{"main":true}\n'});
		writeRollout(directory, {day: '2025/01/02', name: nameOf(OTHER), text: aMeta(OTHER, MAIN)});
		writeRollout(directory, {day: '2026/11/21', name: nameOf(CHILD), text: aMeta(CHILD, MAIN)});

		expect(textsOf(open(directory))).toEqual(['{"main":true}', aMeta(CHILD, MAIN).trim()]);
	});

	it('of other sessions are not read', () => {
		const directory = scratch();
		writeRollout(directory, {name: nameOf(OTHER), text: `${aMeta(OTHER, OTHER)}{"session_id":"${MAIN}"}\n`});

		expect(open(directory).poll()).toEqual([]);
	});

	it('whose first line is no first row of a session are not read, now or later', () => {
		const directory = scratch();
		const file = writeRollout(directory, {name: nameOf(OTHER), text: `garbage\n${aMeta(OTHER, MAIN)}`});
		writeRollout(directory, {name: nameOf(CHILD), text: 'x'.repeat(1024 * 1024 + 1)});
		const source = open(directory);
		expect(source.poll()).toEqual([]);

		writeFileSync(file, aMeta(OTHER, MAIN));

		expect(source.poll()).toEqual([]);
	});

	it('are judged only when their first row is whole', () => {
		const directory = scratch();
		const [start, end] = [aMeta(CHILD, MAIN).slice(0, 30), aMeta(CHILD, MAIN).slice(30)];
		const file = writeRollout(directory, {name: nameOf(CHILD), text: start});
		const source = open(directory);
		expect(source.poll()).toEqual([]);

		appendFileSync(file, end);

		expect(textsOf(source)).toEqual([`${start}${end}`.trim()]);
	});

	it('are not read through links', () => {
		const directory = scratch();
		const outside = scratch();
		const file = writeRollout(outside, {name: nameOf(MAIN), text: aMeta(MAIN, MAIN)});
		writeRollout(outside, {name: nameOf(CHILD), text: aMeta(CHILD, MAIN)});
		mkdirSync(path.join(directory, TODAY), {recursive: true});
		symlinkSync(file, path.join(directory, TODAY, `${nameOf(MAIN)}.jsonl`));
		symlinkSync(path.join(outside, '2026/11/22'), path.join(directory, '2026/11/23'));
		symlinkSync(path.join(outside, '2026'), path.join(directory, '2027'));

		expect(open(directory).poll()).toEqual([]);
	});

	it.each(['', '*', '../../../etc/passwd', 'a/../../b', `${MAIN}\n`])('of a session called %j are none', sessionId => {
		const directory = scratch();
		writeRollout(directory, {name: nameOf(MAIN), text: aMeta(MAIN, MAIN)});

		expect(open(directory, sessionId).poll()).toEqual([]);
	});

	it('are none where there is no folder', () => {
		expect(open(path.join(scratch(), 'missing')).poll()).toEqual([]);
	});
});
