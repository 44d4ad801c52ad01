import {EXIT} from '../domain/failures.ts';
import {SETTING_NAMES, SETTINGS, type SettingName, type SettingRow} from '../domain/settings.ts';
import {JSON_VERSION} from './json-document.ts';
import {JSON_OUTPUTS, SHAPES} from './json-shapes.ts';

/** Help that belongs to no single command; a line is a paragraph or a list of pairs. */
export type Topic = {
	readonly name: string;
	readonly summary: string;
	readonly lines: ReadonlyArray<string | ReadonlyArray<readonly [string, string]>>;
};

const describeVariable = (name: SettingName): ReadonlyArray<readonly [string, string]> => {
	const {variable, meaning, description, usual}: SettingRow = SETTINGS[name];
	return variable === null || meaning !== null ? [] : [[variable, `${description} ${usual} when not set. Setting ${name}.`]];
};

const describeSetting = (name: SettingName): readonly [string, string] => {
	const {description, usual}: SettingRow = SETTINGS[name];
	const more = name === 'theme' ? ' NO_COLOR makes it mono.' : name === 'notify' ? ' In your own file only.' : '';
	return [name, `${description}${usual === null ? '' : ` Usual: ${usual}.`}${more}`];
};

export const TOPICS: readonly Topic[] = [
	{
		name: 'exit-codes',
		summary: 'what the exit codes mean',
		lines: [
			'Every command ends with one of these numbers:',
			'',
			[
				[String(EXIT.done), 'Done, also when there is nothing to show.'],
				[String(EXIT.workFailed), 'The work ran and failed.'],
				[String(EXIT.usage), 'Wrong usage, or a workflow file with mistakes.'],
				[String(EXIT.notFound), 'What was named does not exist, or there is no workspace here.'],
				[String(EXIT.conflict), 'Busy or in conflict: locked, an active run, already over.'],
				[String(EXIT.storage), 'The workspace, its store, the configuration or the output is unusable: damaged, full, read-only.'],
				[String(EXIT.environment), 'Git, an engine, a secret, a terminal or a native module is missing or too old.'],
				[String(EXIT.refused), 'Refused for safety, or you answered no.'],
				[String(EXIT.bug), 'A bug in rad. --debug shows where.'],
				[[EXIT.hangup, EXIT.interrupted, EXIT.quit, EXIT.terminated].join(', '), 'Stopped by SIGHUP, Ctrl-C, Ctrl-\\ or SIGTERM.'],
			],
		],
	},
	{
		name: 'output',
		summary: 'what a terminal, a pipe and --json get',
		lines: [
			'Results go to standard output; notes, progress, questions and failures go to standard error. With --quiet there are no notes and no progress: what is left on standard error is a question, a failure, or something that is not as you wished. What takes long shows how far it is on a terminal only.',
			'',
			'A terminal gets aligned columns, cut to its width, with short times. A pipe gets one line for each thing, its fields separated by tabs, without a header; the help of each command lists the fields. Ids are whole, times are UTC (ISO 8601), an empty field is unknown. Only the summaries of rad run and rad demo, and the document of rad report, are the same for both: they are for people.',
			'',
			'With --json the output is one document: an array for a list, an object otherwise. What streams, rad run, rad logs and rad events, prints one object a line. rad help json tells which shape each command prints. Times are milliseconds since 1970, UTC; costs are whole billionths of a dollar (costNanoUsd: a number, or a string of digits beyond 2^53) and dollars (costUsd). What is not known is null.',
			'',
			'A failure is two lines on standard error, what failed and what to try. With --json it is one JSON object there: {"version", "error": {"code", "message", "hint", "exitCode"}}.',
		],
	},
	{
		name: 'json',
		summary: 'the shapes of --json, and what of them is stable',
		lines: [
			`The shapes of --json have a version, which is ${JSON_VERSION} now. Each object that is printed alone tells it first; arrays and lines have the version of the rad that prints them. It grows when a field goes, or gets another meaning or type. In the same version fields may be added, as may values of a status, a kind or a code, and kinds of events and lines: pass over what you do not know.`,
			'',
			'Each shape has a JSON Schema of its name in docs/schemas of rad, and docs/json.md tells more. What commands print with --json:',
			'',
			JSON_OUTPUTS.map(({path, words, shape, mayBeNull}) => [
				words === '' ? path : `${path} ${words}`,
				`${shape}${SHAPES[shape] === 'lines' ? ', one a line' : ''}${mayBeNull ? ', or null' : ''}`,
			]),
			'',
			'A failure with --json has the shape error, on standard error. Other commands have no --json, and say so; rad workflow schema prints nothing but JSON anyway.',
		],
	},
	{
		name: 'environment',
		summary: 'variables that rad reads and sets',
		lines: [
			'rad reads these variables. Times are 30s, 10m or 2h, sizes 200kB, 500MB or 1GB.',
			'',
			[
				['NO_COLOR', 'When set, nothing is coloured.'],
				['PAGER', 'Shows what rad logs prints where that is longer than the screen; less when not set, nothing when it is empty.'],
				['RAD_DEBUG', 'With 1, a failure shows where in rad it happened.'],
				['VISUAL', 'Your editor for what rad top has you edit; EDITOR, then vi, when not set.'],
				['RAD_STATE_DIR', 'Folder for what rad keeps outside a workspace; rad in XDG_STATE_HOME, else in ~/.local/state, when not set.'],
			],
			'',
			'These count before what the files of settings say of the same: rad help configuration',
			'',
			[...SETTING_NAMES.flatMap(describeVariable)],
			'',
			'The engine api finds models and keys in these; other engines use their own variables, and each gets only those of its provider:',
			'',
			[
				['ANTHROPIC_API_KEY', 'Key for anthropic/…; ANTHROPIC_BASE_URL is another address.'],
				['OPENAI_API_KEY', 'Key for openai/… and openai-chat/…; OPENAI_BASE_URL, with its /v1, is another address.'],
				['GEMINI_API_KEY', 'Key for google/…, as GOOGLE_API_KEY; GOOGLE_GEMINI_BASE_URL is another address.'],
				['OPENAI_COMPATIBLE_BASE_URL', 'Server for compatible/…, with its /v1; OPENAI_COMPATIBLE_API_KEY where it wants a key.'],
			],
			'',
			'It sets these for each step:',
			'',
			[
				['RAD_OUTPUT', 'File to which the step writes name=value lines for later steps: steps.<id>.outputs.<name>'],
				[
					'RAD_ARTIFACTS',
					'Folder in which the step leaves files that are kept: rad show lists them, later steps find it in steps.<id>.outputs.artifacts',
				],
				['RAD_WORKSPACE', 'The folder that it works in: the workspace, or what stands for it in its work tree.'],
				['RAD_RUN_BRANCH', 'The branch that the work of the run comes together in, where any step of it has a work tree of its own.'],
				['RAD_RUN_ID', 'Id of the run.'],
				['RAD_PARENT_RUNS', 'Ids of the runs that it is in, the outermost first: rad in a step of rad starts no fourth one.'],
				['RAD_STEP_ID', 'Id of the step, as in the workflow file.'],
				['RAD_AGENT_ID', 'Id of the agent: this attempt of the step.'],
				['RAD_REQUEST_TOKEN', 'Lets the agent ask once to restore a checkpoint: rad request restore'],
			],
			'',
			'These are for programs of rad itself, and nothing to rely on:',
			'',
			[
				['RAD_HOOK_URL', 'Where the hook of an engine asks rad before it writes.'],
				['RAD_HOOK_COMMAND', 'That hook, for engines that take a command.'],
				['RAD_NOTIFY_ID', 'Marks the command of notify, so that all it started is found.'],
				['RAD_LAUNCHED', 'Tells rad top that the launcher gives the terminal back.'],
			],
		],
	},
	{
		name: 'configuration',
		summary: 'files of settings, and notifications',
		lines: [
			'rad reads two files of settings. Your own is config.yaml in rad below $XDG_CONFIG_HOME, or ~/.config; that of a workspace is .radium/config.yaml. Neither need be there. Where both say something, yours counts, and a variable of the environment counts before both: rad help environment. rad config list shows what holds, rad config set writes it. A name with a point is a key below another one: checkpoints.keep is checkpoints: { keep: 500 }.',
			'',
			[
				...SETTING_NAMES.map(describeSetting),
				[
					'keys',
					'Actions of rad top and the keys that each has instead of the usual ones, such as stop-run: [ctrl+k]; [] switches an action off. Press : for the names of the actions. A key is a character, ctrl+ and a letter, or a name such as enter.',
				],
			],
			'',
			'The file of a workspace may come from anybody, such as with a clone. So it names no command and no keys of answers (confirm, decline, put-off), keeps no fewer checkpoints and gives them no less time than usual, lets agents work on alone no longer than usual, and hook_policy is block there or not said. What it may not say is refused, not passed over.',
			'',
			'The command and the bell tell once when a run begins to wait for you or an agent of it for your permission, when it failed, and when it completed; not when you stopped it. rad top calls for every run of the workspace, the command is run by the rad that drives the run. It may take ten seconds, then it is ended with all that it started; whatever it does, the run is not affected. It works in the folder of its file, has nothing to read from, its output goes nowhere, and it finds in its environment:',
			'',
			[
				['RAD_NOTIFY_KIND', 'waiting, failed or done; message for the text of rad notify.'],
				['RAD_NOTIFY_TEXT', 'What happened: one line of at most 200 characters, none of which controls a terminal.'],
				['RAD_NOTIFY_RUN', 'Id of the run; empty for rad notify outside of one.'],
				['RAD_NOTIFY_WORKFLOW', 'Name of its workflow.'],
				['RAD_NOTIFY_WORKSPACE', 'The workspace: the folder that holds .radium.'],
			],
		],
	},
];
