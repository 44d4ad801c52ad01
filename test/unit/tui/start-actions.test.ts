import {describe, expect, test} from 'vitest';
import type {State} from '../../../source/tui/state.ts';
import {aRun} from '../../support/builders.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun, sampleWorkflows} from '../../support/sample-run.ts';

const listed = async (): Promise<State> => {
	const state = stateAfter(await aLoadedState(sampleRun()), 'W');
	if (state.job === null) throw new Error('nothing is read');
	return stateAfter(state, {type: 'job-ended', job: state.job, outcome: {kind: 'workflows-listed', list: sampleWorkflows}});
};

describe('starting a workflow', () => {
	test('asks before one without inputs is started', async () => {
		const asked = stateAfter(await listed(), 'enter');

		expect(asked).toMatchObject({job: null, prompt: null, dialog: {kind: 'start'}});
		expect(stateAfter(asked, 'y').job).toEqual({kind: 'start', workflow: 'nightly-audit', inputs: {}});
		expect(stateAfter(asked, 'escape')).toMatchObject({job: null, dialog: null});
	});

	test('asks for each input, and leaves out what was left empty', async () => {
		const asked = stateAfter(await listed(), 'j', 'enter', ...'1.4', 'enter', 'enter');

		expect(asked.prompt).toBeNull();
		expect(stateAfter(asked, 'y').job).toEqual({kind: 'start', workflow: 'release', inputs: {version: '1.4'}});
	});

	test('insists on an input that the workflow needs', async () => {
		const asked = stateAfter(await listed(), 'j', 'enter', 'enter');

		expect(asked.notice?.text).toBe('version needs a value.');
		expect(asked.prompt?.kind).toBe('input');
	});

	test('is given up in the middle with Esc', async () => {
		expect(stateAfter(await listed(), 'j', 'enter', '1', 'escape')).toMatchObject({job: null, dialog: null, prompt: null});
	});

	test('refuses one with mistakes and says how to see them', async () => {
		const state = stateAfter(await listed(), 'G', 'enter');

		expect(state.notice?.text).toBe('broken has mistakes: rad workflow validate broken');
		expect(state.dialog?.kind).toBe('workflows');
	});

	test('shows the run that it started', async () => {
		const starting = stateAfter(await listed(), 'enter', 'y');
		if (starting.job === null) throw new Error('nothing is started');

		const started = stateAfter(starting, {type: 'job-ended', job: starting.job, outcome: {kind: 'started', run: aRun({workflow: 'nightly-audit'})}});

		expect(started).toMatchObject({choice: 'newest', isFollowingAgents: true, notice: {text: '✔ nightly-audit is running.'}});
	});

	test('says why it failed', async () => {
		const starting = stateAfter(await listed(), 'enter', 'y');
		if (starting.job === null) throw new Error('nothing is started');

		const failed = stateAfter(starting, {
			type: 'job-ended',
			job: starting.job,
			outcome: {kind: 'failed', problem: {message: 'Another run is at work.', hint: 'rad runs'}},
		});

		expect(failed.notice?.text).toBe('Another run is at work. Try: rad runs');
	});
});
