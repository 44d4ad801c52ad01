import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {HOOK_ENGINE_INPUT, HOOK_FIELDS, printHookChange} from '../../hook-change.ts';

export const hookInstallCommand = defineCommand({
	path: 'hook install',
	group: 'More',
	summary: 'Save what an agent writes outside rad',
	description: [
		'Adds a hook to your own settings of a coding agent. From then on it calls rad before each tool that may write, also when you use it without rad: in every folder with a workspace rad takes a checkpoint, and shows the session as an agent. Elsewhere, and for agents that rad runs itself, the hook does nothing.',
		'The hook never stops a write, not even when no checkpoint can be made, unless the setting hook_policy is block: rad config set hook_policy block. The settings are kept as they are otherwise, and uninstalling brings them back byte for byte.',
	],
	input: {engine: HOOK_ENGINE_INPUT},
	flags: {json: JSON_FLAG},
	pipeFields: HOOK_FIELDS,
	examples: [{words: 'rad hook install claude', note: 'for Claude Code'}],
	exitCodes: {
		0: 'Done, also when it was there.',
		2: 'There are no hooks for this engine.',
		5: 'The settings cannot be read or written; nothing changed.',
	},
	run: async ({input, flags, ...context}) => {
		await printHookChange(await context.host.hooks.install(input.engine), {...context, isJson: flags.json});
		return EXIT.done;
	},
});
