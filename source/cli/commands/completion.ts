import {EXIT} from '../../domain/failures.ts';
import {defineCommand} from '../command.ts';
import {COMPLETION_SCRIPTS, SHELLS} from '../shells.ts';

export const completionCommand = defineCommand({
	path: 'completion',
	group: 'More',
	summary: 'Let your shell complete words of rad',
	description: [
		'The shell then completes commands, flags, their values, workflows, and the ids of runs, agents and checkpoints of the workspace that you are in. At each Tab it asks rad, which must be in your PATH; nothing is changed by that.',
		'It prints a script. bash finds it in the folder of the example, and so does fish in ~/.config/fish/completions; for zsh put it in a folder of your fpath. To try it in one shell: source <(rad completion bash), the same for zsh, or in fish rad completion fish | source.',
	],
	input: {shell: {isRequired: true, description: 'bash, zsh or fish.', choices: SHELLS}},
	flags: {},
	examples: [
		{words: 'rad completion bash > ~/.local/share/bash-completion/completions/rad', note: 'bash'},
		{words: 'rad completion zsh > ~/.zfunc/_rad', note: 'zsh'},
		{words: 'rad completion fish > ~/.config/fish/completions/rad.fish', note: 'fish'},
	],
	exitCodes: {0: 'Done.', 2: 'There is no such shell.'},
	run: async ({input, out}) => {
		const shell = SHELLS.find(each => each === input.shell) ?? 'bash';
		await out.raw(`${COMPLETION_SCRIPTS[shell]}\n`);
		return EXIT.done;
	},
});
