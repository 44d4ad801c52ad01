import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {IN_WORKSPACE_FLAG, toTarget} from '../../settings-target.ts';

export const configPathCommand = defineCommand({
	path: 'config path',
	group: 'More',
	summary: 'Print where a file of settings is',
	description: ['Prints the path of your own file of settings, which need not be there.'],
	input: {},
	flags: {inWorkspace: IN_WORKSPACE_FLAG},
	examples: [
		{words: 'rad config path', note: 'for an editor: vi "$(rad config path)"'},
		{words: 'rad config path --in-workspace', note: 'that of the workspace'},
	],
	exitCodes: {0: 'Done.', 3: 'There is no workspace.', 6: 'There is no home.'},
	run: async ({flags, host, directory, out}) => {
		const file = await host.settings(directory).file(toTarget(flags.inWorkspace));
		// For a script the path as it is, whatever stands in it.
		if (out.isTerminal) await out.line(file);
		else await out.raw(`${file}\n`);
		return EXIT.done;
	},
});
