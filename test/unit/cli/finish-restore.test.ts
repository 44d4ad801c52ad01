import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {anId} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {runWords} from './run-words.ts';

const TARGET = anId('cp', 1);

describe('a restore that was cut short', () => {
	test.each([['runs'], ['monitor list'], ['checkpoint list'], ['logs']])('is finished before rad %s, which says so and goes on', async words => {
		const fake = createFakeRad({cutShort: TARGET});

		const {err} = await runWords(words.split(' '), {fake});

		expect(fake.calls[0]).toEqual({action: 'resume', how: 'finish'});
		expect(err).toContain(
			`A restore of ${TARGET} had been cut short; it is finished now.\nTo bring back the half-done state: rad checkpoint restore cp_`,
		);
	});

	test('is left to rad checkpoint resume, which can undo it', async () => {
		const fake = createFakeRad({cutShort: TARGET});

		await runWords(['checkpoint', 'resume', '--undo'], {fake});

		expect(fake.calls.filter(({action}) => action === 'resume')).toEqual([{action: 'resume', how: 'undo'}]);
	});

	test('is left to the rad that is at work on it, without a word', async () => {
		const fake = createFakeRad({cutShort: TARGET});
		const resume = () => Promise.reject(new RadError('CHECKPOINT_BUSY', 'Another rad is at work.'));

		const {exitCode, err} = await runWords(['runs'], {fake, rad: {checkpoints: {...fake.rad.checkpoints, resume}}});

		expect([exitCode, err]).toEqual([0, '']);
	});

	test('is named when it cannot be finished, and the command goes on', async () => {
		const fake = createFakeRad({cutShort: TARGET});
		const resume = () => Promise.reject(new RadError('RESTORE_CONFLICT', 'A folder is read-only.'));

		const {exitCode, err} = await runWords(['runs'], {fake, rad: {checkpoints: {...fake.rad.checkpoints, resume}}});

		expect(exitCode).toBe(0);
		expect(err).toBe('A restore was cut short and cannot be finished now: A folder is read-only.\n  try: rad checkpoint resume\n');
	});

	test('is nothing that a workspace without one is asked about', async () => {
		const fake = createFakeRad();

		await runWords(['runs'], {fake});

		expect(fake.calls.map(({action}) => action)).toEqual(['close']);
	});
});
