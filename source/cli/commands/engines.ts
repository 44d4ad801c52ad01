import {EXIT} from '../../domain/failures.ts';
import type {EngineInfo} from '../../domain/records.ts';
import type {Span} from '../../views/line.ts';
import {defineCommand} from '../command.ts';
import {JSON_FLAG} from '../flags.ts';
import {toEngineJson} from '../json-records.ts';
import {type Listing, printListing} from '../listing.ts';

export const enginesCommand = defineCommand({
	path: 'engines',
	group: 'Look',
	summary: 'List the engines and what is installed',
	description: [
		'An engine is the program behind an agent: a step names it with engine. What is not installed is shown with the command that installs it.',
		'Login tells what was found without calling anybody: a variable with a key, or the file in which the program keeps its login. Whether that still holds, only a run shows.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['name', 'isInstalled', 'version', 'login', 'supports', 'path', 'install'],
	examples: [
		{words: 'rad engines', note: 'what can be used here'},
		{words: "rad engines --json | jq -r '.[] | select(.isInstalled) | .name'", note: 'the names of those that can run now'},
	],
	exitCodes: {0: 'Done.'},
	run: async ({flags, ...context}) => {
		const engines = await context.host.listEngines({signal: context.signal});
		await printListing(toListing(engines), {...context, isJson: flags.json});
		return EXIT.done;
	},
});

const toListing = (items: readonly EngineInfo[]): Listing<EngineInfo> => ({
	items,
	columns: [
		{title: 'Engine', toCell: ({name}) => ({text: name, tone: 'strong'})},
		{title: 'Version', toCell: toVersionCell},
		{title: 'Login', toCell: toLoginCell},
		{title: 'Gives, or how to install it', isFlexible: true, toCell: toLastCell},
	],
	toFields: ({name, isInstalled, version, login, supports, path, install}) => [
		name,
		String(isInstalled),
		version,
		login,
		supports.join(','),
		path,
		install,
	],
	toJson: toEngineJson,
	empty: 'There is no engine.',
});

const toVersionCell = ({isInstalled, version, install}: EngineInfo): string | Span => {
	if (!isInstalled) return {text: 'not installed', tone: 'attention'};
	return install === null ? {text: 'part of rad', tone: 'quiet'} : (version ?? 'unknown');
};

const toLastCell = ({isInstalled, install, supports}: EngineInfo): string | Span =>
	isInstalled || install === null ? supports.join(', ') : {text: install, tone: 'quiet'};

const toLoginCell = ({needsLogin, login}: EngineInfo): string | Span => {
	if (!needsLogin) return {text: 'not needed', tone: 'quiet'};
	return login ?? {text: 'none seen', tone: 'attention'};
};
