import {findWithheld, toAgentEnvironment} from '../agents/agent-environment.ts';
import {attemptFiles} from '../agents/attempt-files.ts';
import type {Engine} from '../agents/engine.ts';
import type {AgentId} from '../domain/ids.ts';
import type {PlanStep} from '../domain/plan.ts';
import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {fillIn} from './fill-in.ts';
import type {Contexts} from './format/actions-expressions.ts';
import type {WorkPlace} from './work-places.ts';

type Work = {
	/** Where it works. */
	readonly place: WorkPlace;
	readonly run: Pick<Run, 'id'>;
	readonly step: PlanStep;
	readonly contexts: Contexts;
	/** Names of all secrets of the run. */
	readonly secrets: readonly string[];
};

type Attempt = {readonly agentId: AgentId; readonly engine: Engine; readonly directory: string; readonly token: string};

/** The environment of an attempt, with the variables of its step filled in. @throws {RadError} `EXPRESSION_FAILED`. */
export const toEnvironment = (
	{environment}: Pick<AttemptPorts, 'environment'>,
	{run, step, contexts, secrets, place}: Work,
	{agentId, engine, directory, token}: Attempt,
): Readonly<Record<string, string>> =>
	toAgentEnvironment({
		base: environment,
		credentials: engine.findCredentials(step.model),
		secrets: {given: step.secrets, withheld: findWithheld(step, secrets)},
		step: Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, fillIn(text, contexts, `variable ${name}`)])),
		runId: run.id,
		agentId,
		stepId: step.id,
		workspaceRoot: place.folder,
		runBranch: place.runBranch,
		outputFile: attemptFiles(directory).output,
		artifactsFolder: attemptFiles(directory).artifacts,
		requestToken: token,
	});
