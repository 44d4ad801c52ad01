import {EXIT} from '../../domain/failures.ts';
import type {Rad} from '../../domain/rad.ts';
import type {Run, Step} from '../../domain/records.ts';
import {isRunOver} from '../../domain/status.ts';
import {defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {findRun} from '../find-run.ts';
import {JSON_FLAG} from '../flags.ts';
import {toChangeJson, toModelTotalsJson, toStepJson, toTotalsJson} from '../json-records.ts';
import {loadModelUsage} from '../model-usage.ts';
import {loadRunChanges, type RunChanges} from '../run-changes.ts';
import {toRunReportJson} from '../run-json.ts';
import {type FullReport, formatRunMarkdown, measureStep} from '../run-markdown.ts';
import {loadRunReport} from '../run-summary.ts';
import type {OutputOf} from '../schemas/zod-outputs.ts';
import {usageError} from '../usage.ts';

const FORMATS = ['md', 'json'] as const;

export const reportCommand = defineCommand({
	path: 'report',
	group: 'Look',
	summary: 'Write a report on a run, to keep or send',
	description: [
		'Reports on the newest run, or the one that is named: its steps, agents, models and their costs, the artifacts that they left, its checkpoints and the command that goes back to before it, and the files that differ since. It is meant for a file, a mail or a comment on a pull request; a terminal and a pipe get the same.',
		'A run that is not over is reported with its figures so far, so a step of the run itself can do it. Texts of agents, models and files are escaped: in Markdown they are no markup, no link and mention nobody.',
		'As JSON it is the object of rad show --json, and more; what is not known is null there.',
	],
	input: {run: {isRequired: false, description: 'Id of a run, or the beginning of one.'}},
	flags: {
		format: {type: 'choice', placeholder: 'FORMAT', choices: FORMATS, description: 'md for Markdown, which is usual, or json.'},
		json: {...JSON_FLAG, description: 'The same as --format json.'},
	},
	examples: [
		{words: 'rad report > nightly.md', note: 'the newest run, as Markdown'},
		{words: 'rad report "$RAD_RUN_ID" > report.md', note: 'in a step: the run so far'},
		{words: 'rad report run_3k9t --format json', note: 'another one, for scripts'},
	],
	exitCodes: {0: 'Done, also when the run failed.', 2: 'The id fits several runs.', 3: 'There is no such run, or no workspace.'},
	run: async ({input, flags, ...context}) => {
		const {out} = context;
		if (flags.json && flags.format === 'md') throw usageError('--json and --format md do not go together.', 'report');
		const rad = await context.open();
		const report = await loadFullReport(rad, await findRun(rad, input.run), context.clock.now());
		const toCommand = (words: string): string => toCommandLine(words, context);
		if (flags.json || flags.format === 'json') await out.json(toJson(report, toCommand));
		else await out.lines(formatRunMarkdown(report, toCommand).markdown.split('\n'));
		return EXIT.done;
	},
});

const loadFullReport = async (rad: Rad, run: Run, at: number): Promise<FullReport> => {
	const report = await loadRunReport(rad, run);
	const [byModel, changes] = await Promise.all([loadModelUsage(rad, {runId: run.id}, report), loadRunChanges(rad, report)]);
	return {...report, byModel, changes, at};
};

type ToCommand = (words: string) => string;

const toJson = (report: FullReport, toCommand: ToCommand): OutputOf<'report'> => ({
	...toRunReportJson(report),
	reportedAt: report.at,
	isOver: isRunOver(report.run.status),
	steps: report.steps.map(step => ({...toStepJson(step), usage: toStepUsageJson(report, step)})),
	byModel: report.byModel.map(({totals, recorded}) => toModelTotalsJson(totals, recorded)),
	restore: report.changes === undefined ? null : toCommand(`checkpoint restore ${report.changes.from.id}`),
	changes: report.changes === undefined ? null : toChangesJson(report.changes),
});

const toStepUsageJson = (report: FullReport, step: Step) => {
	const {totals, recorded} = measureStep(report, step);
	return totals === undefined ? null : toTotalsJson(totals, recorded);
};

/** `to` is null for the work tree as it was then. */
const toChangesJson = ({from, to, isWhole, files, problem}: RunChanges): OutputOf<'report'>['changes'] => ({
	from: from.id,
	to: to?.id ?? null,
	isWhole,
	files: files?.map(toChangeJson) ?? null,
	problem,
});
