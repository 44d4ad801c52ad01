import {EXIT, RadError} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';

const TOKEN = 'RAD_REQUEST_TOKEN';

export const requestRestoreCommand = defineCommand({
	path: 'request restore',
	group: 'More',
	summary: 'For agents: ask to restore a checkpoint',
	description: [
		`An agent runs this to ask that its work be taken back, and waits for the answer. ${TOKEN} in its environment, set by rad, says which agent asks. A person decides in the dashboard; without one it is denied, unless the workflow allows it.`,
	],
	input: {checkpoint: {isRequired: false, description: "Id of a checkpoint; without it, the one before the agent's step."}},
	flags: {json: JSON_FLAG},
	pipeFields: ['id of the request', 'status'],
	examples: [{words: 'rad request restore', note: "take back what this agent's step has done"}],
	exitCodes: {
		0: 'It was granted.',
		2: 'The id fits several checkpoints.',
		3: 'There is no such checkpoint.',
		7: 'It was denied, or this is no agent of rad.',
	},
	run: async ({input, flags, out, environment, signal, open}) => {
		const token = environment[TOKEN];
		if (token === undefined || token === '') {
			throw new RadError('REQUEST_DENIED', `Only an agent that rad started can ask: ${TOKEN} is not set.`, {
				hint: 'rad checkpoint restore <checkpoint>',
			});
		}
		const rad = await open();
		const request = await rad.requests.open({token, checkpoint: input.checkpoint, signal});
		if (request.status !== 'granted') throw new RadError('REQUEST_DENIED', `The request was denied${toWho(request.decidedBy)}.`);
		if (flags.json) await out.json({id: request.id, status: request.status, decidedBy: request.decidedBy});
		else if (out.isTerminal) await out.line('The request was granted.');
		else await out.fields([[request.id, request.status]]);
		return EXIT.done;
	},
});

const toWho = (decidedBy: string | null): string => (decidedBy === null ? '' : ` (${decidedBy})`);
