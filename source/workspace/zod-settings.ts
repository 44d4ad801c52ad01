import {z} from 'zod';
import {BELLS} from '../domain/configuration.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import {readYaml} from './yaml-document.ts';
import {choice, judgeBy, text, toProblems} from './zod-judge.ts';

const NOTIFY_RULE = 'write a command of the shell';
const EXAMPLE = 'a configuration has settings, such as "bell: bell"';

const notMapping = {error: () => `the file is not a mapping; ${EXAMPLE}`};
const notify = text(NOTIFY_RULE)
	.trim()
	.min(1, `is empty; ${NOTIFY_RULE}`)
	.refine(command => !command.includes('\0'), `holds a NUL character; ${NOTIFY_RULE}`);

const OF_WORKSPACE = z.strictObject({bell: choice(BELLS).optional()}, notMapping);
const OF_USER = OF_WORKSPACE.extend({notify: notify.optional()});

/** Settings as one file gives them. */
export type FileSettings = z.infer<typeof OF_USER>;

export type SettingsReading = {readonly settings: FileSettings; readonly problems: readonly WorkflowProblem[]};

/**
 * Reads a file of settings; every mistake is told. A command counts in the user's own file only: one that a cloned repository brings
 * along must never run.
 *
 * @param userFile How the user's file is shown: where to write what is refused here; null while this is that file.
 */
export const parseSettings = (file: string, content: string, userFile: string | null): SettingsReading => {
	const {document, problems} = readYaml(file, content);
	// A file of which every line is a comment holds null.
	if (document === null || document.value === null) return {settings: {}, problems};
	const explain = (_: unknown, key: string): string | undefined =>
		key === 'notify' && userFile !== null ? `a command is taken from your own file only, since a repository could bring it: ${userFile}` : undefined;
	const {value, issues} = judgeBy(userFile === null ? OF_USER : OF_WORKSPACE, document.value, explain);
	const found = [...problems, ...toProblems(document, [], issues)];
	return {settings: value ?? {}, problems: found.sort((a, b) => a.line - b.line || a.column - b.column)};
};
