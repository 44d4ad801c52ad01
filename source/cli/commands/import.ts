import {EXIT} from '../../domain/failures.ts';
import {formatInteger} from '../../domain/figures.ts';
import type {ImportResult} from '../../domain/imports.ts';
import {toEpoch} from '../../domain/moment.ts';
import {formatPlural} from '../../views/format.ts';
import {defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {JSON_FLAG, SINCE_FLAG} from '../flags.ts';
import {toImportJson} from '../json-records.ts';
import {type Listing, printListing} from '../listing.ts';
import {toSignalExit} from '../print-failure.ts';
import {withProgress} from '../progress-line.ts';

export const importCommand = defineCommand({
	path: 'import',
	group: 'Look',
	summary: 'Take in what agents did without rad',
	description: [
		'Reads the sessions that coding agents keep on this machine, with their tokens, and adds them as agents of a run called after the engine. Their files are only read. What was imported before and has not changed is passed over, and what rad itself ran is not counted twice.',
		'Without --all only sessions that worked in this workspace. Costs are estimated from the price table of the day on which each response was made.',
	],
	input: {
		engine: {
			isRequired: false,
			description: 'Only of this engine: claude, codex, gemini, opencode, copilot or qwen.',
			choices: ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'],
		},
	},
	flags: {
		since: {...SINCE_FLAG, description: `Only sessions that changed since then. ${SINCE_FLAG.description}`},
		all: {type: 'switch', description: 'Sessions of all folders, not only of this workspace.'},
		json: JSON_FLAG,
	},
	pipeFields: [
		'engine',
		'found',
		'imported',
		'unchanged',
		'own (run by rad)',
		'elsewhere',
		'older',
		'responses',
		'directory',
		'unreadable',
		'empty',
		'oddRows (not understood)',
	],
	examples: [
		{words: 'rad import', note: 'everything that agents did in this workspace'},
		{words: 'rad import claude --since 30d --all', note: 'a month of Claude Code, in all folders'},
	],
	exitCodes: {
		0: 'Done, also when there was nothing.',
		2: 'There is no such engine.',
		3: 'There is no workspace.',
		130: 'Ctrl-C. What was read until then is in; the next import reads the rest.',
	},
	run: async ({input, flags, ...context}) => {
		const rad = await context.open();
		const since = flags.since === undefined ? 0 : toEpoch(flags.since, context.clock.now());
		const engines = input.engine === undefined ? [] : [input.engine];
		const results = await withProgress(context, 'read-sessions', onProgress =>
			rad.imports.run({engines, since, isEverywhere: flags.all, signal: context.signal, onProgress}),
		);
		await printListing(toListing(results), {...context, isJson: flags.json});
		const imported = results.reduce((sum, result) => sum + result.imported, 0);
		if (!flags.json) await context.err.lines(results.flatMap(describeTrouble));
		if (context.out.isTerminal && !flags.json && imported > 0)
			await context.notes.line([
				`${formatPlural(imported, 'session')} imported. Next: `,
				{text: toCommandLine('monitor telemetry --by engine', context), tone: 'strong'},
			]);
		return context.signal.aborted ? toSignalExit(context.signal) : EXIT.done;
	},
});

/** What keeps the figures from being whole. */
const describeTrouble = ({engine, unreadable, oddRows}: ImportResult): readonly string[] => [
	...(unreadable === 0 ? [] : [`${formatPlural(unreadable, 'session')} of ${engine} cannot be read now; the next import tries again.`]),
	...(oddRows === 0
		? []
		: [`${formatPlural(oddRows, 'row')} of ${engine} ${oddRows === 1 ? 'was' : 'were'} not understood; its figures may be too low.`]),
];

const toListing = (items: readonly ImportResult[]): Listing<ImportResult> => ({
	items,
	columns: [
		{title: 'Engine', toCell: ({engine}) => ({text: engine, tone: 'strong'})},
		{title: 'Found', align: 'right', toCell: ({found}) => formatInteger(found)},
		{title: 'Imported', align: 'right', toCell: ({imported}) => formatInteger(imported)},
		{title: 'Responses', align: 'right', toCell: ({responses}) => formatInteger(responses)},
		{title: 'Unchanged', align: 'right', toCell: ({unchanged}) => formatInteger(unchanged)},
		{title: 'By rad', align: 'right', toCell: ({own}) => formatInteger(own)},
		{title: 'Elsewhere', align: 'right', toCell: ({elsewhere}) => formatInteger(elsewhere)},
		{title: 'Older', align: 'right', toCell: ({older}) => formatInteger(older)},
	],
	toFields: result => [
		result.engine,
		result.found,
		result.imported,
		result.unchanged,
		result.own,
		result.elsewhere,
		result.older,
		result.responses,
		result.directory,
		result.unreadable,
		result.empty,
		result.oddRows,
	],
	toJson: toImportJson,
	empty: 'No engine keeps sessions.',
});
