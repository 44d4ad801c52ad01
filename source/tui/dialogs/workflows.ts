import type {WorkflowSummary} from '../../domain/rad.ts';
import {formatPlural} from '../../views/format.ts';
import {fit as fitText} from '../../views/width.ts';
import {clean, EMPTY_LINE, type Line, line, row, span, widthOf} from '../line.ts';
import {nextInput} from '../start-actions.ts';
import type {Dialog, State} from '../state.ts';
import {drawAnswers} from './answers.ts';
import {type DialogView, drawProblem, topFor} from './dialog-view.ts';

const NAME_MIN = 12;
const NAME_MAX = 30;

/** The workflows of the workspace, to start one. */
export const viewWorkflows = ({list, selected}: Extract<Dialog, {kind: 'workflows'}>): DialogView => ({
	title: [span(`Workflows${list.face === 'ready' ? ` ${list.value.length}` : ''}`, 'strong')],
	status: '',
	tone: 'accent',
	head: [],
	body: drawList(list, selected),
	tail: [],
	top: topFor(selected),
});

const drawList = (list: Extract<Dialog, {kind: 'workflows'}>['list'], selected: number): readonly Line[] => {
	switch (list.face) {
		case 'loading':
			return [line(span('Reading the workflows …', 'dim'))];
		case 'failed':
			return drawProblem(list.problem);
		case 'ready': {
			if (list.value.length === 0)
				return [line('There is no workflow yet.'), EMPTY_LINE, line('  ', span('rad init', 'accent'), '   writes an example')];
			const width = Math.min(NAME_MAX, Math.max(NAME_MIN, ...list.value.map(({name}) => widthOf(clean(name)))));
			return list.value.map((workflow, index) => drawWorkflow(workflow, index === selected, width));
		}
	}
};

const drawWorkflow = ({name, description, inputs, problems}: WorkflowSummary, isSelected: boolean, width: number): Line => {
	const wants = inputs.length === 0 ? '' : `  asks for ${inputs.map(input => clean(input.name)).join(', ')}`;
	const remark = problems.length > 0 ? span(`  ✖ ${formatPlural(problems.length, 'mistake')}`, 'bad') : span(wants, 'dim');
	return row(isSelected, span(fitText(clean(name), width), 'strong'), span(description === null ? '' : `  ${clean(description)}`), remark);
};

/** The inputs of a workflow one after the other, and at the end the question whether to start it. */
export const viewStart = (state: State, dialog: Extract<Dialog, {kind: 'start'}>): DialogView => {
	const {workflow, values} = dialog;
	const asked = nextInput(dialog);
	return {
		title: [span('Start ', 'strong'), span(clean(workflow.name), 'accent'), span('?', 'strong')],
		status: '',
		tone: 'attention',
		head: workflow.description === null ? [] : [line(span(clean(workflow.description), 'dim')), EMPTY_LINE],
		body: workflow.inputs.map(input => drawInput(input, values[input.name], input === asked ? (state.prompt?.text ?? '') : undefined)),
		tail: [EMPTY_LINE, asked === undefined ? drawQuestion(state) : drawAsked(state, asked)],
		top: 0,
	};
};

const drawQuestion = (state: State): Line => drawAnswers(state, ['question', 'confirm', 'start'], ['question', 'decline', 'no (default)']);

const drawAsked = (state: State, {isRequired, description}: WorkflowSummary['inputs'][number]): Line => {
	const words = description === null ? '' : `${clean(description)}   `;
	const next = isRequired ? 'next' : 'next, empty for its own value';
	return line(span(words, 'dim'), ...drawAnswers(state, ['prompt', 'accept-text', next], ['prompt', 'cancel-text', 'cancel']).spans);
};

const drawInput = ({name}: WorkflowSummary['inputs'][number], value: string | undefined, typed: string | undefined): Line => {
	const label = span(`${fitText(clean(name), NAME_MIN)}  `, 'dim');
	if (typed !== undefined) return row(true, label, clean(typed), span('▏', 'accent'));
	return row(false, label, value === undefined ? '' : value === '' ? span('its own value', 'dim') : clean(value));
};
