import {formatDuration} from '../domain/figures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, Checkpoint, Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import {formatAgentDuration, formatEngine} from '../views/agent-text.ts';
import {formatAgo, formatPlural} from '../views/format.ts';
import {describeSubject} from '../views/request-text.ts';
import {labelAgent, labelRun, labelStep} from '../views/status-label.ts';
import {listTellingSteps} from '../views/steps.ts';
import {describeEndOfRun, joinWhy, nameFigures, nameQuestion, type ToCommand} from './plain-words.ts';
import {loadRunReport, type RunReport} from './run-summary.ts';
import {type SubtreeFigures, toSubtreeFigures} from './subtree-figures.ts';

/** Tells what the dashboard shows in a few sentences: the run, its steps and agents, what it took, and what waits for a person. */
export const summarisePlainly = async (rad: Rad, run: Run | undefined, now: number, toCommand: ToCommand): Promise<readonly string[]> => {
	const place = `This is the workspace ${rad.workspace.root}`;
	const checkpoints = describeCheckpoints(await rad.checkpoints.list(), now, toCommand);
	if (run === undefined) return [place, `Nothing has run here yet. To start something: ${toCommand('run <workflow>')}`, ...checkpoints];
	const report = await loadRunReport(rad, run);
	const figures = toSubtreeFigures(report);
	return [
		place,
		describeRun(run, figures, now, toCommand),
		...countStatuses('Its steps', listTellingSteps(report.steps), labelStep),
		...countStatuses('Its agents', report.agents, labelAgent),
		...report.agents.filter(({status}) => !isAgentOver(status)).map(agent => describeAgent(agent, figures, now)),
		...checkpoints,
		...describeWaiting(report, toCommand),
	];
};

const describeRun = (run: Run, figures: SubtreeFigures, now: number, toCommand: ToCommand): string => {
	if (isRunOver(run.status)) return describeEndOfRun(run, figures, toCommand);
	const since = formatDuration(now - run.startedAt);
	const state = joinWhy(`The run of ${run.workflow} is ${labelRun(run).word}, begun ${since} ago${nameFigures(figures.ofRun)}`, run.error);
	return run.status === 'interrupted' ? `${state} To go on with it: ${toCommand(`resume ${run.id}`)}` : state;
};

/** `Its steps: 2 completed, 1 running.`, in the order in which the statuses come up. */
const countStatuses = <Item>(what: string, items: readonly Item[], label: (item: Item) => {readonly word: string}): readonly string[] => {
	const words = items.map(item => label(item).word);
	const counts = [...new Set(words)].map(word => `${words.filter(each => each === word).length} ${word}`);
	return counts.length === 0 ? [] : [`${what}: ${counts.join(', ')}.`];
};

const describeAgent = (agent: Agent, figures: SubtreeFigures, now: number): string =>
	`${agent.name} is ${labelAgent(agent).word} on ${formatEngine(agent)}, begun ${formatAgentDuration(agent, now)} ago${nameFigures(figures.of(agent.id))}.`;

const describeCheckpoints = ([newest, ...older]: readonly Checkpoint[], now: number, toCommand: ToCommand): readonly string[] =>
	newest === undefined
		? []
		: [
				`There ${older.length === 0 ? 'is' : 'are'} ${formatPlural(older.length + 1, 'checkpoint')}, the newest of ${formatAgo(newest.createdAt, now)}, ${newest.label}. To list them: ${toCommand('checkpoint list')}`,
			];

const describeWaiting = ({run, agents, waiting, questions}: RunReport, toCommand: ToCommand): readonly string[] => [
	...questions.map(({step, question}) => nameQuestion({runId: run.id, stepId: step.stepId, message: question.message}, toCommand)),
	...waiting.map(({agentId, subject}) => {
		const name = agents.find(({id}) => id === agentId)?.name ?? agentId;
		return `${name} asks ${describeSubject(subject)}; to answer: ${toCommand('top')}`;
	}),
];
