import {sanitizeLine} from '../domain/sanitize.ts';
import type {PendingWrite} from './hooks-port.ts';
import {toWorkspacePath} from './workspace-path.ts';

const MAX_LABEL = 80;

/** The label of the checkpoint before some writes, of which there is at least one: `before Write src/slug.js and 2 more`. */
export const describeWrites = (workspaceRoot: string, writes: readonly PendingWrite[]): string => {
	const [first] = writes;
	if (first === undefined) throw new Error('a batch is never empty');
	const [file] = first.files;
	const shown = file === undefined ? '' : ` ${toWorkspacePath(workspaceRoot, file) ?? file}`;
	const more = writes.length === 1 ? '' : ` and ${writes.length - 1} more`;
	return sanitizeLine(`before ${first.tool || 'a write'}${shown}`).slice(0, MAX_LABEL) + more;
};
