import {at, type Row} from './entry.ts';

const RUNS_NOTHING = 'faults/checkpoint/code-execution.test.ts';
const MATRIX = 'integration/checkpoint/matrix';
const MESSAGE = 'unit/agents/restore-request.test.ts';
const DESK = 'integration/workflow/request-desk.test.ts';

/** G: git and checkpoints. X: who may restore. */
export const CHECKPOINTS: readonly Row[] = [
	{id: 'G1', of: ['R15'], fault: 'The repository names a file watcher for git.', tests: [at(RUNS_NOTHING, 'core.fsmonitor')]},
	{
		id: 'G2',
		of: ['R15', 'R14'],
		fault: 'The repository names filters.',
		tests: [
			at(
				RUNS_NOTHING,
				'a clean and a smudge filter, planted during a run',
				'a process filter, planted during a run, that is required',
				'a filter by the attributes of the git directory',
				'a filter that the user had, changed during a run',
			),
		],
	},
	{
		id: 'G3',
		of: ['R15'],
		fault: 'The repository has hooks.',
		tests: [at(RUNS_NOTHING, 'hooks in the git directory', 'core.hooksPath into the work tree')],
	},
	{
		id: 'G4',
		of: ['R15'],
		fault: 'The repository names a program for signatures.',
		tests: [at(RUNS_NOTHING, 'gpg.program and gpg.ssh.program with commit.gpgSign')],
	},
	{
		id: 'G5',
		of: ['R15'],
		fault: 'The repository names programs for differences.',
		tests: [at(RUNS_NOTHING, 'diff.external', 'a diff driver: command and textconv')],
	},
	{
		id: 'G6',
		of: ['R15'],
		fault: 'A repository in the work tree names programs.',
		tests: [
			at(
				RUNS_NOTHING,
				'a nested repository that the index links to, with its own configuration',
				'a nested repository that nobody tracks, with its own configuration',
			),
		],
	},
	{
		id: 'G7',
		of: ['R14', 'R17'],
		fault: 'A repository without commits in the work tree.',
		tests: [at(`${MATRIX}/left-out.test.ts`, 'leaves alone a repository without commits in the work tree, and names it')],
	},
	{
		id: 'G8',
		of: ['R14', 'R17'],
		fault: 'Repositories and submodules in the work tree, with work in them. Both are left alone, and named.',
		tests: [
			at(
				`${MATRIX}/left-out.test.ts`,
				'leaves alone a repository in the work tree and the commits made in it, and never takes it for a submodule',
				'leaves alone a submodule’s checkout, whatever it points to',
			),
		],
	},
	{
		id: 'G9',
		of: ['R14'],
		fault: 'Files that git converts: line ends, keywords, encodings, large files elsewhere.',
		tests: [
			at('integration/checkpoint/converted-files.test.ts', 'by %s comes back byte by byte from the first checkpoint'),
			at(
				`${MATRIX}/programs.test.ts`,
				'brings back line ends and keywords, whatever git would like',
				'brings back line ends under core.autocrlf and core.safecrlf',
			),
		],
	},
	{
		id: 'G10',
		of: ['R14', 'R19'],
		fault: 'Odd permissions, and empty folders, which git does not know.',
		tests: [
			at(`${MATRIX}/files.test.ts`, 'brings back an executable bit and the permissions of a secret'),
			at(`${MATRIX}/limits.test.ts`, 'does not bring back an empty folder, which git knows nothing of'),
		],
	},
	{
		id: 'G11',
		of: ['R14'],
		fault: 'Pipes, sockets, devices and very large files.',
		tests: [
			at(`${MATRIX}/files.test.ts`, 'goes around pipes and sockets, which stay'),
			at(`${MATRIX}/left-out.test.ts`, 'leaves alone large untracked files, which are named, also when they shrink or are new'),
		],
		open: 'pipes and sockets are left out without being named.',
	},
	{
		id: 'G12',
		of: ['R14'],
		fault: 'Names with line breaks, quotes, dashes, and bytes that are no UTF-8.',
		tests: [
			at(`${MATRIX}/files.test.ts`, 'brings back and takes away files with odd names, also names that are not UTF-8'),
			at('integration/checkpoint/any-tree.test.ts', 'comes back exactly, and so does what was there before the restore (${TREES} trees)'),
		],
	},
	{
		id: 'G13',
		of: ['R17'],
		fault: 'Links out of the work tree; a folder that became one.',
		tests: [
			at(
				`${MATRIX}/files.test.ts`,
				'leaves alone what is outside the work tree, when a folder became a symbolic link to it',
				'brings back symbolic links, also dangling ones, also from files and folders',
			),
		],
	},
	{
		id: 'G14',
		of: ['R17'],
		fault: 'Ignored files.',
		tests: [
			at(
				`${MATRIX}/left-out.test.ts`,
				'leaves ignored files alone, changed or new',
				'leaves alone a file that was ignored at the time of the checkpoint, when the rule is gone now',
			),
			at('integration/checkpoint/kept.test.ts', 'is saved when it is ignored'),
		],
	},
	{
		id: 'G15',
		of: ['R19'],
		fault: 'An untracked file with secrets.',
		tests: [
			at(`${MATRIX}/files.test.ts`, 'brings back an executable bit and the permissions of a secret'),
			at('integration/checkpoint/diff.test.ts', 'keeps what was told about it, and the store from other users'),
		],
		open: 'such files are saved, and not named apart.',
	},
	{
		id: 'G16',
		of: ['R21'],
		fault: 'Everything is pushed, cloned or logged.',
		tests: [
			at(
				`${MATRIX}/git-state.test.ts`,
				'give nothing to a mirror: no ref, and no content',
				'shows five checkpoints to nobody who asks git for the log of everything or the status',
			),
		],
	},
	{
		id: 'G17',
		of: ['R14'],
		fault: 'The user collects garbage.',
		tests: [
			at(
				'integration/checkpoint/absorb.test.ts',
				'survives its garbage collection: %s',
				'survives a collection between any two of many checkpoints, each of which restores',
			),
			at(`${MATRIX}/garbage.test.ts`, 'bring back what an amended commit held, after the strongest garbage collection, and pin nothing for that'),
		],
	},
	{
		id: 'G18',
		of: ['R14'],
		fault: 'An agent cleans, stashes, or deletes .radium.',
		tests: [
			at(`${MATRIX}/files.test.ts`, 'bring back everything after git clean'),
			at(`${MATRIX}/git-state.test.ts`, 'brings back work that the agent stashed and dropped'),
			at('faults/gone-places.test.ts', 'what an agent deletes with all of .radium comes back, but for rad’s records, which are saved apart'),
			at('integration/checkpoint/footprint.test.ts', 'comes back when an agent deleted it, and is gone again after the undo'),
		],
	},
	{
		id: 'G19',
		of: ['R15'],
		fault: 'Repositories in the middle of something: staged, merging, detached, without commits, sparse, bare.',
		tests: [
			at('integration/checkpoint/restore.test.ts', 'brings back $name, and its undo and the undo of that are exact'),
			at(
				`${MATRIX}/git-state.test.ts`,
				'leaves no trace in the repository when it creates, compares and previews, whatever is staged or dirty',
				'leaves a conflict that is being resolved: its entries and MERGE_HEAD stay',
				'work with HEAD detached, which stays so',
			),
			at(
				`${MATRIX}/places.test.ts`,
				'work in a repository without commits, with staged files',
				'of a sparse checkout leave absent files absent',
				'of linked work trees are apart, share one store, and outlive the work tree’s removal',
				'are refused in a bare repository, which is never taken for a folder without git',
			),
		],
	},
	{
		id: 'G20',
		of: ['R26'],
		fault: 'A lock that another git left. A checkpoint goes around it, a restore is refused.',
		tests: [at(`${MATRIX}/trouble.test.ts`, 'is refused while another git command holds the index, and changes nothing; creating goes on')],
	},
	{
		id: 'G21',
		of: ['R15'],
		fault: 'A repository of another user, which is refused, as git does.',
		tests: [at(`${MATRIX}/places.test.ts`, 'are refused in another user’s repository, which is never taken for a folder without git')],
	},
	{
		id: 'G22',
		of: ['R18', 'R15'],
		fault: 'Options in the place of values for git.',
		tests: [
			at(MESSAGE, 'X7: an option', 'X7: a long option'),
			at('unit/domain/ids.test.ts', 'refuses %j'),
			at('e2e/run.test.ts', 'has a clear message and the right exit code'),
			at('faults/checkpoint/git-arguments.test.ts', 'starts no git with anything from outside where an option could stand'),
		],
	},
	{
		id: 'G23',
		of: ['R14'],
		fault: 'git is missing, or too old.',
		tests: [at(`${MATRIX}/places.test.ts`, 'are refused with one clear message when git is missing or too old')],
	},
	{
		id: 'G24',
		of: ['R14'],
		fault: 'The disk is full while a checkpoint is taken.',
		tests: [
			at(`${MATRIX}/trouble.test.ts`, 'is an error on a full disk, which leaves the user’s repository as it is'),
			at('e2e/undo.test.ts', 'are what a step waits for: without one it does not run, and the run fails loudly'),
		],
	},
	{
		id: 'G25',
		of: ['R14', 'R16'],
		fault: 'A flipped bit in the store of checkpoints.',
		tests: [
			at(`${MATRIX}/trouble.test.ts`, 'is refused when content of the checkpoint is gone or broken, before the first file is touched'),
			at('integration/checkpoint/prune.test.ts', 'names the checkpoint and the file whose content was flipped, and restores the others'),
		],
	},
	{
		id: 'G26',
		of: ['R14'],
		fault: 'Hundreds of thousands of files, gigabytes.',
		tests: [
			at(`${MATRIX}/limits.test.ts`, 'saves what fits of 69,000 untracked files with 2.9 GB, names the others, and leaves them alone'),
			at(`${MATRIX}/trouble.test.ts`, 'ends a git that hangs when the checkpoint is no longer wanted or its time is up, and leaves no lock'),
		],
		open: 'the time for it is measured in docs/benchmarks.md, and no test fails when it grows.',
	},
	{
		id: 'G27',
		of: ['R14'],
		fault: 'A file that changes while it is read.',
		tests: [
			at('faults/checkpoint/changing-file.test.ts', 'is saved as it was at some moment: %s'),
			at(`${MATRIX}/git-state.test.ts`, 'saves an edit of the same size in the same second as git add, on a file system with a coarse clock'),
		],
	},
	{
		id: 'X1',
		of: ['R18'],
		fault: 'An agent quotes a page that says /restore.',
		tests: [at(MESSAGE, 'X1: a README quoted in a fence', 'X1: an indented code block', 'X1: a quote', 'X1: in a sentence')],
	},
	{
		id: 'X2',
		of: ['R18'],
		fault: '/restore in the result of a tool, in JSON, in a difference, in a page.',
		tests: [
			at(MESSAGE, 'X2: JSON', 'X2: an added line of a diff', 'X2: inside a diff without a fence', 'X2: preformatted HTML'),
			at('unit/workflow/restore-wish.test.ts', 'finds in %j the checkpoint %j'),
		],
	},
	{
		id: 'X3',
		of: ['R18'],
		fault: '/restore that is hidden, split or made up of lookalikes.',
		tests: [
			at(
				MESSAGE,
				'X3: hidden by a control sequence',
				'X3: split by a control sequence',
				'X3: a line separator',
				'X3: a letter that only looks like one',
			),
		],
	},
	{
		id: 'X4',
		of: ['R18'],
		fault: 'A real request while a person sits at the dashboard.',
		tests: [
			at('e2e/top.test.ts', 'shows an agent’s request to restore with No as the default, and offers its calls again after a yes'),
			at(DESK, 'is what the person at the dashboard says: %s', 'is denied after a minute of silence'),
		],
	},
	{
		id: 'X5',
		of: ['R18'],
		fault: 'A real request, and nobody is there.',
		tests: [at('e2e/crash.test.ts', 'in its final message is denied without a terminal'), at(DESK, 'is denied where nobody sits at a dashboard')],
	},
	{
		id: 'X6',
		of: ['R18'],
		fault: 'A request for a checkpoint of another run or step.',
		tests: [at(DESK, 'denies a checkpoint of %s', 'denies what was taken before the agent’s own step, and what nobody knows')],
	},
	{
		id: 'X7',
		of: ['R18'],
		fault: 'Options, names of git, paths and megabytes in the place of an id.',
		tests: [
			at(MESSAGE, 'X7: an option', 'X7: a name of git', 'X7: a path', 'X7: a megabyte'),
			at('unit/domain/ids.test.ts', 'refuses %j'),
			at('e2e/run.test.ts', 'has a clear message and the right exit code'),
		],
	},
	{
		id: 'X8',
		of: ['R18'],
		fault: 'The id of a checkpoint of another workspace.',
		tests: [
			at(DESK, 'denies what was taken before the agent’s own step, and what nobody knows'),
			at('faults/gone-places.test.ts', 'rad checkpoint %s takes no id of another workspace'),
		],
	},
	{id: 'X9', of: ['R18', 'R8'], fault: 'Five million lines that say /restore.', tests: [at(MESSAGE, 'X9: five million requests')]},
	{
		id: 'X10',
		of: ['R18'],
		fault: 'A token that is used again, or guessed.',
		tests: [
			at('e2e/crash.test.ts', 'by command is bound to a token that works once'),
			at('contract/store.test.ts', 'spends a token once, and only while the attempt lasts'),
		],
	},
	{
		id: 'X11',
		of: ['R16'],
		fault: 'A restore over newer work of the user.',
		tests: [
			at('integration/checkpoint/restore.test.ts', 'brings back $name, and its undo and the undo of that are exact'),
			at('e2e/run.test.ts', 'brings every file back from the first checkpoint, and the agents’ work with the command that it prints'),
			at('unit/cli/checkpoint.test.ts', "makes the user's own work stand out and counts it"),
		],
	},
	{
		id: 'X12',
		of: ['R18'],
		fault: 'An agent that asks for a restore each time.',
		tests: [
			at('e2e/crash.test.ts', 'is granted for its own step where the workflow says so, once'),
			at(DESK, 'grants the checkpoint of the agent’s own step without a person, once'),
			at('unit/workflow/core.test.ts', 'runs a restored step again without spending a retry, but not for ever'),
		],
	},
];
