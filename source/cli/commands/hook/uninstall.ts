import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {HOOK_ENGINE_INPUT, HOOK_FIELDS, printHookChange} from '../../hook-change.ts';

export const hookUninstallCommand = defineCommand({
	path: 'hook uninstall',
	group: 'More',
	summary: 'Take the hook out again',
	description: [
		'Brings the settings file of the agent back byte for byte. When it was changed since, only the hook is taken out, and rad says so. Checkpoints stay.',
	],
	input: {engine: HOOK_ENGINE_INPUT},
	flags: {json: JSON_FLAG},
	pipeFields: HOOK_FIELDS,
	examples: [{words: 'rad hook uninstall claude', note: 'for Claude Code'}],
	exitCodes: {
		0: 'Done, also when it was not there.',
		2: 'There are no hooks for this engine.',
		5: 'The settings cannot be read or written; nothing changed.',
	},
	run: async ({input, flags, ...context}) => {
		await printHookChange(await context.host.hooks.uninstall(input.engine), {...context, isJson: flags.json});
		return EXIT.done;
	},
});
