import {z} from 'zod';
import {BELLS, type KeyWish, type Place, THEMES} from '../domain/configuration.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import {readYaml, type YamlDocument} from './yaml-document.ts';
import {choice, judgeBy, text, toProblems, wanted} from './zod-judge.ts';

const NOTIFY_RULE = 'write a command of the shell';
const EXAMPLE = 'a configuration has settings, such as "bell: bell"';

const notMapping = {error: () => `the file is not a mapping; ${EXAMPLE}`};
const notify = text(NOTIFY_RULE)
	.trim()
	.min(1, `is empty; ${NOTIFY_RULE}`)
	.refine(command => !command.includes('\0'), `holds a NUL character; ${NOTIFY_RULE}`);

const keys = z.record(
	z.string(),
	z.array(text('write a key, such as "ctrl+k"'), wanted('a list', 'write keys in brackets, such as [ctrl+k]')),
	wanted('a mapping', 'write an action of rad top and its keys, such as "stop-run: [ctrl+k]"'),
);

const OF_WORKSPACE = z.strictObject({bell: choice(BELLS).optional(), theme: choice(THEMES).optional(), keys: keys.optional()}, notMapping);
const OF_USER = OF_WORKSPACE.extend({notify: notify.optional()});

/** Settings as one file gives them. */
export type FileSettings = Omit<z.infer<typeof OF_USER>, 'keys'> & {readonly keys?: ReadonlyArray<Pick<KeyWish, 'action' | 'place' | 'keys'>>};

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
	const {keys: wishes, ...others} = value ?? {};
	const settings = wishes === undefined ? others : {...others, keys: readKeys(document, wishes)};
	return {settings, problems: found.sort((a, b) => a.line - b.line || a.column - b.column)};
};

/** The keys of actions with their places, since only the dashboard can judge them. */
const readKeys = (document: YamlDocument, wishes: z.infer<typeof keys>): NonNullable<FileSettings['keys']> =>
	Object.entries(wishes).map(([action, names]) => ({
		action,
		place: toPlace(document.problemAtKey(['keys'], action, '')),
		keys: names.map((name, index) => ({name, place: toPlace(document.problemAt(['keys', action, index], ''))})),
	}));

const toPlace = ({file, line, column}: Place): Place => ({file, line, column});
