import {readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';
import type {WorkflowSummary, Workflows} from '../domain/rad.ts';
import {SAFE_NAME} from '../domain/safe-name.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {suggest} from '../domain/suggest.ts';
import {formatProblem, type WorkflowProblem} from '../domain/workflow-problem.ts';
import type {EngineRules} from './format/load-workflow.ts';
import type {LoadedWorkflow, TextReading, WorkflowSources, WorkflowText} from './format/workspace-files.ts';
import {createWorkspaceFiles} from './read-workspace-files.ts';

export type WorkflowLibrary = Workflows;

const ENDINGS = ['.yaml', '.yml'];

/** The workflow files of a workspace. They are read anew each time: a file that was edited is what the user sees. */
export const createWorkflowLibrary = (options: {
	readonly workspaceRoot: string;
	readonly workflowsDirectory: string;
	readonly engines: EngineRules;
}): WorkflowLibrary => {
	const {workspaceRoot, workflowsDirectory, engines} = options;
	const readWorkflow = ({name, file}: WorkflowFile, files: readonly WorkflowFile[]): WorkflowText => {
		const shown = sanitizeLine(path.relative(workspaceRoot, path.join(workflowsDirectory, file)));
		if (!SAFE_NAME.test(name)) return {file: shown, problem: 'the name of the file: use a-z 0-9 _ -'};
		const other = files.find(item => item.name === name && item.file !== file);
		if (other !== undefined)
			return {file: shown, problem: `there is ${sanitizeLine(other.file)} too, and both are called "${name}"; rename one of them`};
		return {file: shown, ...readText(path.join(workflowsDirectory, file))};
	};
	const toSources = (files: readonly WorkflowFile[]): WorkflowSources => ({
		...createWorkspaceFiles(workspaceRoot),
		listWorkflows: () => files.map(({name}) => name),
		readWorkflow: name => {
			const found = files.find(item => item.name === name);
			return found === undefined ? null : readWorkflow(found, files);
		},
	});
	const read = async (found: WorkflowFile, files: readonly WorkflowFile[]): Promise<LoadedWorkflow> => {
		const {file, text, problem} = readWorkflow(found, files);
		if (problem !== undefined) return {plan: undefined, problems: [{file, line: 1, column: 1, message: problem}]};
		// Loaded only here: most commands read no workflow, and the schema library is the largest part of the program.
		const {loadWorkflow} = await import('./format/load-workflow.ts');
		return loadWorkflow(found.name, file, text, engines, toSources(files));
	};
	const findFile = (name: string, files: readonly WorkflowFile[]): WorkflowFile => {
		const found = files.find(item => item.name === name);
		if (found !== undefined) return found;
		throw unknownWorkflow(
			name,
			files.map(item => item.name),
		);
	};
	const summarize = async (found: WorkflowFile, files: readonly WorkflowFile[]): Promise<WorkflowSummary> => {
		const {name, file} = found;
		const {plan, problems} = await read(found, files);
		return {
			name: sanitizeLine(name),
			file: sanitizeLine(path.relative(workspaceRoot, path.join(workflowsDirectory, file))),
			description: plan?.description ?? null,
			inputs: (plan?.inputs ?? []).map(input => ({name: input.name, isRequired: input.isRequired, description: input.description})),
			problems,
		};
	};
	return {
		list: async () => {
			const files = listFiles(workflowsDirectory);
			return Promise.all(files.map(found => summarize(found, files)));
		},
		find: async name => {
			const files = listFiles(workflowsDirectory);
			return summarize(findFile(name, files), files);
		},
		load: async name => {
			const files = listFiles(workflowsDirectory);
			const {plan, problems} = await read(findFile(name, files), files);
			if (plan === undefined) throw invalidWorkflow(name, problems);
			return plan;
		},
	};
};

type WorkflowFile = {readonly name: string; readonly file: string};

/** The text, or why the system does not give it. */
const readText = (file: string): TextReading => {
	try {
		return {text: readFileSync(file, 'utf8')};
	} catch (error) {
		if (error instanceof Error && 'code' in error) return {problem: `cannot be read (${error.code})`};
		throw error;
	}
};

const listFiles = (directory: string): readonly WorkflowFile[] => {
	try {
		return readdirSync(directory)
			.filter(file => ENDINGS.some(ending => file.endsWith(ending)))
			.filter(file => statSync(path.join(directory, file), {throwIfNoEntry: false})?.isFile() === true)
			.sort()
			.map(file => ({name: file.replace(/\.ya?ml$/, ''), file}));
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		if (error.code === 'ENOENT') return [];
		const reason = error.code === 'ENOTDIR' ? 'it is no folder' : `no permission to read it (${error.code})`;
		throw new RadError('WORKSPACE_UNUSABLE', `Cannot read the workflows in ${sanitizeLine(directory)}: ${reason}.`, {cause: error});
	}
};

const unknownWorkflow = (name: string, names: readonly string[]): RadError => {
	const meant = suggest(name, names);
	const advice = meant === undefined ? (names.length === 0 ? 'there is none yet.' : `there are: ${names.join(', ')}`) : `did you mean "${meant}"?`;
	return new RadError('WORKFLOW_UNKNOWN', `There is no workflow "${sanitizeLine(name)}" in .radium/workflows; ${advice}`);
};

const invalidWorkflow = (name: string, problems: readonly WorkflowProblem[]): RadError =>
	new RadError(
		'WORKFLOW_INVALID',
		`The workflow "${name}" has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}; nothing was started.`,
		{
			details: {problems: problems.map(formatProblem)},
		},
	);
