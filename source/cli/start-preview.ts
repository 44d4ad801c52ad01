import {formatNanoUsd} from '../domain/figures.ts';
import type {KnownStep, StartPreview} from '../domain/rad.ts';
import {sanitizeText} from '../domain/sanitize.ts';
import {layOutColumns} from '../views/columns.ts';
import type {Line} from '../views/line.ts';
import {wrap} from '../views/wrap.ts';
import type {Field} from './output.ts';
import {describeBudget, listRest, STEP_COLUMNS, toStepCells, toStepFields} from './workflow-text.ts';

/** What would be started, for a person. */
export const formatStartPreview = (preview: StartPreview, columns: number): readonly Line[] => {
	const {plan, steps, finishesRestore} = preview;
	return [
		[{text: plan.name, tone: 'strong'}],
		[{text: 'It would be started like this. Nothing was started or changed.', tone: 'quiet'}],
		...(finishesRestore ? [[{text: 'A restore was cut short: it would be finished first.', tone: 'attention'} as const]] : []),
		...formatLimits(preview),
		...formatInputs(preview, columns),
		[],
		...layOutColumns(STEP_COLUMNS, steps.map(toStepCells), columns),
		...steps.flatMap(step => formatStep(step, columns)),
	];
};

const formatLimits = ({plan, maxCostNanoUsd}: StartPreview): readonly Line[] => {
	const budget = describeBudget(plan.budget);
	return [
		...(budget === '' ? [] : [[{text: 'Budget ', tone: 'quiet'} as const, budget]]),
		...(maxCostNanoUsd === null ? [] : [[{text: 'At most ', tone: 'quiet'} as const, formatNanoUsd(maxCostNanoUsd)]]),
	];
};

const INPUT_COLUMNS = [{title: 'Input'}, {title: 'Type'}, {title: 'Value', isFlexible: true}] as const;

const formatInputs = ({plan, inputs}: StartPreview, columns: number): readonly Line[] => {
	const rows = plan.inputs.map(({name, type}) => [name, type, String(inputs[name] ?? '—')]);
	return rows.length === 0 ? [] : [[], ...layOutColumns(INPUT_COLUMNS, rows, columns)];
};

const BAR = '  │ ';
const INDENT = '  ';

/** All of a prompt or a command: what is cut cannot be judged. */
const formatStep = (step: KnownStep, columns: number): readonly Line[] => {
	const facts = wrap(listFacts(step).join('; '), columns - INDENT.length).map((text): Line => [INDENT, {text, tone: 'quiet'}]);
	const variables = Object.entries(step.env).map(([name, value]): Line => [INDENT, {text: `${name}=`, tone: 'quiet'}, value]);
	const texts = sanitizeText(step.text)
		.replace(/\n$/, '')
		.split('\n')
		.flatMap(line => wrap(line, columns - BAR.length));
	return [
		[],
		[{text: step.id, tone: 'strong'}, `: ${step.kind === 'prompt' ? 'prompt' : 'command'}`],
		...facts,
		...variables,
		...texts.map((text): Line => [{text: BAR, tone: 'quiet'}, text]),
	];
};

const listFacts = (step: KnownStep): readonly string[] => [
	...(step.isWanted === false ? ['it would be skipped, since its condition is false'] : []),
	...(step.recording === null ? [] : [`plays back the recording ${step.recording}`]),
	...(step.takesCheckpoints ? ['a checkpoint is taken before it'] : []),
	...listRest(step),
];

/** The same for a pipe. */
export const toStartPreviewFields = ({plan, inputs, maxCostNanoUsd, steps}: StartPreview): ReadonlyArray<readonly Field[]> => [
	['run', plan.name, plan.budget.costNanoUsd, plan.budget.tokens, plan.budget.turns, plan.budget.wallMs, maxCostNanoUsd],
	...plan.inputs.map(({name, type}) => ['input', name, type, inputs[name] === undefined ? null : String(inputs[name])]),
	...steps.map(step => [
		...toStepFields(step),
		step.isWanted === null ? null : String(step.isWanted),
		step.kind,
		String(step.takesCheckpoints),
		step.session,
		step.text,
	]),
];
