import {existsSync} from 'node:fs';
import path from 'node:path';
import type {WorkspaceInfo} from '../domain/rad.ts';

/** Whether a folder lies in a git work tree, told from the file system alone: fast enough for every command. */
export const findWorkspaceKind = (root: string): WorkspaceInfo['kind'] => {
	if (existsSync(path.join(root, '.git'))) return 'git';
	return path.dirname(root) === root ? 'folder' : findWorkspaceKind(path.dirname(root));
};
