import type {Plan} from '../../domain/plan.ts';
import {sanitizeLine} from '../../domain/sanitize.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';

/** The text of a file, or what keeps it from being used: `is larger than 256 KiB`. */
export type TextReading = {readonly text: string; readonly problem?: never} | {readonly problem: string; readonly text?: never};

/** The files of a workspace that a workflow may name. Paths begin at the workspace and have `/`; each `isPlainPath`. */
export type WorkspaceFiles = {
	/** Null where there is no such file. */
	readonly readText: (file: string) => TextReading | null;
	/** What lies in a folder; nothing where there is none. */
	readonly listNames: (folder: string) => readonly string[];
};

/** The file of a workflow, whose text may be one that cannot be used; `file` is told to people. */
export type WorkflowText = TextReading & {readonly file: string};

/** All that a workflow may name. */
export type WorkflowSources = WorkspaceFiles & {
	readonly listWorkflows: () => readonly string[];
	/** Null where there is none of that name. */
	readonly readWorkflow: (name: string) => WorkflowText | null;
};

/** A workflow that was read, or all that is wrong with it. */
export type LoadedWorkflow =
	| {readonly plan: Plan; readonly problems: readonly []}
	| {readonly plan: undefined; readonly problems: readonly WorkflowProblem[]};

/** A workflow that another one names; `problem` is what is wrong with naming it there. */
export type ChildReading = LoadedWorkflow | {readonly problem: string};

/** True for a path that leads to a place below the workspace on every system, as far as its text tells. */
export const isPlainPath = (file: string): boolean =>
	!/[\\:\0-\x1f]/.test(file) && file.split('/').every(part => part !== '' && part !== '.' && part !== '..');

/** Tells problems at characters of a file's text. The text is gone through once, however many there are. */
export const createTextLocator = (file: string, text: string) => {
	const shown = sanitizeLine(file);
	const starts = [0, ...Array.from(text.matchAll(/\n/g), ({index}) => index + 1)];
	return (offset: number, message: string): WorkflowProblem => {
		const line = countUpTo(starts, offset);
		return {file: shown, line, column: offset - (starts[line - 1] ?? 0) + 1, message};
	};
};

/** How many of some growing numbers are not above another one. */
const countUpTo = (numbers: readonly number[], most: number): number => {
	let [low, high] = [0, numbers.length];
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if ((numbers[middle] ?? 0) <= most) low = middle + 1;
		else high = middle;
	}
	return low;
};
