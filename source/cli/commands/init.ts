import {EXIT} from '../../domain/failures.ts';
import {formatPlural} from '../../views/format.ts';
import {defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {JSON_FLAG} from '../flags.ts';

export const initCommand = defineCommand({
	path: 'init',
	group: 'Work',
	summary: 'Make a workspace here',
	description: [
		'Makes .radium/ in the top folder of the git repository, or in this folder where there is no git: the store, the logs, an example workflow to begin with, and the schema by which editors complete workflows. What is already there is left alone, so it can be run again; a schema of another version of rad is renewed.',
		'A .gitignore inside hides the store and the logs from git, but not the workflows.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	examples: [{words: 'rad init', note: 'begin here'}],
	exitCodes: {0: 'The workspace is there.', 5: 'It could not be made.', 6: 'Git is missing or too old.'},
	run: async ({host, directory, out, flags, ...context}) => {
		const {workspace, created, checkpointNote} = await host.init(directory);
		if (flags.json) {
			await out.json({root: workspace.root, kind: workspace.kind, created, checkpointNote});
			return EXIT.done;
		}
		const isNew = created.includes('.radium');
		const made = isNew ? `Made a workspace (${formatPlural(created.length, 'path')}) in` : 'The workspace was there already, in';
		await out.lines([
			[`${made} `, {text: workspace.root, tone: 'strong'}],
			...created.map(path => [{text: `  + ${path}`, tone: 'quiet'} as const]),
			checkpointNote,
			['Next: ', {text: toCommandLine('workflow list', context), tone: 'strong'}],
		]);
		return EXIT.done;
	},
});
