import type {DashboardOptions} from '../../domain/dashboard.ts';
import {EXIT} from '../../domain/failures.ts';
import type {Rad} from '../../domain/rad.ts';
import type {Run} from '../../domain/records.ts';
import {isRunOver} from '../../domain/status.ts';
import {type Context, defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {INPUT_FLAG, JSON_FLAG} from '../flags.ts';
import {requireTerminal} from '../require-terminal.ts';
import {tellSkipped} from '../skipped-run.ts';
import {loadTopJson} from '../top-json.ts';
import {printPicture, writePicture} from '../top-picture.ts';
import {tellPlainly} from '../top-plain.ts';
import {replay, withRecording} from '../top-recording.ts';
import {usageError} from '../usage.ts';
import {readWorkflowInputs} from '../workflow-inputs.ts';

/** No terminal is larger, and a picture costs by the cell. */
const SIZE_MAX = 500;

export const topCommand = defineCommand({
	path: 'top',
	group: 'Work',
	summary: 'Watch, meter and undo in a dashboard',
	description: [
		'Shows the newest run of the workspace, also one that another rad started: the agents as a tree, the log of the selected one, tokens and cost, and the checkpoints, which can be restored from there. Press ? for the keys and q to leave.',
		'With --run a workflow is started in the background first. It goes on when you leave. Where another run is at work, it waits, is refused or is skipped as its workflow says.',
		'Without a terminal there are other ways to see the same. --once prints one picture of it and --svg writes one to a file, as large as the terminal (less a row for the prompt), else 120 columns by 40 rows, unless you say. --once --json prints it as data: run, totals, steps, agents, byModel, checkpoints (newest first), requests and questions; subtree has the figures of an agent with its sub-agents. --plain tells it in sentences for a screen reader: how things are, then what changes, until the run is over or you press Ctrl-C.',
		'--record writes down what the dashboard hears while you use it, for a report of a bug: keys, figures, and what agents and you have typed, with the texts of logs, paths and file names. Look through the file before you give it to somebody. It is made new, only you can read it, and it ends at 100 MB. --replay shows such a file again, in this terminal and without a workspace: space pauses, the right arrow goes on by one message, q leaves, and nothing is done of what was done then. With --once or --svg you get its last picture, as large as it was recorded unless you say.',
	],
	input: {},
	flags: {
		run: {type: 'text', placeholder: 'WORKFLOW', description: 'Start this workflow and watch it.'},
		input: INPUT_FLAG,
		once: {type: 'switch', description: 'Print one picture and end.'},
		json: {...JSON_FLAG, description: 'With --once: print JSON for scripts.'},
		svg: {type: 'text', placeholder: 'FILE', description: 'Write one picture to an SVG file and end.'},
		plain: {type: 'switch', description: 'Print sentences, one a line, instead of a screen.'},
		record: {type: 'text', placeholder: 'FILE', description: 'Write down what the dashboard hears, into a new file.'},
		replay: {type: 'text', placeholder: 'FILE', description: 'Show what was recorded, instead of a workspace.'},
		speed: {type: 'count', placeholder: 'N', description: 'With --replay: how many times as fast; 1 when not given.'},
		columns: {type: 'count', placeholder: 'N', description: 'How wide the picture is, in characters.'},
		rows: {type: 'count', placeholder: 'N', description: 'How high it is.'},
	},
	examples: [
		{words: 'rad top', note: 'watch what is there'},
		{words: 'rad top --run example', note: 'start a workflow and watch it'},
		{words: 'rad top --once', note: 'see it once, in a terminal or a pipe'},
		{words: 'rad top --once --json | jq .run.status', note: 'for scripts'},
		{words: 'rad top --svg top.svg --columns 100 --rows 30', note: 'a picture for a page'},
		{words: 'rad top --plain', note: 'hear of each change'},
		{words: 'rad top --record bug.jsonl', note: 'for a report of a bug'},
		{words: 'rad top --replay bug.jsonl --speed 10', note: 'see it again, faster'},
	],
	exitCodes: {
		0: 'You left the dashboard, the picture was made, the run that is told of is over, or the workflow was skipped.',
		2: 'The workflow file, an input or the combination of flags is wrong.',
		3: 'There is no workspace, no such workflow, or no such recording.',
		4: 'Another run is active here, or the file to record into is there already.',
		5: 'The configuration has mistakes, a picture or a recording could not be written, or it is no recording that this rad can show.',
		6: 'There is no terminal.',
		130: 'Ctrl-C, with --plain. The run goes on.',
	},
	run: async ({flags, ...context}) => {
		checkFlags(flags);
		checkRecordingFlags(flags);
		if (flags.replay !== undefined) return replay(context, flags.replay, flags);
		const inputs = readWorkflowInputs(flags.input, 'top');
		if (flags.once || flags.svg !== undefined) return takePicture(context, flags);
		if (!flags.plain) requireTerminal(context);
		const rad = await context.open();
		return withRecording(context, flags.record, async record => {
			const show: Show = options =>
				flags.plain ? tellPlainly(context, rad, options.runId) : context.host.showDashboard(rad, {...options, ...record});
			if (flags.run === undefined) return show({});
			const workflow = flags.run;
			return tellSkipped(context, workflow, async () => watch(context, rad, await rad.runs.start({workflow, inputs}), show), false);
		});
	},
});

type Show = (options: DashboardOptions) => Promise<number>;

type Flags = {
	readonly run: string | undefined;
	readonly input: readonly string[];
	readonly once: boolean;
	readonly json: boolean;
	readonly svg: string | undefined;
	readonly plain: boolean;
	readonly record: string | undefined;
	readonly replay: string | undefined;
	readonly speed: number | undefined;
	readonly columns: number | undefined;
	readonly rows: number | undefined;
};

/** @throws {RadError} `USAGE` for flags of which one would be without effect. */
const checkFlags = ({run, input, once, json, svg, plain, columns, rows}: Flags): void => {
	const [view, second] = [...(once ? ['--once'] : []), ...(svg === undefined ? [] : ['--svg']), ...(plain ? ['--plain'] : [])];
	const isPicture = (once || svg !== undefined) && !json;
	if (second !== undefined) throw usageError(`${view} and ${second} do not go together.`, 'top');
	if (json && !once) throw usageError('--json needs --once.', 'top');
	if (run === undefined && input.length > 0) throw usageError('--input needs --run.', 'top');
	if (run !== undefined && view !== undefined && !plain) throw usageError(`--run and ${view} do not go together.`, 'top');
	for (const [name, count] of Object.entries({columns, rows})) {
		if (count === undefined) continue;
		if (!isPicture) throw usageError(`--${name} is for the picture of --once or --svg.`, 'top');
		if (count < 1 || count > SIZE_MAX) throw usageError(`--${name} needs a number from 1 to ${SIZE_MAX}, not ${count}`, 'top');
	}
};

/** @throws {RadError} `USAGE` as above. */
const checkRecordingFlags = ({run, once, json, svg, plain, record, replay: recording, speed}: Flags): void => {
	const isPicture = once || svg !== undefined;
	const others = {'--run': run !== undefined, '--json': json, '--plain': plain, '--record': record !== undefined};
	const [other] = Object.entries(others).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
	if (recording !== undefined && other !== undefined) throw usageError(`--replay and ${other} do not go together.`, 'top');
	if (record !== undefined && (isPicture || plain)) throw usageError('--record is for the dashboard on a screen.', 'top');
	if (speed !== undefined && (recording === undefined || isPicture)) throw usageError('--speed needs --replay, and is not for a picture.', 'top');
};

const takePicture = async (context: Context, {json, svg, columns, rows}: Flags): Promise<number> => {
	const rad = await context.open();
	if (svg !== undefined) return writePicture(context, rad, {columns, rows}, svg);
	if (!json) return printPicture(context, rad, {columns, rows});
	await context.out.json(await loadTopJson(rad, context.clock.now()));
	return EXIT.done;
};

/** Leaving the dashboard does not stop the run, which must not be a surprise. */
const watch = async (context: Context, rad: Rad, {id}: Run, show: Show): Promise<number> => {
	const exitCode = await show({runId: id});
	const run = await rad.runs.find(id);
	if (!isRunOver(run.status)) {
		const stop = toCommandLine(`cancel ${id}`, context);
		await context.notes.line([
			`${run.workflow} ${run.status === 'queued' ? 'is queued' : 'runs on'}. To see it again: ${toCommandLine('top', context)}; to stop it: ${stop}`,
		]);
	}
	return exitCode;
};
