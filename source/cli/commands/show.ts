import {EXIT} from '../../domain/failures.ts';
import type {Agent, AgentTotals, Step} from '../../domain/records.ts';
import {isRunOver} from '../../domain/status.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {describeSubject} from '../../views/request-text.ts';
import {type Context, defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {findRun} from '../find-run.ts';
import {JSON_FLAG} from '../flags.ts';
import {toIsoTime} from '../listing.ts';
import type {Field} from '../output.ts';
import {suggestAfterRun} from '../run-in-foreground.ts';
import {toRunReportJson, toUsageByAgent} from '../run-json.ts';
import {formatRunSummary, loadRunReport, type RunReport, type Suggestion} from '../run-summary.ts';

export const showCommand = defineCommand({
	path: 'show',
	group: 'Look',
	summary: 'Show a run, and why it failed or waits',
	description: [
		'Shows what became of the steps of a run, their agents, costs, artifacts and checkpoints: of the newest run unless another is named.',
		'A pipe gets a line for each thing, which begins with what it is. run: id, workflow, status, start, end, error. branch: the one that the work of its work trees is in. step: name, status, attempts, start, end, reason, run that it was taken over from. agent: id, id of the agent above it, name, step, attempt, engine, status, its own tokens and billionths of a dollar, error. artifact: name of the step, attempt, path below the workspace, bytes. checkpoint: id, time, kind, label. request: id, agent, what it asks for. output: name, value as JSON. question: name of the step that waits for you, until when, what is to be decided.',
	],
	input: {run: {isRequired: false, description: 'Id of a run, or the beginning of one.'}},
	flags: {json: {...JSON_FLAG, description: 'Print the run with all of that as one JSON object.'}},
	examples: [
		{words: 'rad show', note: 'what became of the newest run'},
		{words: 'rad show run_3k9t', note: 'of another one'},
	],
	exitCodes: {0: 'Done, also when the run failed.', 2: 'The id fits several runs.', 3: 'There is no such run, or no workspace.'},
	run: async ({input, flags, ...context}) => {
		const {out, clock} = context;
		const rad = await context.open();
		const report = await loadRunReport(rad, await findRun(rad, input.run));
		if (flags.json) await out.json(toRunReportJson(report));
		else if (!out.isTerminal) await out.fields(toFields(report));
		else await out.lines(formatRunSummary(report, suggest(report, context), {width: out.columns, hasSymbols: true, now: clock.now()}));
		return EXIT.done;
	},
});

const suggest = (report: RunReport, context: Context): readonly Suggestion[] => {
	const {id, status} = report.run;
	const toCommand = (words: string): string => toCommandLine(words, context);
	if (isRunOver(status)) return suggestAfterRun(report, toCommand);
	return [
		...report.questions.flatMap(({step, changes}) => [
			{command: toCommand(`approve ${id} ${step.stepId}`), purpose: 'say yes'},
			{command: toCommand(`reject ${id} ${step.stepId}`), purpose: 'say no'},
			...(changes === null || changes.files.length === 0
				? []
				: [{command: toCommand(`checkpoint diff ${changes.since}`), purpose: 'read the changes'}]),
		]),
		status === 'interrupted'
			? {command: toCommand(`resume ${id}`), purpose: 'go on with it'}
			: {command: toCommand('top'), purpose: 'watch it and answer its agents'},
		{command: toCommand(`cancel ${id}`), purpose: status === 'interrupted' ? 'end what is left of it' : 'stop it'},
	];
};

const toFields = ({
	run,
	steps,
	agents,
	byAgent,
	checkpoints,
	artifacts,
	waiting,
	questions,
	outputs,
	branch,
}: RunReport): ReadonlyArray<readonly Field[]> => {
	const usage = toUsageByAgent(byAgent);
	return [
		['run', run.id, run.workflow, run.status, toIsoTime(run.startedAt), toIsoTime(run.endedAt), run.error],
		...(branch === null ? [] : [['branch', branch]]),
		...steps.map(toStepFields),
		...agents.map(agent => toAgentFields(agent, usage.get(agent.id))),
		...artifacts.map(({stepId, attempt, file, sizeBytes}) => ['artifact', stepId, attempt, file, sizeBytes]),
		...checkpoints.toReversed().map(({id, createdAt, kind, label}) => ['checkpoint', id, toIsoTime(createdAt), kind, label]),
		...waiting.map(({id, agentId, subject}) => ['request', id, agentId, describeSubject(subject)]),
		...Object.entries(outputs).map(([name, value]) => ['output', name, JSON.stringify(value)]),
		...questions.map(({step, question}) => ['question', step.stepId, toIsoTime(question.until), question.message]),
	];
};

const toStepFields = ({stepId, status, attempts, startedAt, endedAt, reason, takenFrom}: Step): readonly Field[] => [
	...['step', stepId, status, attempts, toIsoTime(startedAt), toIsoTime(endedAt), reason, takenFrom],
];

const toAgentFields = (agent: Agent, totals: AgentTotals | undefined): readonly Field[] => [
	...['agent', agent.id, agent.parentId, agent.name, agent.stepId, agent.attempt, agent.engine, agent.status],
	totals === undefined ? null : totalTokens(totals.tokens),
	totals === undefined || totals.costSource === 'unknown' ? null : String(totals.costNanoUsd),
	agent.error,
];
