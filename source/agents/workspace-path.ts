import path from 'node:path';

/** The path of a file below the workspace, with `/`; undefined for what lies outside. It is compared as text: nothing is opened. */
export const toWorkspacePath = (workspaceRoot: string, file: string): string | undefined => {
	const relative = path.relative(workspaceRoot, path.resolve(workspaceRoot, file));
	const isInside = relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
	return isInside ? relative.split(path.sep).join('/') : undefined;
};
