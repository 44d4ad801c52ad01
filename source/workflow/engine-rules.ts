import type {PlanStep} from '../domain/plan.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {EngineRules} from './format/load-workflow.ts';

/** What a workflow file may say of engines, as they are in this environment. */
export const toEngineRules = ({engines, environment}: Pick<AttemptPorts, 'engines' | 'environment'>, workspaceRoot: string): EngineRules => ({
	names: engines.names,
	defaultEngine: 'recorded',
	canResume: name => engines.find(name)?.supports.includes('resume') === true,
	findProblem: ({engine, kind, text, model, permissions, recording, speed}: PlanStep) =>
		engines.find(engine)?.findProblem({
			prompt: kind === 'prompt' ? text : null,
			command: kind === 'run' ? text : null,
			model,
			permissions,
			session: null,
			recording,
			speed,
			workspaceRoot,
			answer: null,
			hookUrl: null,
			directory: '',
			environment,
		}) ?? null,
});
