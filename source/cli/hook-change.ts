import type {HookChange} from '../domain/hooks.ts';
import type {InputSpec} from './command.ts';
import {toHookChangeJson} from './json-records.ts';
import type {Output} from './output.ts';

/** What a pipe gets of a change. */
export const HOOK_FIELDS = ['engine', 'change (installed, restored, removed or none)', 'file'] as const;

/** The engine whose hook is meant. */
export const HOOK_ENGINE_INPUT = {
	isRequired: true,
	description: 'claude, gemini, codex or opencode.',
	choices: ['claude', 'gemini', 'codex', 'opencode'],
} as const satisfies InputSpec;

/** Tells what became of a settings file; what the user should know about it goes to standard error. */
export const printHookChange = async (
	change: HookChange,
	{out, err, isJson}: {readonly out: Output; readonly err: Output; readonly isJson: boolean},
): Promise<void> => {
	if (isJson) return out.json(toHookChangeJson(change));
	if (!out.isTerminal) await out.fields([[change.engine, change.change, change.file]]);
	else await out.lines(describeChange(change));
	await err.lines(change.notes.map(note => [{text: note, tone: 'attention' as const}]));
};

const describeChange = ({change, engine, file}: HookChange): readonly string[] => {
	switch (change) {
		case 'installed':
			return [`The hook for ${engine} was added to ${file}`];
		case 'restored':
			return [`The settings are byte for byte what they were: ${file}`];
		case 'removed':
			return [`The hook for ${engine} was taken out of ${file}`, 'The settings were changed since it was added, so the rest was left as it is.'];
		case 'none':
			return [`There was nothing to do in ${file}`];
	}
};
