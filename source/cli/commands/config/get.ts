import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {formatSettingValue} from '../../setting-text.ts';
import {SETTING_INPUT} from '../../settings-target.ts';

export const configGetCommand = defineCommand({
	path: 'config get',
	group: 'More',
	summary: 'Print the value of a setting',
	description: [
		'Prints the value that counts here and nothing else, as rad config set takes it; an empty line where nothing is said. The keys of an action of rad top are a list: ["U", "ctrl+k"].',
	],
	input: {key: SETTING_INPUT},
	flags: {},
	examples: [
		{words: 'rad config get checkpoints.keep', note: 'a number'},
		{words: 'rad config get keys.stop-run', note: 'keys of rad top'},
	],
	exitCodes: {
		0: 'Done.',
		2: 'A variable holds what cannot be.',
		3: 'There is no such setting.',
		5: 'A file of settings has mistakes.',
	},
	run: async ({input, host, directory, out}) => {
		const text = formatSettingValue(await host.settings(directory).get(input.key));
		// A command may have several lines, which a script gets as they are.
		if (out.isTerminal) await out.lines(text.split('\n'));
		else await out.raw(`${text}\n`);
		return EXIT.done;
	},
});
