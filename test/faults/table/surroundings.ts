import {at, type Row} from './entry.ts';

const RUNS_NOTHING = 'faults/checkpoint/code-execution.test.ts';
const AROUND = 'faults/surroundings.test.ts';
const ENVIRONMENT = 'unit/agents/agent-environment.test.ts';

/** V: the environment. K: secrets. */
export const SURROUNDINGS: readonly Row[] = [
	{
		id: 'V1',
		of: ['R28', 'R15'],
		fault: 'The environment names another repository.',
		tests: [
			at(RUNS_NOTHING, 'inherited GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE of another repository'),
			at('integration/checkpoint/matrix/programs.test.ts', 'takes nothing from the environment that is meant for another git'),
		],
	},
	{
		id: 'V2',
		of: ['R28', 'R15'],
		fault: 'The environment names another index.',
		tests: [at(RUNS_NOTHING, 'inherited GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE of another repository')],
	},
	{
		id: 'V3',
		of: ['R28', 'R15'],
		fault: 'The environment gives git settings and programs.',
		tests: [
			at(
				RUNS_NOTHING,
				'inherited variables that name a program',
				'inherited GIT_CONFIG_COUNT',
				'inherited GIT_CONFIG_PARAMETERS, GIT_CONFIG_GLOBAL and GIT_CONFIG_SYSTEM',
				'inherited GIT_EXEC_PATH',
			),
		],
	},
	{
		id: 'V4',
		of: ['R28', 'R20'],
		fault: 'Variables that change what programs load.',
		tests: [at(ENVIRONMENT, 'does not hand on %s', 'NODE_OPTIONS', 'LD_PRELOAD', 'BASH_ENV')],
	},
	{
		id: 'V5',
		of: ['R28', 'R15'],
		fault: 'The environment names a pager and an editor.',
		tests: [at(RUNS_NOTHING, 'inherited GIT_PAGER and PAGER', 'core.editor and sequence.editor')],
	},
	{
		id: 'V6',
		of: ['R28'],
		fault: 'Another language.',
		tests: [
			at(
				AROUND,
				'in %s',
				'another language, and a zone that has summer all year',
				'a language and a zone that there are not',
				'with a git that speaks another language wherever it may',
			),
		],
	},
	{
		id: 'V7',
		of: ['R28'],
		fault: 'No home folder, or an odd one.',
		tests: [
			at(
				'integration/workspace/init-workspace.test.ts',
				'takes the first of the variables that holds an absolute path',
				'says what to set when there is none',
			),
			at(AROUND, 'where the home %s', 'is told what to set where there is no home at all, before anything is started'),
		],
	},
	{
		id: 'V8',
		of: ['R28', 'R15'],
		fault: 'A program in the workspace that is found by a relative path.',
		tests: [
			at(
				'integration/agents/describe-engines.test.ts',
				'calls a program by the name of its link, and finds nothing that cannot be run or lies in a folder relative to where one stands',
			),
			at(AROUND, 'is not started by rad where the PATH begins with "%s"'),
		],
	},
	{
		id: 'V9',
		of: ['R25', 'R28'],
		fault: 'rad in a step of rad.',
		tests: [
			at(AROUND, 'is %s in the same workspace, by the name of the run it is in', 'works in other workspaces, but not without end'),
			at('integration/workflow/take-turn.test.ts', 'does not wait for a run that it is a part of'),
		],
	},
	{
		id: 'K1',
		of: ['R19'],
		fault: 'A umask that lets others in.',
		tests: [
			at('integration/workspace/init-workspace.test.ts', 'makes everything for the owner alone, and tells what it made'),
			at('integration/logs/log-writer.test.ts', 'makes the file private whatever the umask was'),
			at('integration/agents/supervisor.test.ts', 'writes its files for nobody else'),
			at('faults/private-files.test.ts', 'is for its user alone, whatever the umask lets others do'),
		],
	},
	{
		id: 'K2',
		of: ['R20'],
		fault: 'Another user looks at arguments.',
		tests: [
			at('unit/agents/api-engine.test.ts', 'starts its own program, with the prompt on standard input and no secret in the arguments'),
			at('unit/agents/claude-engine.test.ts', 'tells the address of the hook in a file of the attempt, never in its arguments'),
			at('faults/private-files.test.ts', 'a secret is in no argument of any process, and in no log when it is printed in two pieces'),
		],
	},
	{
		id: 'K3',
		of: ['R20'],
		fault: 'An agent prints its environment.',
		tests: [
			at('e2e/hostile-agents.test.ts', 'what it prints of a known secret is in no log, no store and no output'),
			at('e2e/secrets.test.ts', 'reach the steps that name them and no others, and are kept nowhere'),
		],
	},
	{
		id: 'K4',
		of: ['R20'],
		fault: 'A key that is split by styles, or over two pieces.',
		tests: [
			at('integration/logs/log-writer.test.ts', 'stores neither control sequences nor secrets, also where one hides in the other'),
			at('unit/logs/redactor.test.ts', 'hides what a cut has left of a secret: %s', 'finds a secret inside JSON, and each line of one with several'),
			at('faults/private-files.test.ts', 'a secret is in no argument of any process, and in no log when it is printed in two pieces'),
		],
	},
	{
		id: 'K5',
		of: ['R20'],
		fault: 'A prompt with a secret. The plan and the prompt of a run are kept as they are, to go on with; rad warns of that.',
		tests: [at('faults/kept-secrets.test.ts', 'is told to be kept with the run, and stands in no log, event, report or output')],
	},
	{
		id: 'K6',
		of: ['R20'],
		fault: 'An agent is given the keys of others.',
		tests: [
			at(ENVIRONMENT, 'hands on the keys of the agent’s own provider only, and what the step names'),
			at('unit/agents/api-engine.test.ts', 'gets the keys of the provider of %s, and no other'),
		],
	},
	{
		id: 'K7',
		of: ['R19', 'R14'],
		fault: 'A restore gives a private file to others.',
		tests: [at('integration/checkpoint/matrix/files.test.ts', 'brings back an executable bit and the permissions of a secret')],
	},
	{
		id: 'K8',
		of: ['R20'],
		fault: 'A crash of rad, or its debugging output, tells secrets.',
		tests: [
			at('unit/cli/commands.test.ts', 'that nobody foresaw is a bug in rad, without a stack', 'tells no secret, %s'),
			at('faults/kept-secrets.test.ts', 'tells no secret: %s'),
		],
	},
	{
		id: 'K9',
		of: ['R19', 'R21'],
		fault: 'Everything is staged, .radium too. Workflows and settings are meant to be committed, records are not.',
		tests: [
			at('integration/workspace/init-workspace.test.ts', 'makes everything for the owner alone, and tells what it made'),
			at('integration/checkpoint/footprint.test.ts', 'keeps rad’s records out of checkpoints, differences and restores, also those that are tracked'),
			at('faults/private-files.test.ts', 'is not taken by git when everything is staged, but for workflows and what belongs to them'),
		],
	},
];
