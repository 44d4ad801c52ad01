import {formatPlural} from '../../views/format.ts';
import {describeCost, describeLimit, listOutputs, type OpenQuestion} from '../../views/questions.ts';
import {wrap} from '../../views/wrap.ts';
import {innerSize} from '../layout.ts';
import {clean, EMPTY_LINE, type Line, line, span} from '../line.ts';
import {shownQuestion, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import {drawAnswers} from './answers.ts';
import {drawHistory} from './changes.ts';
import {bodySize, type DialogView, dialogArea} from './dialog-view.ts';

/** A step that waits for a person: what is to be decided, and what the workflow wants to be shown for it. */
export const viewGate = (state: State, top: number): DialogView | undefined => {
	const open = shownQuestion(state);
	const snapshot = snapshotOf(state);
	if (open === undefined || snapshot === undefined) return undefined;
	const {columns} = innerSize(dialogArea(bodySize(state.size)));
	const others = snapshot.questions.length - 1;
	const notes = [describeCost(open.question, snapshot.runTotals), describeLimit(open.question, state.now)].flatMap(text => text ?? []);
	return {
		title: [span(`${clean(open.step.stepId)} needs your decision`, 'strong')],
		status: others > 0 ? `${formatPlural(others, 'more question')} after this` : '',
		tone: 'attention',
		head: [],
		// An agent may have made it long: the keys stay in sight.
		body: [
			...drawText(open.question.message, columns),
			...notes.map(text => line(span(text, 'dim'))),
			EMPTY_LINE,
			...listOutputs(open.question).flatMap(text => drawText(text, columns)),
			...drawChanges(open),
		],
		tail: [EMPTY_LINE, drawAnswers(state, ['gate', 'confirm', 'yes, go on'], ['gate', 'decline', 'no'], ['gate', 'put-off', 'decide later'])],
		top,
	};
};

const drawText = (text: string, columns: number): readonly Line[] =>
	text
		.split('\n')
		.flatMap(row => wrap(clean(row), columns))
		.map(row => line(row));

const drawChanges = ({question, changes}: OpenQuestion): readonly Line[] => {
	if (changes === null) return question.show.includes('diff') ? [line(span('What has changed cannot be told now.', 'dim'))] : [];
	if (changes.files.length === 0) return [line(span('No file has changed since before the run.', 'dim'))];
	return [line(span(`${formatPlural(changes.files.length, 'file')} changed since before the run`, 'dim')), ...drawHistory(changes.files)];
};
