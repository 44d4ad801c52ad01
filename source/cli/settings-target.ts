import type {SettingChange, SettingsTarget} from '../domain/configuration.ts';
import type {FlagSpec, InputSpec} from './command.ts';
import type {Output} from './output.ts';
import {toSettingChangeJson} from './setting-json.ts';
import {formatPlace, formatSettingValue} from './setting-text.ts';

export const SETTING_INPUT = {isRequired: true, description: 'Its name, as rad config list shows it.'} as const satisfies InputSpec;

export const IN_WORKSPACE_FLAG = {
	type: 'switch',
	description: 'Take .radium/config.yaml of the workspace instead of your own file.',
} as const satisfies FlagSpec;

export const toTarget = (inWorkspace: boolean): SettingsTarget => (inWorkspace ? 'workspace' : 'user');

/** What a pipe gets of a change. */
export const CHANGE_FIELDS = ['key', 'the value that counts now', 'change (written or none)', 'file'] as const;

/** Exit codes of what writes a file of settings. */
export const CHANGE_EXIT_CODES = {
	0: 'Done, also when it was so before.',
	2: 'The setting cannot have this value.',
	3: 'There is no such setting, or no workspace for --in-workspace.',
	5: 'The file has mistakes, is not yours alone to write, or cannot be written; it is as it was.',
	7: 'A workspace may not say this, or its file is a link.',
} as const;

/** Tells what was written; to standard error, when the value counts that stands elsewhere. */
export const printSettingChange = async (
	change: SettingChange,
	{out, err, target, isJson}: {readonly out: Output; readonly err: Output; readonly target: SettingsTarget; readonly isJson: boolean},
): Promise<void> => {
	const {file, isChanged, now} = change;
	if (isJson) return out.json(toSettingChangeJson(change));
	const isElsewhere = now.origin.kind === 'environment' || (now.origin.kind === 'user' && target === 'workspace');
	if (!out.isTerminal) await out.fields([[now.key, formatSettingValue(now), isChanged ? 'written' : 'none', file]]);
	else await out.line(describeChange(change, isElsewhere));
	if (isElsewhere) await err.line([{text: `What ${formatPlace(now.origin)} says counts before it: ${formatSettingValue(now)}`, tone: 'attention'}]);
};

const describeChange = ({file, isChanged, now}: SettingChange, isElsewhere: boolean): string => {
	if (!isChanged) return `There was nothing to do in ${file}`;
	return isElsewhere ? `${now.key} was changed in ${file}` : `${now.key} is now ${formatSettingValue(now) || 'not set'}: ${file}`;
};
