import {formatNanoUsd} from '../domain/figures.ts';
import {listPlaces, type PlanNode, type PlanPlace, toBlock, toWholePrompt} from '../domain/plan.ts';
import type {StartPreview} from '../domain/rad.ts';
import {sanitizeText} from '../domain/sanitize.ts';
import {layOutColumns} from '../views/columns.ts';
import type {Line} from '../views/line.ts';
import {describeTaken} from '../views/steps.ts';
import {wrap} from '../views/wrap.ts';
import {formatNotes} from './notes.ts';
import type {Field} from './output.ts';
import {describeBudget, listRest, STEP_COLUMNS, toStepCells, toStepFields, toWork} from './workflow-text.ts';

/** What would be started, for a person. */
export const formatStartPreview = (preview: StartPreview, columns: number): readonly Line[] => {
	const {plan, finishesRestore} = preview;
	const shown = listRun(preview);
	return [
		[{text: plan.name, tone: 'strong'}],
		[{text: 'It would be started like this. Nothing was started or changed.', tone: 'quiet'}],
		...(finishesRestore ? [[{text: 'A restore was cut short: it would be finished first.', tone: 'attention'} as const]] : []),
		...formatConflict(preview, columns),
		...formatPart(preview, columns),
		...formatLimits(preview),
		...formatInputs(preview, columns),
		[],
		...layOutColumns(STEP_COLUMNS, shown.map(toStepCells), columns),
		...shown.flatMap(place => formatStep(place, preview, columns)),
	];
};

/** What would become of it, or of others, at the start. */
const formatConflict = ({conflict, group}: StartPreview, columns: number): readonly Line[] => {
	const names = conflict?.runs.map(({id, workflow}) => `${id} (${workflow})`).join(', ') ?? '';
	switch (conflict?.way) {
		case undefined:
			return [];
		case 'queue':
			return formatNotes([`It would wait for: ${names}`], columns);
		case 'cancel':
			return formatNotes([`It would first cancel, of group "${group}": ${names}`], columns);
		case 'skip':
			return formatNotes([`It would be skipped, since a run of group "${group}" is at work: ${names}`], columns);
	}
};

/** What is run. */
const listRun = ({plan, part}: StartPreview): readonly PlanPlace[] => {
	const settled = Object.keys(part?.steps ?? {});
	return listPlaces(plan).filter(({name}) => !settled.some(each => name === each || name.startsWith(`${each}.`)));
};

const formatPart = ({part}: StartPreview, columns: number): readonly Line[] => {
	const settled = Object.entries(part?.steps ?? {});
	const taken = settled.flatMap(([stepId, {takenFrom}]) => (takenFrom === null ? [] : [{stepId, takenFrom}]));
	const leftOut = settled.flatMap(([stepId, {takenFrom}]) => (takenFrom === null ? [stepId] : []));
	return formatNotes([...describeTaken(taken), ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join(', ')}`])], columns);
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
const formatStep = (place: PlanPlace, preview: StartPreview, columns: number): readonly Line[] => {
	const work = toWork(place.node);
	const facts = wrap(listFacts(place, preview).join('; '), columns - INDENT.length).map((text): Line => [INDENT, {text, tone: 'quiet'}]);
	const variables = Object.entries(work?.env ?? {}).map(([name, value]): Line => [INDENT, {text: `${name}=`, tone: 'quiet'}, value]);
	const texts = sanitizeText(work === undefined ? '' : toWholePrompt(work, work.text))
		.replace(/\n$/, '')
		.split('\n')
		.flatMap(line => wrap(line, columns - BAR.length));
	return [
		[],
		[{text: place.name, tone: 'strong'}, `: ${describeKind(place.node)}`],
		...facts,
		...variables,
		...(work === undefined ? [] : texts.map((text): Line => [{text: BAR, tone: 'quiet'}, text])),
	];
};

const KINDS: Record<PlanNode['kind'], string> = {prompt: 'prompt', run: 'command', approve: 'question', steps: 'block'};

const describeKind = (node: PlanNode): string => ((toBlock(node)?.child ?? null) === null ? KINDS[toWork(node)?.kind ?? node.kind] : 'workflow');

const listFacts = ({node, name}: PlanPlace, {wishes}: StartPreview): readonly string[] => {
	const work = toWork(node);
	return [
		...(wishes[name] === false ? ['it would be skipped, since its condition is false'] : []),
		...(work === undefined || work.recording === null ? [] : [`plays back the recording ${work.recording}`]),
		...(work?.takesCheckpoints === true ? ['a checkpoint is taken before it'] : []),
		...listRest(node),
	];
};

/** The same for a pipe. */
export const toStartPreviewFields = (preview: StartPreview): ReadonlyArray<readonly Field[]> => {
	const {plan, inputs, maxCostNanoUsd, part, conflict} = preview;
	return [
		['run', plan.name, plan.budget.costNanoUsd, plan.budget.tokens, plan.budget.turns, plan.budget.wallMs, maxCostNanoUsd],
		...(conflict === null ? [] : [['conflict', conflict.way, conflict.runs.map(({id}) => id).join(',')]]),
		...plan.inputs.map(({name, type}) => ['input', name, type, inputs[name] === undefined ? null : String(inputs[name])]),
		...listRun(preview).map(place => toPlaceFields(place, preview)),
		...Object.entries(part?.steps ?? {}).map(([stepId, {status, takenFrom}]) =>
			takenFrom === null ? ['left-out', stepId] : ['taken', stepId, status, takenFrom],
		),
	];
};

const toPlaceFields = (place: PlanPlace, {wishes}: StartPreview): readonly Field[] => {
	const work = toWork(place.node);
	const isWanted = wishes[place.name] ?? null;
	return [
		...toStepFields(place),
		isWanted === null ? null : String(isWanted),
		work?.kind ?? place.node.kind,
		String(work?.takesCheckpoints ?? false),
		work?.session ?? null,
		work === undefined ? (place.node.kind === 'approve' ? place.node.message : null) : toWholePrompt(work, work.text),
	];
};
