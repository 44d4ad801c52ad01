import {EXIT} from '../../domain/failures.ts';
import {defineCommand} from '../command.ts';
import {usageError} from '../usage.ts';

export const notifyCommand = defineCommand({
	path: 'notify',
	group: 'More',
	summary: 'Send a text by your notify command',
	description: [
		'Runs the command that your configuration has for notifications, with the text in RAD_NOTIFY_TEXT, and waits for its end. A step of a workflow can use it, best in on_failure or finally; RAD_NOTIFY_RUN and RAD_NOTIFY_WORKFLOW then tell of which run it is.',
		'The text becomes one line of at most 200 characters. rad help configuration tells how to configure the command.',
	],
	input: {text: {isRequired: true, description: 'What is to be told.'}},
	flags: {},
	examples: [
		{words: 'rad notify "the build is red"', note: 'try what you configured'},
		{words: 'rad notify "refactor failed in run $RAD_RUN_ID"', note: 'in a step of a workflow'},
	],
	exitCodes: {
		0: 'The command has ended well.',
		1: 'It failed, or had not ended after ten seconds.',
		3: 'There is no workspace.',
		5: 'The configuration cannot be used.',
		6: 'No command is configured.',
	},
	run: async ({input, ...context}) => {
		if (input.text.trim() === '') throw usageError('The text is empty.', 'notify');
		const rad = await context.open();
		await rad.notify(input.text, {signal: context.signal});
		return EXIT.done;
	},
});
