import type {WorkspaceFiles} from '../../source/workflow/format/workspace-files.ts';

/** Files of a workspace that exist only here: texts by path. */
export const aWorkspace = (texts: Readonly<Record<string, string>> = {}): WorkspaceFiles => ({
	readText: file => {
		const text = texts[file];
		return text === undefined ? null : {text};
	},
	listNames: folder =>
		Object.keys(texts)
			.filter(file => file.slice(0, Math.max(0, file.lastIndexOf('/'))) === folder)
			.map(file => file.slice(file.lastIndexOf('/') + 1)),
});
