import type {SettingReport} from '../../../domain/configuration.ts';
import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {type Listing, printListing} from '../../listing.ts';
import {toSettingJson} from '../../setting-json.ts';
import {formatPlace, formatSettingValue} from '../../setting-text.ts';

export const configListCommand = defineCommand({
	path: 'config list',
	group: 'More',
	summary: 'List settings, and where each comes from',
	description: [
		'Lists every setting with its value. A variable of the environment counts before your own file, that before the file of the workspace, and that before what is usual. Of the keys of rad top those are listed that a file changes.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['key', 'value', 'origin (default, user, workspace or environment)', 'place (file:line:column, or a variable)', 'description'],
	examples: [{words: 'rad config list', note: 'what holds here'}],
	exitCodes: {0: 'Done, also outside of a workspace.', 2: 'A variable holds what cannot be.', 5: 'A file of settings has mistakes.'},
	run: async ({flags, host, directory, out, notes}) => {
		await printListing(toListing(await host.settings(directory).list()), {out, notes, isJson: flags.json});
		return EXIT.done;
	},
});

const toListing = (items: readonly SettingReport[]): Listing<SettingReport> => ({
	items,
	columns: [
		{title: 'Setting', toCell: ({key}) => ({text: key, tone: 'strong'})},
		{title: 'Value', isFlexible: true, toCell: formatSettingValue},
		{title: 'From', toCell: ({origin}) => formatPlace(origin) ?? {text: 'default', tone: 'quiet'}},
		{title: 'Meaning', isFlexible: true, toCell: ({description}) => ({text: description, tone: 'quiet'})},
	],
	toFields: report => [report.key, formatSettingValue(report), report.origin.kind, formatPlace(report.origin), report.description],
	toJson: toSettingJson,
	empty: 'There are no settings.',
});
