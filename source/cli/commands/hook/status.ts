import {EXIT} from '../../../domain/failures.ts';
import type {HookInfo} from '../../../domain/hooks.ts';
import type {Span} from '../../../views/line.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toHookJson} from '../../json-records.ts';
import {type Listing, printListing} from '../../listing.ts';

export const hookStatusCommand = defineCommand({
	path: 'hook status',
	group: 'More',
	summary: 'Tell where the hook is installed',
	description: ['Lists the coding agents that can call rad before they write, and whether their settings have the hook. Reads the settings only.'],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['engine', 'state (installed, outdated, missing or unreadable)', 'file'],
	examples: [{words: 'rad hook status', note: 'for all agents'}],
	exitCodes: {0: 'Done.'},
	run: async ({flags, ...context}) => {
		await printListing(toListing(await context.host.hooks.list()), {...context, isJson: flags.json});
		return EXIT.done;
	},
});

const toListing = (items: readonly HookInfo[]): Listing<HookInfo> => ({
	items,
	columns: [
		{title: 'Engine', toCell: ({engine}) => ({text: engine, tone: 'strong'})},
		{title: 'Hook', toCell: ({state}) => STATE_CELLS[state]},
		{title: 'Settings', isFlexible: true, toCell: ({file}) => ({text: file, tone: 'quiet'})},
	],
	toFields: ({engine, state, file}) => [engine, state, file],
	toJson: toHookJson,
	empty: 'No engine has hooks.',
});

const STATE_CELLS: Readonly<Record<HookInfo['state'], Span>> = {
	installed: {text: '✔ installed', tone: 'good'},
	outdated: {text: '! of another rad', tone: 'attention'},
	missing: {text: 'not installed', tone: 'quiet'},
	unreadable: {text: '! unreadable', tone: 'bad'},
};
