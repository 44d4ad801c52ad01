import {Writable} from 'node:stream';
import {describe, expect, test} from 'vitest';
import type {RadEvent, StoredEvent} from '../../../source/domain/events.ts';
import {anId, T0} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {until} from '../../support/scratch.ts';
import {aWorkspace, EVENTS, RUN_ID} from './example-workspace.ts';
import {collect, runWords} from './run-words.ts';

process.env['TZ'] = 'UTC';

const seqsOf = (text: string): readonly number[] =>
	text
		.split('\n')
		.filter(line => line !== '')
		.map(line => Number(line.split('\t')[0]));

const OTHER = anId('run', 7);
const other: StoredEvent = {seq: 16, at: T0 + 70_000, event: {type: 'run.started', runId: OTHER}};

describe('rad events', () => {
	test('gives a pipe one line an event, each with all fields', async () => {
		const {out, exitCode} = await runWords(['events'], {fake: aWorkspace({events: EVENTS})});

		expect(exitCode).toBe(0);
		expect(seqsOf(out)).toEqual(EVENTS.map(({seq}) => seq));
		for (const line of out.trimEnd().split('\n')) expect(line.split('\t')).toHaveLength(11);
		expect(out).toContain(`13\t2026-03-01T14:01:04.250Z\tstep.ended\t${RUN_ID}\tbuild\t\t\t\t\tfailed\tThe command ended with exit code 3.\n`);
	});

	test('gives a script the event with its number and time', async () => {
		const {out} = await runWords(['events', '--json'], {fake: aWorkspace({events: EVENTS})});

		expect(
			out
				.trimEnd()
				.split('\n')
				.map(line => JSON.parse(line)),
		).toEqual(EVENTS.map(({seq, at, event}) => ({...event, seq, at})));
	});

	test('begins after a number, and keeps to one run', async () => {
		const fake = aWorkspace({events: [...EVENTS, other]});

		expect(seqsOf((await runWords(['events', '--since', '14'], {fake})).out)).toEqual([15, 16]);
		expect(seqsOf((await runWords(['events', '--since', '14', '--run', RUN_ID], {fake})).out)).toEqual([15]);
		expect((await runWords(['events', '--since', '16'], {fake})).out).toBe('');
		expect(await runWords(['events', '--run', OTHER], {fake})).toMatchObject({exitCode: 3, out: ''});
		expect(await runWords(['events', '--since', 'now'], {fake})).toMatchObject({exitCode: 2, out: ''});
	});

	test('reads all, however many there are', async () => {
		const events = Array.from({length: 2500}, (_, index): StoredEvent => ({seq: index + 1, at: T0, event: {type: 'run.started', runId: RUN_ID}}));

		expect(seqsOf((await runWords(['events'], {fake: createFakeRad({events})})).out)).toEqual(events.map(({seq}) => seq));
	});

	test.each([40, 80])('has short lines for a terminal of %d columns, and nothing in them that steers it', async columns => {
		const event: RadEvent = {type: 'step.ended', runId: RUN_ID, stepId: 'evil\u001B[2J', status: 'failed', reason: `a\nb\u0007${'x'.repeat(200)}`};
		const {out} = await runWords(['events'], {fake: createFakeRad({events: [...EVENTS, {seq: 16, at: T0, event}]}), isTerminal: true, columns});

		const lines = out.trimEnd().split('\n');
		expect(lines).toHaveLength(16);
		expect(lines[12]).toContain('step.ended');
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
		expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
	});

	test('goes on with --follow until Ctrl-C, each event once', async () => {
		const fake = aWorkspace({events: EVENTS});
		const out = collect();
		const stop = new AbortController();
		const ended = runWords(['events', '--follow', '--since', '10'], {fake, out: out.stream, signal: stop.signal});
		await until(() => seqsOf(out.text()).length === 5);

		fake.update({events: [...EVENTS, other]});
		await until(() => seqsOf(out.text()).length === 6);
		stop.abort('SIGINT');

		expect((await ended).exitCode).toBe(130);
		expect(seqsOf(out.text())).toEqual([11, 12, 13, 14, 15, 16]);
	});

	test('ends well with the next event when its reader has left', async () => {
		const fake = aWorkspace({events: EVENTS});
		let isGone = false;
		const reader = new Writable({write: (_, __, done) => done(isGone ? Object.assign(new Error('gone'), {code: 'EPIPE'}) : null)});
		const ended = runWords(['events', '--follow'], {fake, out: reader});
		isGone = true;

		fake.update({events: [...EVENTS, other]});

		expect(await ended).toMatchObject({exitCode: 0, err: ''});
	});
});
