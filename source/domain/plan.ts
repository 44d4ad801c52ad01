import type {RunId} from './ids.ts';
import type {Shown} from './question.ts';
import type {Permissions} from './records.ts';

/** What an agent's own wish to restore is worth without a person: nothing, or its own step's checkpoints. */
export type RestorePolicy = 'ask' | 'own-step';

export type PlanInput = {
	readonly name: string;
	readonly type: 'string' | 'number' | 'boolean';
	readonly isRequired: boolean;
	readonly defaultValue: string | number | boolean | null;
	/** The values that it may have; null for any. */
	readonly choices: ReadonlyArray<string | number | boolean> | null;
	readonly description: string | null;
};

/** What a step may be tried again for; `error` is every failure that is none of the others. */
export const RETRY_CAUSES = ['error', 'timeout', 'lost', 'rate_limit', 'invalid_output'] as const;

export type RetryCause = (typeof RETRY_CAUSES)[number];

/** The inputs of a run, or of a workflow in it, by name; those that nobody gave and that have no default are not there. */
export type InputValues = Readonly<Record<string, string | number | boolean>>;

export type RetryRule = {
	/** How often it may be tried again. */
	readonly max: number;
	readonly on: readonly RetryCause[];
	/** The longest wait before the first retry; each later one is `factor` times longer, up to `maxBackoffMs`. The wait itself is random. */
	readonly backoffMs: number;
	readonly factor: number;
	readonly maxBackoffMs: number;
};

/** What a run or a step may spend: who reaches a limit is stopped. A limit is null where there is none. */
export type Budget = {
	/** Whole billionths of a dollar. */
	readonly costNanoUsd: number | null;
	/** Tokens of every kind. */
	readonly tokens: number | null;
	/** Responses of models. */
	readonly turns: number | null;
	readonly wallMs: number | null;
	/** What comes then: the end, or a question to a person, who may allow as much again. */
	readonly onExceeded: 'stop' | 'ask';
};

/** The part of a run's limits of which its usage tells how much is left. */
export type Allowance = Pick<Budget, 'costNanoUsd' | 'tokens' | 'turns'>;

/** True where anything is limited. */
export const hasLimit = ({costNanoUsd, tokens, turns, wallMs}: Budget): boolean => [costNanoUsd, tokens, turns, wallMs].some(limit => limit !== null);

/**
 * What a step does to the files of the workspace: `shared` may change them, and has them alone meanwhile; `worktree` works in a work tree of
 * its own; `readonly` is there to read, so that several may at once.
 */
export const WORKSPACE_MODES = ['shared', 'worktree', 'readonly'] as const;

export type WorkspaceMode = (typeof WORKSPACE_MODES)[number];

/** How the work of a step with a work tree of its own comes to the run's branch: as one commit, with its own commits or repeated on top; or not. */
export const MERGE_MODES = ['squash', 'merge', 'rebase', 'none'] as const;

export type MergeMode = (typeof MERGE_MODES)[number];

/** How a step works in a work tree of its own. */
export type PlanWorktree = {
	/** The step whose end it begins from: what the run's branch was then. Null for the newest state of the branch. */
	readonly base: string | null;
	readonly merge: MergeMode;
	/** What comes of work that does not fit what is in the branch: the step fails, or a person is asked to make it fit. */
	readonly onConflict: 'fail' | 'ask';
};

/** The most that a run may have at work at once. */
export const MAX_PARALLEL = 100;

/** How many steps of a run may be at work at once where its workflow does not say. */
export const USUAL_PARALLEL = 4;

/** What a declared output may be, by its name in JSON Schema. */
export const OUTPUT_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;

export type OutputType = (typeof OUTPUT_TYPES)[number];

/** JSON Schema of one output, with those words alone that the engines' own flags take too. */
export type OutputSchema = {
	readonly type: OutputType;
	readonly description?: string | undefined;
	readonly enum?: ReadonlyArray<string | number | boolean> | undefined;
	readonly minimum?: number | undefined;
	readonly maximum?: number | undefined;
	readonly items?: OutputSchema | undefined;
	readonly minItems?: number | undefined;
	readonly maxItems?: number | undefined;
	readonly properties?: Readonly<Record<string, OutputSchema>> | undefined;
	readonly required?: readonly string[] | undefined;
};

/** Outputs by their names; each of them must be there. */
export type OutputSchemas = Readonly<Record<string, OutputSchema>>;

/** Outputs that tell of the files: whether the step changed any, and HEAD's commit after it. */
export const OUTPUTS_OF_CHANGES = ['changed', 'commit'] as const;

/** Outputs that every attempt has, which tell how it went: none can be declared under such a name. */
export const OUTPUTS_OF_EVERY_STEP = ['exit_code', 'tail', 'text', 'duration_ms', 'cost_usd', ...OUTPUTS_OF_CHANGES, 'artifacts'] as const;

/** A person is asked, it goes on by itself when the limit is lifted, or it is a failure as any other. */
export const USAGE_LIMIT_WAYS = ['ask', 'continue', 'fail'] as const;

export type UsageLimitWay = (typeof USAGE_LIMIT_WAYS)[number];

/** What every kind of step has. */
type StepBase = {
	/** Its own name; in a run, behind the names of the blocks and the numbers of the rounds that it is in: `polish.2.test`. */
	readonly id: string;
	/** Steps of the same list that must be over first. */
	readonly needs: readonly string[];
	/** An expression: where it is false the step is skipped, and counts as done. Null: always. */
	readonly when: string | null;
	/** True where its failure keeps neither the steps that need it nor the run from going on. */
	readonly continuesOnError: boolean;
	/** True where the files are brought back to what they were before it when it has failed; of a block that is done for items, before the item. */
	readonly rollsBack: boolean;
};

/** What a file says that an agent is; what it says of engine, model and permissions has become part of the step. */
export type PlanAgent = {
	readonly name: string;
	/** Its path, below the workspace. */
	readonly file: string;
	/** What it is told before the prompt; holds no templates, whatever it looks like. */
	readonly instructions: string;
};

/** All that an agent is told; `text` is the prompt. */
export const toWholePrompt = ({agent}: Pick<PlanStep, 'agent'>, text: string): string =>
	agent === null || agent.instructions === '' ? text : `${agent.instructions}\n\n${text}`;

/** A step that an agent or a command works on, as it will run. Texts still hold their `${{ }}` templates. */
export type PlanStep = StepBase & {
	readonly kind: 'prompt' | 'run';
	/** The prompt, or the command line. */
	readonly text: string;
	/** Of a prompt that was read from a file of its own: the path of that file, below the workspace. */
	readonly promptFile: string | null;
	/** Of a prompt: who is to work on it. */
	readonly agent: PlanAgent | null;
	readonly engine: string;
	readonly model: string | null;
	/** Of a prompt: the engines that are tried one after the other when one cannot work. */
	readonly fallback: ReadonlyArray<{readonly engine: string; readonly model: string | null}>;
	/** Of a prompt; what its agent may do without being asked. */
	readonly permissions: Permissions;
	/** Of a prompt: the step whose agent's conversation it goes on with. */
	readonly session: string | null;
	readonly recording: string | null;
	readonly speed: number | null;
	readonly env: Readonly<Record<string, string>>;
	/** Variables that it gets from the environment of the rad that runs it: names alone, as their values are kept nowhere. */
	readonly secrets: readonly string[];
	/** What it promises to hand on; null where it promises nothing. */
	readonly outputs: OutputSchemas | null;
	/** Which files of the workspace are kept of each attempt: patterns. */
	readonly artifacts: readonly string[];
	readonly timeoutMs: number;
	/** How long it may print nothing; null for ever. */
	readonly idleTimeoutMs: number | null;
	readonly retry: RetryRule;
	/** Of a prompt: what comes of it when its provider's usage limit is reached, and no other engine is left. */
	readonly onUsageLimit: UsageLimitWay;
	/** Of all its attempts and their sub-agents. */
	readonly budget: Budget;
	readonly restorePolicy: RestorePolicy;
	readonly workspace: WorkspaceMode;
	/** Null unless it works in one. */
	readonly worktree: PlanWorktree | null;
	/** False where the author, or who started the run, wants none: nothing that the step does can be undone then. */
	readonly takesCheckpoints: boolean;
	/** True where one is taken after each attempt, too. */
	readonly takesCheckpointAfter: boolean;
	/** True where its outputs tell what it changed, since something reads that. */
	readonly tellsChanges: boolean;
};

/** A step at which a person decides whether the run goes on. */
export type PlanGate = StepBase & {
	readonly kind: 'approve';
	readonly message: string;
	readonly show: readonly Shown[];
	/** How long an answer is waited for; null for ever. */
	readonly timeoutMs: number | null;
	/** What silence means. */
	readonly onTimeout: 'reject' | 'approve';
	/** Whether a No makes the step fail, or only one of its outputs. */
	readonly onReject: 'fail' | 'continue';
};

/** How often the steps of a block are run. */
export type Repeat =
	| {readonly kind: 'once'}
	/** Round after round, until an expression is true at the end of one. */
	| {readonly kind: 'loop'; readonly until: string; readonly max: number; readonly onExhausted: 'fail' | 'continue'}
	/** Once for each item of a list: of the value of an expression, or of the file itself. */
	| {
			readonly kind: 'each';
			readonly items: string | readonly unknown[];
			/** The name under which expressions read the item. */
			readonly as: string;
			/** True where no item is begun after one has failed. */
			readonly failsFast: boolean;
			/** How many items may be under way at once. */
			readonly maxParallel: number;
	  };

/** Steps that belong together. */
export type PlanBlock = StepBase & {
	readonly kind: 'steps';
	readonly repeat: Repeat;
	readonly steps: readonly PlanNode[];
	/** True where a single step or workflow is repeated: each round is that step, and has no list of its own. */
	readonly isSingle: boolean;
	/** What steps outside may read of it: expressions by name. */
	readonly publish: Readonly<Record<string, string>>;
	/** Of all its steps together, in all of its rounds; what is around it limits them as well. */
	readonly budget: Budget;
	/** Where its steps are those of a workflow of its own. It is never repeated then: what repeats it is a block around it. */
	readonly child: PlanChild | null;
};

/** A workflow in another one. Its steps read nothing of what is around it but the inputs that it is given. */
export type PlanChild = {
	readonly workflow: string;
	readonly inputs: readonly PlanInput[];
	/** Those of the inputs that are known before it begins. */
	readonly values: InputValues;
	/** The others: texts with `${{ }}`, filled in by what can be read where it stands. */
	readonly templates: Readonly<Record<string, string>>;
	/** See `Plan`. */
	readonly maxParallel: number;
};

export type PlanNode = PlanStep | PlanGate | PlanBlock;

/** What a run does about another of its workspace that is at work: it waits, ends that one first, or is not made. */
export const ON_CONFLICTS = ['queue', 'cancel', 'skip'] as const;

/** Runs of one group are about the same thing. */
export type Concurrency = {
	/** A text with `${{ }}`, of which only the inputs and the run are known. */
	readonly group: string;
	readonly onConflict: (typeof ON_CONFLICTS)[number];
};

/** The frozen definition of a run. Editing the workflow's file never changes it. */
export type Plan = {
	readonly name: string;
	readonly description: string | null;
	readonly inputs: readonly PlanInput[];
	/** When it is meant to be started: times of cron, in the zone of the machine where none is named. */
	readonly schedule: ReadonlyArray<{readonly cron: string; readonly timezone: string | null}>;
	readonly budget: Budget;
	/** How many of its steps may be at work at once. */
	readonly maxParallel: number;
	/** Absent where it says nothing of other runs: one that finds another at work is refused then. */
	readonly concurrency?: Concurrency;
	/** In the order of the file; the needs form no cycle. */
	readonly steps: readonly PlanNode[];
	/** Run after the steps when one of them has failed. */
	readonly onFailure: readonly PlanNode[];
	/** Run last, however the steps ended, unless the run is cancelled. */
	readonly finally: readonly PlanNode[];
	/** What a workflow that runs this one may read of it: expressions by name. */
	readonly outputs: Readonly<Record<string, string>>;
};

/** All steps of a plan that an agent or a command works on, in the order of the file. */
export const listPlanWork = ({steps, onFailure, finally: last}: Plan): readonly PlanStep[] => listWork([...steps, ...onFailure, ...last]);

/** Those of some steps, and in them, that an agent or a command works on. */
export const listWork = (nodes: readonly PlanNode[]): readonly PlanStep[] =>
	nodes.flatMap(node => (node.kind === 'steps' ? listWork(node.steps) : node.kind === 'approve' ? [] : [node]));

/** The secrets that any step of a plan gets, each once. */
export const listSecrets = (plan: Plan): readonly string[] => [...new Set(listPlanWork(plan).flatMap(({secrets}) => secrets))];
/** True where a step of the plan works in a work tree of its own: the run has a branch then. */
export const hasWorktrees = (plan: Plan): boolean => listPlanWork(plan).some(({workspace}) => workspace === 'worktree');

/** A step at its place in a plan: its name behind those of the blocks around it, how many they are, and the workflows among them. */
export type PlanPlace = {readonly node: PlanNode; readonly name: string; readonly depth: number; readonly children: readonly PlanChild[]};

/** The block that a node is, or is again and again; undefined of anything else. */
export const toBlock = (node: PlanNode | undefined): PlanBlock | undefined =>
	node?.kind !== 'steps' ? undefined : node.isSingle ? toBlock(node.steps[0]) : node;

/** All steps of a plan, in the order of the file; a block before its steps. */
export const listPlaces = (plan: Plan): readonly PlanPlace[] => [
	...plan.steps.flatMap(node => toPlaces(node, '', [], 0)),
	...plan.onFailure.flatMap(node => toPlaces(node, 'on_failure.', [], 0)),
	...plan.finally.flatMap(node => toPlaces(node, 'finally.', [], 0)),
];

const toPlaces = (node: PlanNode, prefix: string, children: readonly PlanChild[], depth: number): readonly PlanPlace[] => {
	const name = `${prefix}${node.id}`;
	const {steps = [], child = null} = toBlock(node) ?? {};
	const within = child === null ? children : [...children, child];
	return [{node, name, depth, children}, ...steps.flatMap(each => toPlaces(each, `${name}.`, within, depth + 1))];
};

/** The same plan with each step changed that an agent or a command works on. */
export const mapPlanWork = (plan: Plan, change: (step: PlanStep) => PlanStep): Plan => {
	const map = (nodes: readonly PlanNode[]): readonly PlanNode[] =>
		nodes.map(node => (node.kind === 'steps' ? {...node, steps: map(node.steps)} : node.kind === 'approve' ? node : change(node)));
	return {...plan, steps: map(plan.steps), onFailure: map(plan.onFailure), finally: map(plan.finally)};
};

/** How a step is over before its run starts. */
export type SettledStep = {
	readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
	readonly reason: string | null;
	/** True where what needs it goes on although it was skipped. */
	readonly isUnwanted: boolean;
	readonly outputs: Readonly<Record<string, unknown>>;
	/** The run that did it; null for one that is left out. */
	readonly takenFrom: RunId | null;
};

/** What a run does of its plan where that is not all of it. */
export type Part = {
	/** The step that it begins with. */
	readonly step: string;
	/** True where nothing that comes after the step is run. */
	readonly isOnly: boolean;
	/** The earlier run that it builds on; null where there was none, and nothing to be taken over. */
	readonly runId: RunId | null;
	/** What is not run, by the names that the steps have in the run. */
	readonly steps: Readonly<Record<string, SettledStep>>;
};

/** What is kept with the run. */
export type FrozenPlan = {
	readonly plan: Plan;
	readonly inputs: InputValues;
	/** What whoever started it wants to spend at most, besides what the plan allows; null for no such limit. */
	readonly maxCostNanoUsd: number | null;
	/** Absent where all of the plan is run. */
	readonly part?: Part;
	/** The branch that HEAD was on when the run began; empty where it was on none, and without git. */
	readonly baseBranch?: string;
	/** The group that the run is of; absent where the plan names none. */
	readonly group?: string;
};
