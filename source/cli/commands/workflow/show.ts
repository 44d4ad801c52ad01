import {EXIT} from '../../../domain/failures.ts';
import {formatDuration, formatInteger, formatNanoUsd} from '../../../domain/figures.ts';
import type {Budget, Plan, PlanGate, PlanInput, PlanNode, PlanStep, Repeat} from '../../../domain/plan.ts';
import {layOutColumns} from '../../../views/columns.ts';
import {formatPlural} from '../../../views/format.ts';
import type {Line} from '../../../views/line.ts';
import {wrap} from '../../../views/wrap.ts';
import {type Context, defineCommand} from '../../command.ts';
import {toCommandLine} from '../../command-line.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toWorkflowJson} from '../../json-records.ts';
import type {Field} from '../../output.ts';

export const workflowShowCommand = defineCommand({
	path: 'workflow show',
	group: 'Look',
	summary: 'Show what a workflow would do',
	description: [
		'Shows its inputs, and of each step what it comes after, which engine works on it, what its agent may do without being asked, and its limits, with all that the file leaves to the usual. Nothing is started.',
		'A pipe gets a line for each input and each step, which begins with what it is. input: name, type, required or optional, default, description. step: name behind those of its blocks, what it needs separated by commas, engine (approve for a question, steps for a block), model, permissions, time limit in ms, retries, condition.',
	],
	input: {workflow: {isRequired: true, description: 'Name of a workflow file, without .yaml.'}},
	flags: {json: {...JSON_FLAG, description: 'Print the workflow with all of that as one JSON object.'}},
	examples: [{words: 'rad workflow show example', note: 'before it is run'}],
	exitCodes: {0: 'Done.', 2: 'The workflow has mistakes.', 3: 'There is no such workflow, or no workspace.'},
	run: async ({input, flags, ...context}) => {
		const {out} = context;
		const plan = await context.host.openWorkflows(context.directory).load(input.workflow);
		if (flags.json) await out.json(toWorkflowJson(plan));
		else if (!out.isTerminal) await out.fields([...plan.inputs.map(toInputFields), ...listPlaces(plan).map(toStepFields)]);
		else await out.lines(format(plan, context));
		return EXIT.done;
	},
});

const toInputFields = ({name, type, isRequired, defaultValue, description}: PlanInput): readonly Field[] => [
	...['input', name, type, isRequired ? 'required' : 'optional'],
	defaultValue === null ? null : String(defaultValue),
	description,
];

/** A step with the names of the blocks that it stands in. */
type Place = {readonly node: PlanNode; readonly name: string; readonly depth: number};

const listPlaces = (plan: Plan): readonly Place[] => [
	...plan.steps.flatMap(node => toPlaces(node, '', 0)),
	...plan.onFailure.flatMap(node => toPlaces(node, 'on_failure.', 0)),
	...plan.finally.flatMap(node => toPlaces(node, 'finally.', 0)),
];

const toPlaces = (node: PlanNode, prefix: string, depth: number): readonly Place[] => {
	const name = `${prefix}${node.id}`;
	const inner = node.kind === 'steps' && !node.isSingle ? node.steps : [];
	return [{node, name, depth}, ...inner.flatMap(each => toPlaces(each, `${name}.`, depth + 1))];
};

/** The step that a node is, or is again and again; undefined of a block and of a question. */
const toWork = (node: PlanNode): PlanStep | undefined => {
	const step = node.kind === 'steps' && node.isSingle ? node.steps[0] : node;
	return step?.kind === 'prompt' || step?.kind === 'run' ? step : undefined;
};

const toTimeout = (node: PlanNode): number | null => (node.kind === 'approve' ? node.timeoutMs : (toWork(node)?.timeoutMs ?? null));

const toStepFields = ({node, name}: Place): readonly Field[] => {
	const work = toWork(node);
	return [
		...['step', name, node.needs.join(','), work?.engine ?? node.kind, work?.model ?? null],
		work?.kind === 'prompt' ? work.permissions : null,
		toTimeout(node),
		work?.retry.max ?? null,
		node.when,
	];
};

const format = (plan: Plan, context: Context): readonly Line[] => {
	const {columns} = context.out;
	const budget = describeBudget(plan.budget);
	const required = plan.inputs.filter(({isRequired}) => isRequired).map(({name}) => ` --input ${name}=…`);
	return [
		[{text: plan.name, tone: 'strong'}],
		...(plan.description === null ? [] : wrap(plan.description, columns).map((text): Line => [text])),
		...(budget === '' ? [] : [[{text: 'Budget ', tone: 'quiet'} as const, budget]]),
		...(plan.inputs.length === 0 ? [] : [[], ...layOutColumns(INPUT_COLUMNS, plan.inputs.map(toInputCells), columns)]),
		[],
		...layOutColumns(STEP_COLUMNS, listPlaces(plan).map(toStepCells), columns),
		...listPlaces(plan).flatMap(place => formatRest(place, columns)),
		[],
		[{text: 'To run it: ', tone: 'quiet'}, toCommandLine(`run ${plan.name}${required.join('')}`, context)],
	];
};

const INPUT_COLUMNS = [{title: 'Input'}, {title: 'Type'}, {title: 'Default'}, {title: 'Description', isFlexible: true}];

const toInputCells = ({name, type, isRequired, defaultValue, description}: PlanInput): readonly string[] => [
	name,
	type,
	isRequired ? '(required)' : String(defaultValue ?? '—'),
	description ?? '',
];

const STEP_COLUMNS = [
	{title: 'Step'},
	{title: 'After', isFlexible: true},
	{title: 'Engine'},
	{title: 'May'},
	{title: 'Limit', align: 'right'},
] as const;

const toStepCells = ({node, name, depth}: Place): readonly string[] => {
	const work = toWork(node);
	const timeout = toTimeout(node);
	return [
		`${'  '.repeat(depth)}${depth === 0 ? name : node.id}`,
		node.needs.length === 0 ? '—' : node.needs.join(', '),
		work === undefined ? (node.kind === 'approve' ? 'a person' : '—') : [work.engine, ...(work.model === null ? [] : [work.model])].join(' '),
		work?.kind === 'prompt' && work.engine !== 'recorded' ? work.permissions : '—',
		timeout === null ? '—' : formatDuration(timeout),
	];
};

/** What only some steps have, in full: a condition that is cut tells nothing. */
const formatRest = ({node, name}: Place, columns: number): readonly Line[] => {
	const work = toWork(node);
	const rest = [
		...(node.when === null ? [] : [`only when ${node.when}`]),
		...(node.kind === 'steps' ? describeRepeat(node.repeat) : []),
		...(node.kind === 'approve' ? describeGate(node) : []),
		...(node.continuesOnError ? ['may fail'] : []),
		...(work === undefined ? [] : listRest(work)),
	];
	return rest.length === 0 ? [] : wrap(`${name}: ${rest.join('; ')}`, columns).map((text): Line => [{text, tone: 'quiet'}]);
};

const describeRepeat = (repeat: Repeat): readonly string[] => {
	switch (repeat.kind) {
		case 'once':
			return [];
		case 'loop':
			return [`up to ${formatPlural(repeat.max, 'round')} until ${repeat.until}${repeat.onExhausted === 'continue' ? ', or goes on without' : ''}`];
		case 'each': {
			const what = typeof repeat.items === 'string' ? `each ${repeat.as} of ${repeat.items}` : `each of ${formatPlural(repeat.items.length, 'item')}`;
			return [`once for ${what}${repeat.failsFast ? '' : ', also after one has failed'}`];
		}
	}
};

const describeGate = ({message, show, onTimeout, timeoutMs, onReject}: PlanGate): readonly string[] => [
	`asks ${message}`,
	...(show.length === 0 ? [] : [`shows ${show.join(', ')}`]),
	...(timeoutMs === null ? [] : [`no answer in time is a ${onTimeout === 'approve' ? 'Yes' : 'No'}`]),
	...(onReject === 'continue' ? ['goes on after a No'] : []),
];

const listRest = (step: PlanStep): readonly string[] => [
	...(step.retry.max === 0 ? [] : [`tried again up to ${formatPlural(step.retry.max, 'time')}`]),
	...(step.idleTimeoutMs === null ? [] : [`stopped when silent for ${formatDuration(step.idleTimeoutMs)}`]),
	...(describeBudget(step.budget) === '' ? [] : [`budget ${describeBudget(step.budget)}`]),
	...(step.session === null ? [] : [`goes on with the conversation of ${step.session}`]),
	...(step.takesCheckpoints ? [] : ['cannot be undone']),
	...(step.restorePolicy === 'own-step' ? ['may restore its own checkpoints'] : []),
];

const describeBudget = ({costNanoUsd, tokens, turns, wallMs}: Budget): string =>
	[
		...(costNanoUsd === null ? [] : [formatNanoUsd(costNanoUsd)]),
		...(tokens === null ? [] : [`${formatInteger(tokens)} tokens`]),
		...(turns === null ? [] : [formatPlural(turns, 'turn')]),
		...(wallMs === null ? [] : [formatDuration(wallMs)]),
	].join(', ');
