import {findMeantName} from '../../domain/misspelt-names.ts';
import type {PlanStep} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from '../../workspace/yaml-document.ts';
import type {AgentReading} from './agent-file.ts';
import type {PromptFile} from './outline.ts';
import {createTextLocator, type WorkspaceFiles} from './workspace-files.ts';

/** What is wrong with a prompt in a file of its own, besides its expressions. */
export const findPromptFileProblems = (
	document: YamlDocument,
	{file, path, reading}: PromptFile,
	files: WorkspaceFiles,
): readonly WorkflowProblem[] => {
	if (reading === null) return [document.problemAt(path, `prompt.file: there is no file "${file}"${adviseOnFile(file, files)}`)];
	if (reading.problem !== undefined) return [document.problemAt(path, `prompt.file: "${file}" ${reading.problem}`)];
	return reading.text.trim() === '' ? [createTextLocator(file, '')(0, 'the file is empty; write what the agent is to do')] : [];
};

const adviseOnFile = (file: string, files: WorkspaceFiles): string => {
	const [name = '', ...folders] = file.split('/').reverse();
	const folder = folders.reverse().join('/');
	const meant = findMeantName(name, files.listNames(folder));
	return meant === undefined ? '' : `; did you mean "${folder === '' ? meant : `${folder}/${meant}`}"?`;
};

/** The agent that a step names. */
export type NamedAgent = AgentReading & {readonly name: string};

/** False where something is wrong with an agent: what a step has from it cannot be judged then. */
export const isUsable = (agent: NamedAgent | null): boolean => agent === null || ('file' in agent && agent.problems.length === 0);

/** Mistakes in the agent's own file are told for that file, however many steps name it. `model` is what the step itself says. */
export const findAgentProblems = (
	document: YamlDocument,
	path: Path,
	agent: NamedAgent,
	{step, model}: {readonly step: PlanStep; readonly model: string | undefined},
): readonly WorkflowProblem[] => {
	const at = [...path, 'agent'];
	if ('problem' in agent) return [document.problemAt(at, `agent: ${agent.problem}`)];
	const {file, isForClaude, settings, problems} = agent;
	if (problems.length > 0 || !isForClaude || settings.model === undefined || model !== undefined || step.engine === 'claude') return [];
	const reason = `its model "${settings.model}" is one of claude, and the step runs with ${step.engine}`;
	return [document.problemAt(at, `agent: of ${file}: ${reason}; give the step a model, or engine: claude`)];
};
