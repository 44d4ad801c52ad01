import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {toCommandLine} from '../../command-line.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toCheckpointJson} from '../../json-records.ts';

const DEFAULT_LABEL = 'by hand';

export const checkpointCreateCommand = defineCommand({
	path: 'checkpoint create',
	group: 'Undo',
	summary: 'Take a checkpoint now',
	description: [
		'Keeps a picture of all files that git does not ignore, also of untracked ones. The index, HEAD, branches and the stash are not touched.',
	],
	input: {},
	flags: {label: {type: 'text', placeholder: 'TEXT', description: `What it is for; "${DEFAULT_LABEL}" when not given.`}, json: JSON_FLAG},
	pipeFields: ['id'],
	examples: [{words: 'rad checkpoint create --label "before the big change"', note: 'a way back'}],
	exitCodes: {0: 'It was taken.', 3: 'There is no workspace.', 5: 'It could not be taken.'},
	run: async ({flags, out, ...context}) => {
		const rad = await context.open();
		const checkpoint = await rad.checkpoints.create({label: flags.label ?? DEFAULT_LABEL});
		if (flags.json) await out.json(toCheckpointJson(checkpoint));
		else if (!out.isTerminal) await out.line(checkpoint.id);
		else {
			await out.lines([
				[{text: '◆ ', tone: 'good'}, {text: checkpoint.id, tone: 'strong'}, ` ${checkpoint.label}`],
				...checkpoint.uncovered.map(path => [{text: `  not covered: ${path}`, tone: 'attention'} as const]),
				[{text: '  to go back: ', tone: 'quiet'}, toCommandLine(`checkpoint restore ${checkpoint.id}`, context)],
			]);
		}
		return EXIT.done;
	},
});
