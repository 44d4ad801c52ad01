import {EXIT} from '../../../domain/failures.ts';
import {listPlaces, type Plan, type PlanInput, type PlanPlace} from '../../../domain/plan.ts';
import {layOutColumns} from '../../../views/columns.ts';
import type {Line} from '../../../views/line.ts';
import {wrap} from '../../../views/wrap.ts';
import {type Context, defineCommand} from '../../command.ts';
import {toCommandLine} from '../../command-line.ts';
import {formatSchedule, toScheduleFields} from '../../crontab.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toWorkflowJson} from '../../json-workflow.ts';
import type {Field} from '../../output.ts';
import {describeBudget, describeConcurrency, listRest, STEP_COLUMNS, toStepCells, toStepFields} from '../../workflow-text.ts';

export const workflowShowCommand = defineCommand({
	path: 'workflow show',
	group: 'Look',
	summary: 'Show what a workflow would do',
	description: [
		'Shows its inputs, and of each step what it comes after, which engine works on it, what its agent may do without being asked, and its limits, with all that the file leaves to the usual. Nothing is started. Where the workflow has a schedule, the lines are printed that start it from your crontab.',
		'A pipe gets a line for each input, time of its schedule and step, which begins with what it is. input: name, type, required or optional, default, description, values that it may have separated by commas. schedule: time of cron, time zone, line for a crontab. step: name behind those of its blocks, what it needs separated by commas, engine (approve for a question, steps for a block or another workflow), model, permissions, time limit in ms, retries, condition, names of outputs separated by commas.',
	],
	input: {workflow: {isRequired: true, description: 'Name of a workflow file, without .yaml.'}},
	flags: {json: {...JSON_FLAG, description: 'Print the workflow with all of that as one JSON object.'}},
	examples: [{words: 'rad workflow show example', note: 'before it is run'}],
	exitCodes: {0: 'Done.', 2: 'The workflow has mistakes.', 3: 'There is no such workflow, or no workspace.'},
	run: async ({input, flags, ...context}) => {
		const {out} = context;
		const plan = await context.host.openWorkflows(context.directory).load(input.workflow);
		if (flags.json) await out.json(toWorkflowJson(plan));
		else if (!out.isTerminal)
			await out.fields([...plan.inputs.map(toInputFields), ...toScheduleFields(plan, context), ...listPlaces(plan).map(toStepFields)]);
		else await out.lines(format(plan, context));
		return EXIT.done;
	},
});

const toInputFields = ({name, type, isRequired, defaultValue, description, choices}: PlanInput): readonly Field[] => [
	...['input', name, type, isRequired ? 'required' : 'optional'],
	defaultValue === null ? null : String(defaultValue),
	description,
	choices?.join(',') ?? null,
];

const format = (plan: Plan, context: Context): readonly Line[] => {
	const {columns} = context.out;
	const budget = describeBudget(plan.budget);
	const group = describeConcurrency(plan);
	const required = plan.inputs.filter(({isRequired}) => isRequired).map(({name}) => ` --input ${name}=…`);
	return [
		[{text: plan.name, tone: 'strong'}],
		...(plan.description === null ? [] : wrap(plan.description, columns).map((text): Line => [text])),
		...(budget === '' ? [] : [[{text: 'Budget ', tone: 'quiet'} as const, budget]]),
		...(group === null ? [] : [[{text: 'Group ', tone: 'quiet'} as const, group]]),
		...(plan.inputs.length === 0 ? [] : [[], ...layOutColumns(INPUT_COLUMNS, plan.inputs.map(toInputCells), columns)]),
		[],
		...layOutColumns(STEP_COLUMNS, listPlaces(plan).map(toStepCells), columns),
		...listPlaces(plan).flatMap(place => formatRest(place, columns)),
		[],
		[{text: 'To run it: ', tone: 'quiet'}, toCommandLine(`run ${plan.name}${required.join('')}`, context)],
		...formatSchedule(plan, context, columns),
	];
};

const INPUT_COLUMNS = [{title: 'Input'}, {title: 'Type'}, {title: 'Default'}, {title: 'Description', isFlexible: true}];

const toInputCells = ({name, type, choices, isRequired, defaultValue, description}: PlanInput): readonly string[] => [
	name,
	choices?.join(' or ') ?? type,
	isRequired ? '(required)' : String(defaultValue ?? '—'),
	description ?? '',
];

/** What only some steps have, in full: a condition that is cut tells nothing. */
const formatRest = ({node, name}: PlanPlace, columns: number): readonly Line[] => {
	const rest = listRest(node);
	return rest.length === 0 ? [] : wrap(`${name}: ${rest.join('; ')}`, columns).map((text): Line => [{text, tone: 'quiet'}]);
};
