import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {encodeJson} from '../../encode-json.ts';

export const configSchemaCommand = defineCommand({
	path: 'config schema',
	group: 'More',
	summary: 'Print the JSON Schema of files of settings',
	description: [
		'An editor with a language server for YAML completes keys and marks mistakes by it: write the schema to a file, and name that in the first line of your settings: # yaml-language-server: $schema=<file>',
	],
	input: {},
	flags: {},
	examples: [{words: 'rad config schema', note: 'what an editor is told'}],
	exitCodes: {0: 'Done.'},
	run: async ({host, directory, out}) => {
		// It has a version of its own kind, and a shape that is not ours.
		await out.raw(`${encodeJson(await host.settings(directory).schema(), out.isTerminal ? 2 : 0)}\n`);
		return EXIT.done;
	},
});
