import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {CHANGE_EXIT_CODES, CHANGE_FIELDS, IN_WORKSPACE_FLAG, printSettingChange, SETTING_INPUT, toTarget} from '../../settings-target.ts';

export const configUnsetCommand = defineCommand({
	path: 'config unset',
	group: 'More',
	summary: 'Take a setting out of a file of settings',
	description: [
		'Takes a setting out of your own file, or with --in-workspace out of that of the workspace. What another file says counts then, or what is usual. The rest of the file stays.',
	],
	input: {key: SETTING_INPUT},
	flags: {inWorkspace: IN_WORKSPACE_FLAG, json: JSON_FLAG},
	pipeFields: CHANGE_FIELDS,
	examples: [{words: 'rad config unset checkpoints.keep', note: 'as many as usual'}],
	exitCodes: {...CHANGE_EXIT_CODES, 2: 'Another setting does not go without it.', 7: 'The file of the workspace is a link.'},
	run: async ({input, flags, host, directory, out, err}) => {
		const target = toTarget(flags.inWorkspace);
		await printSettingChange(await host.settings(directory).unset(input.key, target), {out, err, target, isJson: flags.json});
		return EXIT.done;
	},
});
