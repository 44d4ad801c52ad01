import {quote} from '../../domain/quote.ts';
import type {Rad, StartOptions} from '../../domain/rad.ts';
import {type Context, defineCommand} from '../command.ts';
import {hasTerminal} from '../require-terminal.ts';
import {runInForeground, suggestAfterRun} from '../run-in-foreground.ts';
import type {RunReport, Suggestion} from '../run-summary.ts';

export const demoCommand = defineCommand({
	path: 'demo',
	group: 'Work',
	summary: 'See rad work on recorded agents, offline',
	description: [
		'Makes a scratch git repository with a workspace and runs the example workflow in it. No key and no network are needed: the agents play back recordings of real ones, and write the files that those wrote.',
		'On a terminal the run goes on in the background while the dashboard shows it. Without a terminal it prints progress and a summary.',
	],
	input: {},
	flags: {},
	examples: [
		{words: 'rad demo', note: 'watch it in the dashboard'},
		{words: 'rad demo < /dev/null | cat', note: 'progress lines and a summary'},
	],
	exitCodes: {0: 'Done.', 1: 'The run failed.', 6: 'Git is missing or too old.', 130: 'Ctrl-C; every process of the run was stopped.'},
	run: async context => {
		const {root, workflow} = await context.host.createDemo();
		const rad = await context.open(root);
		const start: StartOptions = {workflow, inputs: {}};
		if (hasTerminal(context)) return watchDemo(context, rad, start, root);
		return runInForeground(
			context,
			rad,
			attendance => rad.runs.execute({...start, ...attendance}),
			report => suggestInDemo(report, root, context.program),
		);
	},
});

const watchDemo = async ({host, program}: Context, rad: Rad, start: StartOptions, root: string): Promise<number> => {
	const run = await rad.runs.start(start);
	return host.showDashboard(rad, {runId: run.id, farewell: toFarewell(root, program)});
};

const toFarewell = (root: string, program: string): string =>
	[
		'The demo is in a scratch repository of its own. To go on there:',
		`  cd ${quote(root)}`,
		...[
			['runs', 'what ran'],
			['monitor list', 'the agents'],
			['logs', 'what the newest one did'],
			['checkpoint list', 'the ways back'],
		].map(([words = '', purpose]) => `  ${program} ${words.padEnd(15)}  ${purpose}`),
		`To begin in a repository of yours: ${program} init`,
	].join('\n');

const suggestInDemo = (report: RunReport, root: string, program: string): readonly Suggestion[] => [
	{command: `cd ${quote(root)}`, purpose: 'the workspace of the demo'},
	...suggestAfterRun(report, words => `${program} ${words}`),
	{command: `${program} init`, purpose: 'begin in a repository of yours'},
];
