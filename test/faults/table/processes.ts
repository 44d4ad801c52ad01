import {at, type Row} from './entry.ts';

const SUPERVISOR = 'integration/agents/supervisor.test.ts';
const CRASH = 'e2e/crash.test.ts';
const RESTORE_KILLS = at('faults/checkpoint/kill.test.ts', 'leaves the target or the work of before after the next operation, ${KILLS} times');
const RESTORE_CALLS = at(
	'faults/checkpoint/syscalls.test.ts',
	"leaves the target or the work of before after the next operation, at ${IS_ALL ? 'all' : SAMPLE} of them",
);

/** P: processes. W: several at once in one workspace. */
export const PROCESSES: readonly Row[] = [
	{
		id: 'P1',
		of: ['R6', 'R5'],
		fault: 'rad is killed while agents work.',
		tests: [
			at(
				CRASH,
				'is told as interrupted, with an agent that goes on unattended and then ends as it did',
				'leaves no process after the limit for going on alone',
				'is cleaned up by rad cancel --now, which leaves no process',
			),
			at(SUPERVISOR, 'goes on when its rad dies, for as long as it may, and is then stopped'),
		],
	},
	{
		id: 'P2',
		of: ['R6', 'R8'],
		fault: 'An agent ignores the signals that ask it to end.',
		tests: [
			at(
				SUPERVISOR,
				'is stopped when its time is up, also when it ignores the polite signals',
				'can be killed at once, which leaves no process and no ending',
			),
		],
	},
	{
		id: 'P3',
		of: ['R6'],
		fault: 'An agent leaves processes in sessions of their own.',
		tests: [
			at(SUPERVISOR, 'takes with it what it started in other sessions', 'stops on request with what it started, and says so'),
			at('contract/process-table.test.ts', 'finds every process that inherited a mark, in whatever session, and no other'),
		],
	},
	{
		id: 'P4',
		of: ['R6'],
		fault: 'An agent leaves a process in a session of its own and without its environment.',
		tests: [
			at(SUPERVISOR, 'takes with it what has cleared its environment and is in %s', 'its group', 'its session, in a group of its own'),
			at('contract/process-table.test.ts', 'finds every process of a group, also after its leader has ended, and no other'),
		],
		open: 'what has left both the group and the session of the agent is not found: there is no sandbox.',
	},
	{
		id: 'P5',
		of: ['R8'],
		fault: 'A process that outlives the agent holds its output open.',
		tests: [
			at('e2e/hostile-agents.test.ts', 'its step ends with it, while a process that it left still lives and holds its output open'),
			at(SUPERVISOR, 'takes with it what it started in other sessions'),
		],
	},
	{
		id: 'P6',
		of: ['R8'],
		fault: 'An agent closes its standard input.',
		not: 'The input is a file: nobody writes to a pipe that the agent could close.',
	},
	{
		id: 'P7',
		of: ['R8'],
		fault: 'A program that cannot be started.',
		tests: [
			at(SUPERVISOR, 'says why a program could not be started'),
			at('e2e/hostile-agents.test.ts', 'a variable with a NUL', 'an output too long to be handed on fails only the step that wants it'),
			at('unit/agents/claude-engine.test.ts', 'gives the prompt through standard input, and names of any kind in one piece'),
			at('faults/surroundings.test.ts', 'says which limit the system has set, and starts nothing, where too few files may be open'),
		],
	},
	{id: 'P8', of: ['R8'], fault: 'An agent that starts processes without end.', open: 'it needs a sandbox or a limit of the user; rad sets none.'},
	{
		id: 'P9',
		of: ['R27'],
		fault: 'An agent that ends by a signal, or with 0 and an error.',
		tests: [
			at(
				'unit/workflow/judge-attempt.test.ts',
				'tells an end by %s',
				'never completes an exit code of %i, whatever the agent says',
				'does not believe an exit code of 0 without a result',
			),
			at('contract/store.test.ts', 'never calls a non-zero exit completed'),
		],
	},
	{
		id: 'P10',
		of: ['R8'],
		fault: 'An agent that reads from the terminal.',
		tests: [at(SUPERVISOR, 'has no terminal and holds no file of ours but its outputs')],
	},
	{
		id: 'P11',
		of: ['R6'],
		fault: 'Ctrl-C twice.',
		tests: [
			at('unit/cli/commands.test.ts', '%s stops the run, says so and ends with %d'),
			at(CRASH, 'by %s stops every process of the run and says so'),
			at('faults/interrupted.test.ts', 'a second Ctrl-C kills an agent that does not heed the first, and leaves the terminal and no process'),
		],
	},
	{
		id: 'P12',
		of: ['R6', 'R12'],
		fault: 'rad has no memory left.',
		tests: [
			at('e2e/tui/terminal.test.ts', 'no memory left'),
			at(
				CRASH,
				'leaves a run that is told as interrupted and can be gone on with, and its agent at work',
				'leaves an agent that is stopped after the limit for going on alone',
			),
		],
	},
	{
		id: 'P13',
		of: ['R8'],
		fault: 'Thousands of agents one after the other.',
		tests: [at('faults/soak/soak.test.ts', 'grows in nothing, loses nothing and leaves nothing behind, in ${SECONDS} s')],
	},
	{
		id: 'P14',
		of: ['R1', 'R2', 'R5', 'R6'],
		fault: 'rad is killed in each phase of a step, a run and a restore.',
		tests: [
			at(
				'faults/workflow/kill.test.ts',
				'is checkpointed',
				'is registered',
				'is spawned',
				'is spawned and not noted',
				'is spawned and noted',
				'runs',
				'has ended',
				'is recorded',
				'that it asks for in its last message',
				'after a run is registered, and in everything that ends it',
			),
		],
	},
	{
		id: 'P15',
		of: ['R5', 'R6'],
		fault: 'rad is killed while it takes up what a crash has left.',
		tests: [
			at(
				'faults/workflow/kill.test.ts',
				'whose agent is at work',
				'whose agent was started and has not been noted',
				'whose agent has ended',
				'whose agent was never started',
				'and is killed again while it begins',
			),
			at(CRASH, 'can be cut short and taken up again'),
		],
	},
	{
		id: 'W1',
		of: ['R25'],
		fault: 'Two runs begin in one workspace.',
		tests: [
			at(CRASH, 'refuses a second run and a restore, naming the first'),
			at('contract/store.test.ts', 'refuses a second active run and names the first'),
			at('e2e/queue.test.ts', 'waits for its turn, whatever becomes of those before it in the queue'),
			at('faults/two-runs.test.ts', 'two runs that begin in the same moment: one works, the other names it, ${ROUNDS} times'),
		],
	},
	{
		id: 'W2',
		of: ['R16'],
		fault: 'Two restores at once.',
		tests: [at('faults/checkpoint/two-restores.test.ts', 'end as one of them, never as a mixture, ${ROUNDS} times')],
	},
	{
		id: 'W3',
		of: ['R16'],
		fault: 'A restore while agents are at work.',
		tests: [
			at('integration/checkpoint/matrix/trouble.test.ts', 'is refused while an agent is at work, also an orphan of a rad that died'),
			at(CRASH, 'refuses a second run and a restore, naming the first'),
		],
	},
	{id: 'W4', of: ['R16'], fault: 'rad is killed in a restore.', tests: [RESTORE_KILLS, RESTORE_CALLS]},
	{
		id: 'W5',
		of: ['R14', 'R26'],
		fault: 'rad is killed while it takes a checkpoint.',
		tests: [
			at('faults/workflow/kill.test.ts', 'is checkpointed'),
			at('integration/checkpoint/matrix/trouble.test.ts', 'goes around the locks of processes that died'),
		],
	},
	{
		id: 'W6',
		of: ['R16'],
		fault: 'The disk is full in a restore.',
		tests: [
			at('integration/checkpoint/exhausted.test.ts', 'a disk without room'),
			at(
				'integration/checkpoint/trouble.test.ts',
				'goes back when git cannot write everything',
				'keeps its journal when it cannot go back either, and the safety checkpoint brings everything back later',
			),
		],
	},
	{
		id: 'W7',
		of: ['R16'],
		fault: 'A person edits a file during a restore.',
		tests: [
			at('integration/checkpoint/matrix/trouble.test.ts', 'takes what is typed at the last moment into a second safety checkpoint'),
			at('integration/checkpoint/trouble.test.ts', 'gives up when it never ends, and changes nothing'),
		],
	},
	{
		id: 'W8',
		of: ['R14'],
		fault: 'An agent switches branches, resets, or deletes the workspace.',
		tests: [
			at('integration/checkpoint/matrix/git-state.test.ts', 'keeps HEAD, branches and the index, when the branch was switched and commits were made'),
			at('e2e/hostile-agents.test.ts', 'the folder of its attempt removed'),
			at('faults/gone-places.test.ts', 'a run whose whole workspace is deleted says so, saves its records, and leaves no process'),
		],
	},
	{
		id: 'W9',
		of: ['R16'],
		fault: 'A restore meets a folder that cannot be written.',
		tests: [
			at('integration/checkpoint/matrix/trouble.test.ts', 'changes nothing when it meets a folder that cannot be written, and succeeds once it can'),
		],
	},
	{
		id: 'W10',
		of: ['R14', 'R16'],
		fault: 'Files, folders and links take each other’s places; names change in case alone.',
		tests: [
			at('integration/checkpoint/any-tree.test.ts', 'comes back exactly, and so does what was there before the restore (${TREES} trees)'),
			at(
				'integration/checkpoint/matrix/files.test.ts',
				'undo a renaming that changes the case alone',
				'brings back a file that became a folder, and a folder that became a file',
			),
		],
	},
	{
		id: 'W11',
		of: ['R5', 'R4'],
		fault: 'The dashboard outlives the rad that it watches.',
		tests: [
			at('integration/workflow/request-desk.test.ts', 'is not held open by a dashboard that was killed'),
			at('e2e/top.test.ts', 'tells that a run is interrupted whose rad was killed below it, and what goes on with it'),
		],
	},
	{
		id: 'W12',
		of: ['R26'],
		fault: 'Locks of rads that were killed.',
		tests: [
			at('integration/checkpoint/matrix/trouble.test.ts', 'goes around the locks of processes that died'),
			at('integration/checkpoint/resume.test.ts', 'leaves no lock of the index, if it is %s'),
			RESTORE_KILLS,
		],
	},
];
