import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {encodeJson} from '../../encode-json.ts';

export const workflowSchemaCommand = defineCommand({
	path: 'workflow schema',
	group: 'Look',
	summary: 'Print the JSON Schema of workflow files',
	description: [
		'An editor with a language server for YAML completes keys and marks mistakes by it. rad init writes it to .radium/workflow.schema.json; a workflow names it in its first line: # yaml-language-server: $schema=../workflow.schema.json',
	],
	input: {},
	flags: {},
	examples: [{words: 'rad workflow schema', note: 'what an editor is told'}],
	exitCodes: {0: 'Done.'},
	run: async ({host, out}) => {
		// It has a version of its own kind, and a shape that is not ours.
		await out.raw(`${encodeJson(await host.workflowSchema(), out.isTerminal ? 2 : 0)}\n`);
		return EXIT.done;
	},
});
