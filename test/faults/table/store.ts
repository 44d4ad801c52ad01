import {at, type Row} from './entry.ts';

const OPEN = 'integration/monitoring/sqlite-open.test.ts';
const DISK = 'faults/store/disk.test.ts';
const LOST = 'a run whose store is %s says so, starts nothing more, leaves no process, ends with 5, and goes on when what is saved is put back';
const LOST_HERE = 'acknowledges nothing more when the store was %s while it is open, and saves all that it acknowledged';
const SYSCALLS = 'faults/store/syscalls.test.ts';
const KILLED = at('faults/workflow/kill.test.ts', 'loses nothing and does nothing twice, ${KILLS} times');

/** S: the store. C: clocks and identities. */
export const STORE: readonly Row[] = [
	{id: 'S1', of: ['R1', 'R2'], fault: 'rad is killed at any moment.', tests: [KILLED]},
	{
		id: 'S2',
		of: ['R1', 'R2'],
		fault: 'rad is killed at the n-th write to the disk.',
		tests: [
			at(SYSCALLS, 'holds all that was acknowledged when the program is killed at any write'),
			at('faults/workflow/kill.test.ts', 'is registered', 'has ended', 'is recorded'),
		],
	},
	{
		id: 'S3',
		of: ['R1'],
		fault: 'A power cut.',
		tests: [
			at(OPEN, 'acknowledges nothing before it is on the disk'),
			at(
				'faults/power/cut.test.ts',
				'is played on a model that knows everything that rad does to a disk',
				'loses nothing that was acknowledged, ${CUTS} times',
			),
		],
		open: 'a restore that is cut while git writes the user’s index leaves git’s lock on it, which rad names, and leaves to the user.',
	},
	{
		id: 'S4',
		of: ['R3'],
		fault: 'The disk of the store is full.',
		tests: [at(DISK, 'ends the run with 5, leaves no process, is still read, and goes on with what it holds when there is room')],
	},
	{
		id: 'S5',
		of: ['R3', 'R1'],
		fault: 'The disk of the store has errors.',
		tests: [
			at(
				SYSCALLS,
				'is named as one whose disk fails, and holds all that was acknowledged, when reads, writes or their making sure of it fail',
				'ends a run with 5 when writing fails, without a process left, and the run can be gone on with',
			),
		],
	},
	{
		id: 'S6',
		of: ['R3', 'R4'],
		fault: 'The store is on a file system that is read-only.',
		tests: [
			at(
				DISK,
				'is read by whoever only looks%s, and stays byte for byte',
				', with what only its log holds',
				', with what only its log holds, and no index of that',
			),
		],
	},
	{
		id: 'S7',
		of: ['R3'],
		fault: 'The store is garbage, or empty.',
		tests: [
			at(OPEN, 'names %s and leaves it as it is', 'text', 'nothing at all'),
			at('e2e/run.test.ts', 'names a store that holds %s, and keeps it'),
		],
	},
	{
		id: 'S8',
		of: ['R3'],
		fault: 'Pages of the store were written over.',
		tests: [at('e2e/doctor.test.ts', 'finds a store of which pages are overwritten, and one that is no store at all')],
		open: 'only rad doctor looks at every page: that takes longer the more there is, so no run begins with it.',
	},
	{
		id: 'S9',
		of: ['R3'],
		fault: 'The store was cut short.',
		tests: [at(OPEN, 'a store that was cut'), at('e2e/run.test.ts', 'half of it')],
	},
	{
		id: 'S10',
		of: ['R3', 'R27'],
		fault: 'The store, or all of .radium, is deleted while a run is at work.',
		tests: [
			at('faults/lost-store.test.ts', LOST, 'removed'),
			at(OPEN, LOST_HERE, 'removed', 'removed with its folder'),
			at(OPEN, 'tells that a store is lost also where nothing of it can be saved'),
		],
	},
	{
		id: 'S11',
		of: ['R3', 'R27'],
		fault: 'The store is replaced by another file while a run is at work.',
		tests: [at('faults/lost-store.test.ts', LOST, 'replaced by another one'), at(OPEN, LOST_HERE, 'replaced')],
	},
	{
		id: 'S12',
		of: ['R3'],
		fault: 'The log of the store that is written ahead is deleted.',
		tests: [at('faults/lost-store.test.ts', LOST, 'robbed of its log'), at(OPEN, LOST_HERE, 'robbed of its log', 'robbed of the index of its log')],
		open: 'it is noticed by a rad that has the store open; when none has, what only the log held is gone unnoticed.',
	},
	{
		id: 'S13',
		of: ['R3'],
		fault: 'The store is copied while it is written.',
		tests: [at('integration/monitoring/sqlite-copy.test.ts', 'holds what is in the log of another process only, which stays as it is')],
		open: 'rad reads a whole copy for itself; there is no command that makes a backup.',
	},
	{
		id: 'S14',
		of: ['R26', 'R4'],
		fault: 'Somebody holds the write lock of the store.',
		tests: [at(OPEN, 'says who is in the way when the store stays locked')],
		open: 'the dashboard waits as long as commands do, and stands still meanwhile.',
	},
	{
		id: 'S15',
		of: ['R2'],
		fault: 'A transaction that reads wants to write.',
		not: 'Each member of the store is one transaction that takes the write lock first.',
	},
	{
		id: 'S16',
		of: ['R4'],
		fault: 'A reader that never ends.',
		tests: [at('faults/soak/soak.test.ts', 'grows in nothing, loses nothing and leaves nothing behind, in ${SECONDS} s')],
	},
	{id: 'S17', of: ['R3'], fault: 'The store was written by a newer rad.', tests: [at(OPEN, 'leaves a store of a newer rad alone')]},
	{id: 'S18', of: ['R3'], fault: 'The store is the database of another program.', tests: [at(OPEN, 'names the database of another program')]},
	{
		id: 'S19',
		of: ['R1', 'R3'],
		fault: 'rad is killed while it brings a store to a new schema.',
		tests: [
			at(SYSCALLS, 'has the old schema or the new one when the program is killed while it brings it to the new one'),
			at('integration/monitoring/sqlite-copy.test.ts', 'has the newest schema, also where the store has the first one'),
		],
	},
	{
		id: 'S20',
		of: ['R3'],
		fault: 'The store is on a disk of another machine.',
		tests: [at('unit/workflow/checkup.test.ts', 'judges %s', 'a disk of another machine')],
		open: 'rad doctor warns; other commands do not, and use a log that is written ahead.',
	},
	{
		id: 'S21',
		of: ['R1', 'R4'],
		fault: 'Many writers and many readers for a long time.',
		tests: [
			at('e2e/events.test.ts', 'loses and repeats nothing, with several writers and when it begins again'),
			at('faults/soak/soak.test.ts', 'grows in nothing, loses nothing and leaves nothing behind, in ${SECONDS} s'),
		],
		open: 'how long a writer waits for another is measured in docs/benchmarks.md, and no test fails when it grows.',
	},
	{
		id: 'S22',
		of: ['R1'],
		fault: 'A SQLite that can lose committed rows. Each rad brings its own, of one version.',
		tests: [at(OPEN, 'is done by a SQLite that loses no committed row'), at('unit/workflow/checkup.test.ts', 'judges SQLite %s')],
	},
	{
		id: 'S23',
		of: ['R27'],
		fault: 'The native module is missing or was built for another Node.',
		tests: [
			at(
				'faults/store/native-module.test.ts',
				'that is %s is named in two lines, with what mends it and exit code 6, whatever the command',
				'missing',
				'no module of this Node',
			),
		],
	},
	{
		id: 'C1',
		of: ['R5'],
		fault: 'The clock is set back in the middle of a run.',
		tests: [
			at('unit/domain/ids.test.ts', 'makes greater ids whatever the clock and the random do'),
			at('faults/clock.test.ts', 'a run whose clock is set back in its middle ends, tells that it was, and keeps its order; its checkpoints restore'),
		],
	},
	{
		id: 'C2',
		of: ['R5', 'R8'],
		fault: 'The machine sleeps, or rad is stopped for a while.',
		tests: [at('faults/interrupted.test.ts', 'after rad and its shim were stopped for longer than the agent may print nothing')],
	},
	{
		id: 'C3',
		of: ['R22'],
		fault: 'Summer time, another time zone, distant years.',
		tests: [
			at('unit/telemetry/pricing.test.ts', 'is the one of its day'),
			at('faults/surroundings.test.ts', 'another language, and a zone that has summer all year', 'a language and a zone that there are not'),
			at('faults/clock.test.ts', 'a workflow runs and is undone in the year %s'),
		],
	},
	{
		id: 'C4',
		of: ['R7'],
		fault: 'Another process has the number of an agent.',
		tests: [at('contract/process-table.test.ts', 'never signals a process that has the number of another')],
	},
	{
		id: 'C5',
		of: ['R5', 'R7'],
		fault: 'A reboot in the middle of a run.',
		tests: [
			at(
				'e2e/reboot.test.ts',
				'after a reboot every live agent is lost, no other process is touched, and the run can be gone on with',
				'after a reboot a run can be cancelled without touching any other process',
			),
		],
	},
];
