import {EXIT} from '../../domain/failures.ts';
import type {Rad} from '../../domain/rad.ts';
import {labelAgent, labelRun, type StatusLabel} from '../../views/status-label.ts';
import {type Context, defineCommand} from '../command.ts';
import {JSON_FLAG} from '../flags.ts';
import {toAgentJson, toRunJson} from '../json-records.ts';
import {toStatusCell} from '../status-cell.ts';

export const cancelCommand = defineCommand({
	path: 'cancel',
	group: 'Work',
	summary: 'Stop a run, or one agent of it',
	description: [
		'Asks the agents of the run to stop, gives them time to save their work, and ends what is left. It works too when the rad that drove the run is dead. A queued run is taken out of the queue.',
		'Of an agent only that one is stopped. Its step ends as cancelled and is not tried again; the run goes on by its rules: what needs the step is skipped, on_failure and finally are run, and the run has failed. A sub-agent cannot be stopped alone, and one that rad did not start not at all.',
	],
	input: {'run|agent': {isRequired: true, description: 'Id of a run or an agent, or the beginning of one; that of an agent begins with agt_.'}},
	flags: {now: {type: 'switch', description: 'End the processes at once, without asking them.'}, json: JSON_FLAG},
	pipeFields: ['id', 'status'],
	examples: [
		{words: 'rad cancel run_3k9t', note: 'let agents save their work'},
		{words: 'rad cancel run_3k9t --now', note: 'do not wait for them'},
		{words: 'rad cancel agt_3k9v', note: 'one agent only; rad monitor list has their ids'},
	],
	exitCodes: {
		0: 'No process of it is left.',
		2: 'The id fits several runs or agents.',
		3: 'There is no such run or agent.',
		4: 'It is over already.',
		7: 'The agent cannot be stopped by rad.',
	},
	run: async ({input, flags, out, notes, ...context}) => {
		const rad = await context.open();
		const how = flags.now ? 'now' : 'graceful';
		const id = input['run|agent'];
		const target = id.startsWith(AGENT) ? await findAgent(rad, id) : await findRun(rad, id);
		if (out.isTerminal && !flags.json)
			await notes.line([{text: flags.now ? 'Ending its processes …' : 'Asking its agents to stop …', tone: 'quiet'}]);
		return tell(await target.cancel(how), {out, isJson: flags.json});
	},
});

const AGENT = 'agt_';

type How = Parameters<Rad['runs']['cancel']>[1];

/** What was stopped. */
type Ended = {readonly id: string; readonly name: string; readonly status: string; readonly label: StatusLabel; readonly json: object};

type Target = {readonly cancel: (how: How) => Promise<Ended>};

const findRun = async (rad: Rad, prefix: string): Promise<Target> => {
	const {id} = await rad.runs.find(prefix);
	return {
		cancel: async how => {
			const run = await rad.runs.cancel(id, how);
			return {id, name: run.workflow, status: run.status, label: labelRun(run), json: toRunJson(run)};
		},
	};
};

const findAgent = async (rad: Rad, prefix: string): Promise<Target> => {
	const {id} = await rad.monitor.find(prefix);
	return {
		cancel: async how => {
			const agent = await rad.runs.cancelAgent(id, how);
			return {id, name: agent.name, status: agent.status, label: labelAgent(agent), json: toAgentJson(agent)};
		},
	};
};

const tell = async ({id, name, status, label, json}: Ended, {out, isJson}: Pick<Context, 'out'> & {readonly isJson: boolean}): Promise<number> => {
	if (isJson) await out.json(json);
	else if (out.isTerminal) await out.line([toStatusCell(label), ` ${name}. No process of `, {text: id, tone: 'quiet'}, ' is left.']);
	else await out.fields([[id, status]]);
	return EXIT.done;
};
