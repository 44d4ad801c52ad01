import {EXIT} from '../domain/failures.ts';
import {describeDecision} from '../domain/question.ts';
import {type Command, defineCommand} from './command.ts';
import {toCommandLine} from './command-line.ts';
import {JSON_FLAG} from './flags.ts';
import {toStepJson} from './json-records.ts';

type Answer = Pick<Command, 'path' | 'summary' | 'description' | 'examples'> & {readonly isApproved: boolean};

/** A command that answers a step which waits for a person. */
export const defineAnswer = ({isApproved, ...answer}: Answer) =>
	defineCommand({
		...answer,
		group: 'Work',
		input: {
			run: {isRequired: true, description: 'Id of a run, or the beginning of one.'},
			step: {isRequired: false, description: 'Name of the step; it may be left out where only one waits.'},
		},
		flags: {comment: {type: 'text', placeholder: 'TEXT', description: 'Why; steps after it can read it.'}, json: JSON_FLAG},
		pipeFields: ['id of the run', 'step', 'approved or rejected'],
		exitCodes: {
			0: 'It was noted.',
			2: 'The id fits several runs.',
			3: 'There is no such run or step.',
			4: 'The step does not wait, or was decided before.',
		},
		run: async ({input, flags, ...context}) => {
			const {out, err} = context;
			const rad = await context.open();
			const run = await rad.runs.find(input.run);
			const step = await rad.runs.decide(run.id, input.step, {isApproved, comment: flags.comment ?? null});
			if (flags.json) await out.json(toStepJson(step));
			else if (out.isTerminal)
				await out.line([{text: step.stepId, tone: 'strong'}, ` ${step.decision === null ? '' : describeDecision(step.decision)}.`]);
			else await out.fields([[run.id, step.stepId, isApproved ? 'approved' : 'rejected']]);
			if (run.status === 'interrupted') await err.line(`No rad is at work on this run; go on with it: ${toCommandLine(`resume ${run.id}`, context)}`);
			return EXIT.done;
		},
	});
