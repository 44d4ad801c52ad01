import type {WorkflowSummary} from '../domain/rad.ts';
import {openPrompt} from './prompt.ts';
import type {Dialog, State} from './state.ts';

type StartDialog = Extract<Dialog, {kind: 'start'}>;

export const listWorkflows = (state: State): State => ({
	...state,
	dialog: {kind: 'workflows', list: {face: 'loading'}, selected: 0},
	job: {kind: 'list-workflows'},
});

/** Asks for the inputs of the selected workflow, if it has any, and then whether to start it. */
export const chooseWorkflow = (state: State): State => {
	const {dialog} = state;
	const workflow = dialog?.kind === 'workflows' && dialog.list.face === 'ready' ? dialog.list.value[dialog.selected] : undefined;
	if (workflow === undefined) return state;
	if (workflow.problems.length > 0) {
		const text = `${workflow.name} has mistakes: rad workflow validate ${workflow.name}`;
		return {...state, notice: {tone: 'bad', text}};
	}
	return askForInput({...state, dialog: {kind: 'start', workflow, values: {}}});
};

/** The input that is asked for; undefined when all were. */
export const nextInput = ({workflow, values}: StartDialog): WorkflowSummary['inputs'][number] | undefined =>
	workflow.inputs.find(({name}) => !Object.hasOwn(values, name));

const askForInput = (state: State): State =>
	state.dialog?.kind === 'start' && nextInput(state.dialog) !== undefined ? {...state, prompt: openPrompt('input', '')} : {...state, prompt: null};

/** Takes what was typed as the value of the input that is asked for. Without a text the workflow's own value holds, where there is one. */
export const takeInput = (state: State): State => {
	const {dialog, prompt} = state;
	if (dialog?.kind !== 'start' || prompt === null) return state;
	const input = nextInput(dialog);
	if (input === undefined) return {...state, prompt: null};
	if (input.isRequired && prompt.text === '') return {...state, notice: {tone: 'attention', text: `${input.name} needs a value.`}};
	return askForInput({...state, dialog: {...dialog, values: {...dialog.values, [input.name]: prompt.text}}});
};

/** The inputs that were given a value. */
export const givenInputs = ({values}: StartDialog): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
