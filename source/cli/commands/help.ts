import {EXIT} from '../../domain/failures.ts';
import {defineCommand} from '../command.ts';
import {findHelp} from '../find-help.ts';

export const helpCommand = defineCommand({
	path: 'help',
	group: 'More',
	summary: 'Show the help of a command or a topic',
	description: ['Without words it lists everything. rad <command> --help shows the same.'],
	input: {
		topic: {isRequired: false, description: 'A command, the first word of one, or a topic.'},
		verb: {isRequired: false, description: 'The second word of a command.'},
	},
	flags: {},
	examples: [
		{words: 'rad help run', note: 'how to run a workflow'},
		{words: 'rad help checkpoint restore', note: 'how to go back'},
	],
	exitCodes: {0: 'Done.', 2: 'There is no such help.'},
	run: async ({input, out, commands}) => {
		const topic = [input.topic, input.verb].filter(word => word !== undefined).join(' ');
		await out.lines(findHelp(topic, commands).split('\n'));
		return EXIT.done;
	},
});
