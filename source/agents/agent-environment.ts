import type {AgentId, RunId} from '../domain/ids.ts';
import type {PlanStep} from '../domain/plan.ts';
import {PARENT_RUNS, readParentRuns} from './parent-runs.ts';

/** Variables that would change what a program loads or which repository git uses; they never reach an agent. */
const DROPPED = /^(GIT_.*|NODE_OPTIONS|NODE_PATH|NODE_ENV|LD_.*|DYLD_.*|BASH_ENV|ENV|PYTHONSTARTUP|PYTHONHOME|RAD_.*)$/;

/** Variables of the model providers and of the agents that use them: what a key for one of them is called. */
export const CREDENTIALS =
	/^(ANTHROPIC|CLAUDE|OPENAI|CODEX|AZURE_OPENAI|GEMINI|GOOGLE|VERTEX|OPENCODE|OPENROUTER|MISTRAL|DEEPSEEK|GROQ|XAI|TOGETHER|FIREWORKS|CEREBRAS|COHERE|PERPLEXITY|HF|HUGGINGFACE|MOONSHOT|ZAI|MINIMAX|DASHSCOPE)_.*(KEY|TOKEN|SECRET|CREDENTIALS?|AUTH)/;

export type AgentEnvironment = {
	readonly base: Readonly<Record<string, string | undefined>>;
	/** Credentials of model providers that the agent may inherit; null for all. */
	readonly credentials: RegExp | null;
	/** Variables of `base` that it gets whatever they are called, and those that it must not get. */
	readonly secrets: {readonly given: readonly string[]; readonly withheld: readonly string[]};
	/** From the workflow file. */
	readonly step: Readonly<Record<string, string>>;
	readonly runId: RunId;
	readonly agentId: AgentId;
	readonly stepId: string;
	/** Where it works. */
	readonly workspaceRoot: string;
	/** The branch that the work of the run's steps comes together in; null of a run that has none. */
	readonly runBranch: string | null;
	readonly outputFile: string;
	readonly artifactsFolder: string;
	readonly requestToken: string;
};

/** Which secrets of a run a step does not get, as it does not name them. An agent needs the keys of its own provider, whoever else names them. */
export const findWithheld = ({kind, secrets}: Pick<PlanStep, 'kind' | 'secrets'>, all: readonly string[]): readonly string[] =>
	all.filter(name => !secrets.includes(name) && !(kind === 'prompt' && CREDENTIALS.test(name)));

/** Makes the environment of an agent: the user's own without what is dangerous to inherit and without the keys of
 * other providers than its own, the step's, and what an agent may know of its run. */
export const toAgentEnvironment = (options: AgentEnvironment): Readonly<Record<string, string>> => {
	const {credentials, secrets} = options;
	const isOthers = (name: string): boolean => credentials !== null && CREDENTIALS.test(name) && !credentials.test(name);
	const inherited = Object.entries(options.base).filter(
		([name, value]) => value !== undefined && !DROPPED.test(name) && !isOthers(name) && !secrets.withheld.includes(name),
	) as Array<[string, string]>;
	return {
		...Object.fromEntries(inherited),
		...Object.fromEntries(secrets.given.map(name => [name, options.base[name] ?? ''])),
		...options.step,
		RAD_RUN_ID: options.runId,
		[PARENT_RUNS]: [...readParentRuns(options.base), options.runId].join(','),
		RAD_AGENT_ID: options.agentId,
		RAD_STEP_ID: options.stepId,
		RAD_WORKSPACE: options.workspaceRoot,
		...(options.runBranch === null ? {} : {RAD_RUN_BRANCH: options.runBranch}),
		RAD_OUTPUT: options.outputFile,
		RAD_ARTIFACTS: options.artifactsFolder,
		RAD_REQUEST_TOKEN: options.requestToken,
	};
};
