import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {CHANGE_EXIT_CODES, CHANGE_FIELDS, IN_WORKSPACE_FLAG, printSettingChange, SETTING_INPUT, toTarget} from '../../settings-target.ts';

export const configSetCommand = defineCommand({
	path: 'config set',
	group: 'More',
	summary: 'Write a setting to a file of settings',
	description: [
		'Writes a setting to your own file, or with --in-workspace to the one that everybody who has the workspace reads. Comments and order of the file stay. It is written only when it is right as a whole, and replaced at once. rad help configuration tells what each setting takes.',
	],
	input: {key: SETTING_INPUT, value: {isRequired: true, description: 'As in the file: 500, 7d, 1GB, light; keys as U or [U, ctrl+k].'}},
	flags: {inWorkspace: IN_WORKSPACE_FLAG, json: JSON_FLAG},
	pipeFields: CHANGE_FIELDS,
	examples: [
		{words: 'rad config set checkpoints.keep 1000', note: 'for you, in every workspace'},
		{words: 'rad config set bell osc9 --in-workspace', note: 'for everybody who works here'},
		{words: 'rad config set keys.stop-run [ctrl+k]', note: 'another key for an action of rad top'},
	],
	exitCodes: CHANGE_EXIT_CODES,
	run: async ({input, flags, host, directory, out, err}) => {
		const target = toTarget(flags.inWorkspace);
		const change = await host.settings(directory).set(input.key, input.value, target);
		await printSettingChange(change, {out, err, target, isJson: flags.json});
		return EXIT.done;
	},
});
