import {defineAnswer} from '../answer-command.ts';

export const approveCommand = defineAnswer({
	path: 'approve',
	isApproved: true,
	summary: 'Say yes to a step that waits for you',
	description: [
		'Answers a step of the kind approve, and the run goes on. rad show says what is to be decided. What you say of it, later steps can read.',
	],
	examples: [
		{words: 'rad approve run_3k9t', note: 'the only step that waits'},
		{words: 'rad approve run_3k9t accept --comment smaller', note: 'one of several, with a word to the steps after it'},
	],
});
