import {at, type Promised} from './entry.ts';

const KILLED_RUNS = at('faults/workflow/kill.test.ts', 'loses nothing and does nothing twice, ${KILLS} times');

/** What users may rely on. */
export const PROMISES: readonly Promised[] = [
	{
		id: 'R1',
		text: 'What rad has acknowledged is still there after any of its processes was killed, and after a power cut.',
		tests: [
			KILLED_RUNS,
			at('faults/power/cut.test.ts', 'loses nothing that was acknowledged, ${CUTS} times'),
			at('integration/monitoring/sqlite-open.test.ts', 'acknowledges nothing before it is on the disk'),
		],
	},
	{
		id: 'R2',
		text: 'What an agent did and what it used are stored together or not at all.',
		tests: [at('faults/workflow/kill.test.ts', 'around each taking down of what an agent uses counts it once'), KILLED_RUNS],
	},
	{
		id: 'R3',
		text: 'A store that is damaged, of another program, newer, read-only, full or replaced is named, never used in silence, never deleted, never repaired by itself.',
		tests: [
			at('integration/monitoring/sqlite-open.test.ts', 'names %s and leaves it as it is', 'leaves a store of a newer rad alone'),
			at('e2e/run.test.ts', 'names a store that holds %s, and keeps it'),
		],
		open: 'a log of the store that is removed while no rad is at work is not noticed.',
	},
	{
		id: 'R4',
		text: 'Who only looks writes nothing, holds nobody up, and needs no rad that is at work.',
		tests: [
			at('e2e/dry-run.test.ts', 'changes nothing beside runs that are over, either'),
			at('integration/monitoring/sqlite-copy.test.ts', 'holds what is in the log of another process only, which stays as it is'),
			at('faults/store/disk.test.ts', 'is read by whoever only looks%s, and stays byte for byte'),
		],
		open: 'commands that look take down what a crash left, where they can write.',
	},
	{
		id: 'R5',
		text: 'After a crash the next command tells the truth about each run: interrupted, with agents that work on, ended or are lost.',
		tests: [
			at(
				'e2e/crash.test.ts',
				'is told as interrupted, with an agent that goes on unattended and then ends as it did',
				'tells an agent whose shim died too as lost',
			),
			KILLED_RUNS,
		],
	},
	{
		id: 'R6',
		text: 'When a run ends in any way, no process that rad started is left. When rad itself is killed, its agents work on for a limited time and are then ended, unless a rad comes for them.',
		tests: [
			at(
				'e2e/crash.test.ts',
				'by %s stops every process of the run and says so',
				'leaves no process after the limit for going on alone',
				'looks after an agent that is still at work, and goes on after it',
			),
			KILLED_RUNS,
		],
	},
	{
		id: 'R7',
		text: 'rad signals only a process whose number, start and boot are those that it took down.',
		tests: [
			at('contract/process-table.test.ts', 'never signals a process that has the number of another'),
			at('e2e/reboot.test.ts', 'after a reboot every live agent is lost, no other process is touched, and the run can be gone on with'),
		],
	},
	{
		id: 'R8',
		text: 'An agent that hangs, floods or lies stops neither rad nor others: memory has a bound, and each agent can be stopped.',
		tests: [
			at('e2e/run.test.ts', 'survives a flood %s in little memory'),
			at('e2e/hostile-agents.test.ts', '%s ends as it should, and the run goes on'),
		],
	},
	{
		id: 'R9',
		text: 'Each byte of an agent is in its log or counted in a mark that says how much is missing, in the order in which it came.',
		tests: [
			at('integration/logs/log-writer.test.ts', 'tells the true number of bytes that are left out of a line of %d'),
			at('unit/logs/line-splitter.test.ts', 'gives the same lines however the bytes are cut'),
		],
	},
	{
		id: 'R10',
		text: 'No line of a log can be taken for a line of rad or of another agent.',
		tests: [at('integration/logs/log-writer.test.ts', 'lets no agent write a line that looks like one of rad')],
	},
	{
		id: 'R11',
		text: 'Of foreign text only what can be printed reaches a terminal, on any way: output, names, paths, errors.',
		tests: [
			at('unit/domain/sanitize.test.ts', 'lets no control character through but line break and tab'),
			at('faults/tui/hostile-output.test.tsx', '${FRAMES} frames hold only what a terminal prints, and each row is as wide as the screen'),
			at('e2e/top-picture.test.ts', 'lets no control sequence of what is in the store get out, in any of its forms'),
		],
	},
	{
		id: 'R12',
		text: 'The terminal is as it was after every death of the dashboard.',
		tests: [
			at('e2e/tui/terminal.test.ts', 'kill -9', 'a crash of V8', 'a throw in a component', 'no memory left'),
			at('e2e/top.test.ts', 'has the terminal given back by the next rad in it'),
		],
	},
	{
		id: 'R13',
		text: 'Without a terminal, on a dumb one and where no colour is wanted there is no escape byte; --json is always JSON.',
		tests: [
			at('e2e/top-picture.test.ts', 'has no colours where NO_COLOR asks for that, or the terminal is dumb'),
			at('e2e/json-schemas.test.ts', 'for every one of them'),
			at('unit/cli/encode-json.test.ts', 'gives readers the value back and terminals nothing to act on'),
		],
	},
	{
		id: 'R14',
		text: 'A checkpoint holds every file that git does not ignore byte by byte, and exists before the step or write that it protects; without it that is not done.',
		tests: [
			at('integration/checkpoint/any-tree.test.ts', 'comes back exactly, and so does what was there before the restore (${TREES} trees)'),
			at('e2e/undo.test.ts', 'are what a step waits for: without one it does not run, and the run fails loudly'),
		],
	},
	{
		id: 'R15',
		text: 'Checkpoints and restores change nothing of the user’s git but what the restore is asked to stage, and run nothing that the workspace names.',
		tests: [
			at('faults/checkpoint/code-execution.test.ts', 'runs nothing that is named by %s'),
			at('e2e/run.test.ts', 'records both agents and leaves everything of git as it was'),
		],
	},
	{
		id: 'R16',
		text: 'A restore is done as a whole or not at all, whenever it is cut short, and can be undone.',
		tests: [
			at('faults/checkpoint/kill.test.ts', 'leaves the target or the work of before after the next operation, ${KILLS} times'),
			at('integration/checkpoint/restore.test.ts', 'brings back $name, and its undo and the undo of that are exact'),
		],
	},
	{
		id: 'R17',
		text: 'A restore deletes no ignored file and touches nothing outside of the work tree, also not through links.',
		tests: [
			at('integration/checkpoint/matrix/left-out.test.ts', 'leaves ignored files alone, changed or new'),
			at('integration/checkpoint/matrix/files.test.ts', 'leaves alone what is outside the work tree, when a folder became a symbolic link to it'),
		],
	},
	{
		id: 'R18',
		text: 'Nothing that an agent, a file or a page says makes a restore by itself.',
		tests: [
			at('unit/agents/restore-request.test.ts', 'finds none: %s'),
			at('integration/workflow/request-desk.test.ts', 'is denied where nobody sits at a dashboard', 'is denied after a minute of silence'),
		],
	},
	{
		id: 'R19',
		text: 'What rad writes is for its user alone, whatever the umask.',
		tests: [
			at('integration/workspace/init-workspace.test.ts', 'makes everything for the owner alone, and tells what it made'),
			at('integration/agents/supervisor.test.ts', 'writes its files for nobody else'),
			at('integration/logs/log-writer.test.ts', 'makes the file private whatever the umask was'),
		],
	},
	{
		id: 'R20',
		text: 'Keys are handed over by the environment, only to the agent that needs them; known values are in no log, store or error.',
		tests: [
			at('unit/agents/agent-environment.test.ts', 'hands on the keys of the agent’s own provider only, and what the step names'),
			at('e2e/secrets.test.ts', 'reach the steps that name them and no others, and are kept nowhere'),
			at('e2e/hostile-agents.test.ts', 'what it prints of a known secret is in no log, no store and no output'),
		],
	},
	{
		id: 'R21',
		text: 'Checkpoints can be neither pushed nor cloned.',
		tests: [at('integration/checkpoint/matrix/git-state.test.ts', 'give nothing to a mirror: no ref, and no content')],
	},
	{
		id: 'R22',
		text: 'Money is counted in whole numbers; the parts add up to the total that is shown.',
		tests: [
			at(
				'unit/telemetry/totals.test.ts',
				'gives whole parts whose sum is the amount, each less than one away from its share',
				'stays exact beyond what a number holds',
			),
			at('contract/store.test.ts', 'sums by model and by agent to the same total'),
		],
	},
	{
		id: 'R23',
		text: 'What was used is counted once, from the last value; what is missing or impossible is unknown, never 0.',
		tests: [
			at('contract/store.test.ts', 'counts a usage record once, from its last value'),
			at('unit/telemetry/usage.test.ts', 'is unknown, not 0, when it holds %s', 'never throws and never holds an impossible count, whatever comes'),
		],
	},
	{
		id: 'R24',
		text: 'Recorded costs stay as they are when prices change.',
		tests: [
			at('contract/store.test.ts', 'keeps the cost that a record had, whatever the prices are when it is read again'),
			at('integration/telemetry/price-file.test.ts', 'a new price changes no cost that is recorded, and is told beside it'),
		],
	},
	{
		id: 'R25',
		text: 'A second run in a workspace is refused with the name of the first, or waits where that is wanted.',
		tests: [
			at('e2e/crash.test.ts', 'refuses a second run and a restore, naming the first'),
			at('e2e/queue.test.ts', 'waits for its turn, whatever becomes of those before it in the queue'),
		],
	},
	{
		id: 'R26',
		text: 'No lock outlives its holder.',
		tests: [at('integration/checkpoint/matrix/trouble.test.ts', 'goes around the locks of processes that died'), KILLED_RUNS],
	},
	{
		id: 'R27',
		text: 'The exit status tells the truth: 0 only when the work was done and the output arrived.',
		tests: [
			at('e2e/streams.test.ts', 'ends well when nobody reads, and with 5 when the output cannot be written'),
			at('unit/cli/commands.test.ts', 'a run that is %s ends with %d'),
			at('unit/workflow/judge-attempt.test.ts', 'never completes an exit code of %i, whatever the agent says'),
		],
	},
	{
		id: 'R28',
		text: 'rad works in a hostile or odd environment.',
		tests: [
			at('integration/checkpoint/matrix/programs.test.ts', 'takes nothing from the environment that is meant for another git'),
			at('unit/agents/agent-environment.test.ts', 'does not hand on %s'),
		],
	},
	{
		id: 'R29',
		text: 'An installation runs one known script and brings known packages from a lock file.',
		tests: [at('e2e/package.test.ts', 'brings along few packages, one of which is compiled', 'has a lock file that fits and names no server')],
		open: 'no test compares the lock file with a list of known weaknesses: those lists are on the network.',
	},
	{
		id: 'R30',
		text: 'Each promise has a test that fails when it is broken.',
		tests: [at('faults/table.test.ts', 'has a proof for each promise')],
		open: '`npm run test:mutation` puts faults into nine modules. Three were measured, on 2026-11-28: in source/telemetry/totals.ts tests find 29 of 29, in source/domain/ids.ts 60 of 64, in source/logs/log-line.ts 25 of 33 (the other 8 change nothing that log lines say). The rest is not measured.',
	},
];
