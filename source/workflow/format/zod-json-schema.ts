import {z} from 'zod';
import {isForeign} from '../../agents/foreign.ts';
import {CONCURRENCY_IN_FILE} from './zod-concurrency.ts';
import {OUTPUTS_IN_FILE} from './zod-outputs.ts';
import {
	ANY_PROMPT_STEP,
	APPROVE_STEP,
	BLOCK_STEP,
	DEFAULTS,
	RUN_STEP,
	USUAL_WORKSPACE_IN_FILE,
	WORKFLOW,
	WORKFLOW_STEP,
	WORKSPACE_IN_FILE,
} from './zod-schema.ts';

/** What an editor says of a key. */
const MEANINGS: Readonly<Record<string, string>> = {
	version: 'Version of the format: 1.',
	name: 'The name of the file, which it may be left out for.',
	description: 'A sentence for people.',
	inputs: 'What a run is told when it starts: rad run <workflow> --input name=value.',
	type: 'Of the value; string unless the default is of another kind.',
	required: 'A run without it is refused.',
	enum: 'The values that it may have.',
	default: 'The value when none is given.',
	defaults: 'What holds for every step that does not say otherwise.',
	env: 'Variables of the environment; ${{ }} may stand in their values.',
	secrets:
		'Names of variables that steps get from the environment of rad, of the file all of them; others do not get them. Their values are kept nowhere.',
	budget: 'What may be spent, with retries and sub-agents: of a step, or of the whole run. Who reaches a limit is stopped.',
	cost_usd: 'Dollars, with at most nine decimals. A cost that nobody tells does not count.',
	tokens: 'Tokens of every kind.',
	turns: 'Responses of models.',
	on_exceeded: 'With ask, a person is asked whether as much again may be spent, and the run waits.',
	wall: 'Time since it began: 90s, 30m, 1h30m.',
	steps: 'Run one after another, in this order as far as their needs allow.',
	id: 'The name of the step.',
	needs: 'Steps that must be done first; without it, the step above.',
	when: 'An expression; where it is false the step is skipped, which counts as done.',
	continue_on_error: 'Its failure stops neither what needs it nor the run.',
	timeout: 'Stopped after that time: 90s, 30m, 1h30m. Usual: 30m.',
	idle_timeout: 'Stopped when it prints nothing for that long.',
	on_usage_limit:
		'What comes when the usage limit of its provider is reached: the run waits and asks (usual), goes on by itself when the limit is lifted, or the step fails.',
	restore: 'Whether its agent may go back to checkpoints of its own step without asking.',
	checkpoint: 'With none, nothing that the step does can be undone; with both, one is taken after it, too.',
	retry: 'Whether a failed step is tried again.',
	max: 'How often, at most.',
	on: 'Of the file: when it is meant to be started. Of retry: after which failures; all of them unless it says so.',
	schedule: 'rad workflow show prints the lines for your crontab that start it then; rad starts nothing by itself.',
	cron: 'Minute, hour, day, month and weekday, as in a crontab.',
	timezone: 'Of the IANA, such as Europe/Berlin; that of the machine unless it says so.',
	backoff: 'The longest wait before the first retry; the wait itself is random.',
	factor: 'How much longer each further wait is.',
	max_backoff: 'The longest wait of all.',
	concurrency: 'What is done when another run of the workspace is at work; the name of a group is short for { group: name }.',
	group: 'Runs of one group are about the same thing; ${{ inputs.* }} and ${{ run.* }} may stand in its name.',
	foreach: 'Done once for each item of a list.',
	matrix: 'Done once for each combination of the values of some lists.',
	loop: 'Done again and again.',
	in: 'A list, or an expression whose value is one.',
	as: 'The name under which expressions read the item; item unless it says so.',
	fail_fast: 'With false, the other items are gone on with after one has failed.',
	until: 'An expression that is evaluated after each round: where it is true the loop ends.',
	on_exhausted: 'What it means when the last round is over and the expression is still false.',
	publish: 'What steps outside the block may read of it: expressions by name.',
	approve: 'Waits for a person: rad approve, rad reject, or the dashboard.',
	message: 'What is to be decided; ${{ }} may stand in it.',
	show: 'What is shown with it.',
	on_timeout: 'What it means when nobody answers in time.',
	on_reject: 'Whether a No fails the step.',
	on_failure: 'Of the file: steps that are run when one has failed. Of a step: what is done then.',
	rollback: 'With true, the files are brought back to what they were before the step; of a block for items, before the item.',
	finally: 'Run last, whether the steps failed or not; not when the run is cancelled.',
	workflow: 'Another workflow that is run here; it sees nothing of this one but what it is given.',
	with: 'Its inputs; ${{ }} may stand in their values.',
	prompt: 'What the agent is to do, or the file in which that stands; ${{ }} may stand in it.',
	file: 'Its path from the workspace on, such as .radium/prompts/review.md.',
	run: 'A command of the shell. Values from inputs and agents go through env.',
	agent: 'Who it is done by: what .radium/agents/<agent>.md says, else .claude/agents/<agent>.md.',
	engine: 'The program behind the agent; rad engines lists them.',
	fallback: 'Engines that are tried when one cannot work: its limit is reached, its login fails, it is not to be reached, or it crashes.',
	model: 'The model that the engine is to use.',
	permissions: 'What the agent may do without being asked.',
	workspace:
		'shared: it may change files, and has them alone meanwhile. worktree: it has a work tree of its own, and its work is merged into the branch of the run. readonly: it only reads, so that several may at once.',
	mode: 'shared, worktree or readonly.',
	base: 'The step whose end it begins from; without it, the newest state of the branch of the run.',
	merge: 'How its work comes into the branch of the run: as one commit, with its own commits, these repeated on top, or not at all.',
	on_conflict:
		'Of workspace: whether work that does not fit fails the step, or a person is asked to make it fit. Of concurrency: what becomes of this run where another one is at work.',
	max_parallel: 'Of the file: how many agents and commands may be at work at once. Of foreach: how many items.',
	session: 'The step whose conversation it goes on with.',
	outputs:
		'Of a step: what it promises to hand on, by name a type or a JSON Schema. Of the file: what a workflow that runs this one may read of it, expressions by name.',
	artifacts: 'Files that are kept of each attempt, with what it wrote to $RAD_ARTIFACTS: paths from the workspace on, in which * and ** may stand.',
	recording: 'Of the engine recorded: what is played back.',
	speed: 'Of the engine recorded: how many times faster.',
};

/**
 * The format of workflow files as a JSON Schema, for editors. It knows less than rad does, which also checks expressions, engines and what
 * steps need; what it refuses, rad refuses too. Draft 7, as language servers for YAML read it.
 */
export const toJsonSchema = (): Readonly<Record<string, unknown>> => {
	const block = BLOCK_STEP.extend({
		get steps() {
			return steps;
		},
	});
	const outputs = OUTPUTS_IN_FILE.optional();
	const workspace = WORKSPACE_IN_FILE.optional();
	const step: z.ZodType = z
		.union([ANY_PROMPT_STEP.extend({outputs, workspace}), RUN_STEP.extend({outputs, workspace}), APPROVE_STEP, WORKFLOW_STEP, block])
		.meta({id: 'step'});
	const steps: z.ZodType = z.array(step).min(1);
	const defaults = DEFAULTS.extend({workspace: USUAL_WORKSPACE_IN_FILE.optional()}).optional();
	const file = WORKFLOW.extend({
		defaults,
		concurrency: CONCURRENCY_IN_FILE.optional(),
		steps,
		on_failure: steps.optional(),
		finally: steps.optional(),
	});
	return {title: 'Workflow of rad', ...Object(explain(z.toJSONSchema(file, {io: 'input', target: 'draft-7'})))};
};

/** The same schema with the meaning of each key. */
const explain = (schema: unknown): unknown => {
	if (Array.isArray(schema)) return schema.map(explain);
	if (!isForeign(schema)) return schema;
	return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, key === 'properties' ? explainKeys(value) : explain(value)]));
};

const explainKeys = (properties: unknown): unknown =>
	Object.fromEntries(Object.entries(Object(properties)).map(([key, value]) => [key, {description: MEANINGS[key], ...(explain(value) as object)}]));
