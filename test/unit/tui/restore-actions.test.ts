import {describe, expect, test} from 'vitest';
import {chosenOf} from '../../../source/tui/restore-actions.ts';
import type {JobOutcome, RestoreDialog, State} from '../../../source/tui/state.ts';
import {anId} from '../../support/builders.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

const end = (state: State, outcome: JobOutcome): State =>
	state.job === null ? state : stateAfter(state, {type: 'job-ended', job: state.job, outcome});

const previewed = async (...keys: readonly string[]): Promise<State> => {
	const plan = sampleRun().plans?.[anId('cp', 3)];
	if (plan === undefined) throw new Error('there is no plan');
	return end(stateAfter(await aLoadedState(sampleRun()), '4', 'j', ...keys), {kind: 'previewed', plan});
};

const dialogOf = ({dialog}: State): RestoreDialog => {
	if (dialog?.kind !== 'restore') throw new Error(`the dialog is ${dialog?.kind}`);
	return dialog;
};

const pathsOf = (state: State): readonly string[] => chosenOf(dialogOf(state)).map(({path}) => path);

describe('choosing files of a restore', () => {
	test('leaves out what was taken away, and restores the others alone', async () => {
		const chosen = stateAfter(await previewed('r'), 'space', 'j', 'space');

		expect(pathsOf(chosen)).toEqual(['src/index.ts', 'logo.png', 'test/limiter.test.ts']);
		expect(stateAfter(chosen, 'y').job).toMatchObject({kind: 'restore', paths: ['src/index.ts', 'logo.png', 'test/limiter.test.ts']});
	});

	test('restores everything where nothing was left out', async () => {
		expect(stateAfter(await previewed('r'), 'space', 'k', 'space', 'y').job).not.toHaveProperty('paths');
	});

	test('takes all or none', async () => {
		const none = stateAfter(await previewed('r'), 'A');

		expect(pathsOf(none)).toEqual([]);
		expect(stateAfter(none, 'y')).toMatchObject({job: null, notice: {text: 'y: No file is chosen.'}});
		expect(pathsOf(stateAfter(none, 'A'))).toHaveLength(5);
		expect(pathsOf(stateAfter(none, 'G', 'space'))).toEqual(['test/limiter.test.ts']);
	});

	test('keeps the choice from the preview to the question', async () => {
		expect(pathsOf(stateAfter(await previewed('enter'), 'space', 'r'))).toHaveLength(4);
	});
});

describe('the changes of a file', () => {
	test('are shown, and lead back to the files with the choice as it was', async () => {
		const shown = stateAfter(await previewed('r'), 'space', 'd');
		expect(shown.job).toEqual({kind: 'diff', checkpointId: anId('cp', 3), path: 'src/index.ts'});

		const diffed = end(shown, {kind: 'diffed', text: '-old\n+new\n'});

		expect(diffed.dialog).toMatchObject({kind: 'diff', text: {face: 'ready'}});
		expect(pathsOf(stateAfter(diffed, 'escape'))).toHaveLength(4);
		expect(dialogOf(stateAfter(diffed, 'escape'))).toMatchObject({isAsking: true, cursor: 1});
	});

	test('say why they cannot be shown', async () => {
		const failed = end(stateAfter(await previewed('r'), 'd'), {kind: 'failed', problem: {message: 'The checkpoint is damaged.', hint: null}});

		expect(failed.dialog).toMatchObject({kind: 'diff', text: {face: 'failed'}});
	});
});
