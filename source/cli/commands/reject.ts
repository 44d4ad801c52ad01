import {defineAnswer} from '../answer-command.ts';

export const rejectCommand = defineAnswer({
	path: 'reject',
	isApproved: false,
	summary: 'Say no to a step that waits for you',
	description: ['Answers a step of the kind approve. The step fails then, unless its workflow goes on after a No.'],
	examples: [
		{words: 'rad reject run_3k9t', note: 'the only step that waits'},
		{words: 'rad reject run_3k9t plan_gate --comment unclear', note: 'one of several, and why'},
	],
});
