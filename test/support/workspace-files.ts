import type {WorkflowSources} from '../../source/workflow/format/workspace-files.ts';

/** Files of a workspace that exist only here: texts by path, and workflows by name. */
export const aWorkspace = (texts: Readonly<Record<string, string>> = {}, workflows: Readonly<Record<string, string>> = {}): WorkflowSources => ({
	listWorkflows: () => Object.keys(workflows),
	readWorkflow: name => {
		const text = workflows[name];
		return text === undefined ? null : {file: `${name}.yaml`, text};
	},
	readText: file => {
		const text = texts[file];
		return text === undefined ? null : {text};
	},
	listNames: folder =>
		Object.keys(texts)
			.filter(file => file.slice(0, Math.max(0, file.lastIndexOf('/'))) === folder)
			.map(file => file.slice(file.lastIndexOf('/') + 1)),
});
