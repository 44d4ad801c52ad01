import type {PromiseId} from './table/entry.ts';

/** A part of the full run: tests, and what makes them long. */
export type Stage = {
	/** As it is typed. */
	readonly name: string;
	readonly summary: string;
	/** What its figures say something of. */
	readonly promises: readonly PromiseId[];
	readonly files: readonly string[];
	/** Variables that the tests read; without them they are as short as in an ordinary run. */
	readonly long: Readonly<Record<string, string>>;
};

/** Named apart, since its length is chosen. */
export const SOAK = 'soak';
export const SOAK_SECONDS = 'RAD_TEST_SOAK_SECONDS';

const HOUR_SECONDS = 3600;

export const STAGES: readonly Stage[] = [
	{
		name: 'runs',
		summary: 'kill -9 of rad in runs and in what resumes them',
		promises: ['R1', 'R2', 'R5', 'R6'],
		files: ['test/faults/workflow/kill.test.ts'],
		long: {RAD_TEST_RUN_KILLS: '300'},
	},
	{
		name: 'restores',
		summary: 'kill -9 of restores',
		promises: ['R16'],
		files: ['test/faults/checkpoint/kill.test.ts'],
		long: {RAD_TEST_KILLS: '1000'},
	},
	{
		name: 'cuts',
		summary: 'power cuts while rad writes',
		promises: ['R1', 'R9', 'R16'],
		files: ['test/faults/power/cut.test.ts'],
		long: {RAD_TEST_CUTS: '100'},
	},
	{
		name: 'races',
		summary: 'two runs that begin in the same moment',
		promises: ['R25'],
		files: ['test/faults/two-runs.test.ts'],
		long: {RAD_TEST_RACES: '100'},
	},
	{
		name: 'inputs',
		summary: 'random inputs that want to steer a terminal, or to be taken for a request to restore',
		promises: ['R11', 'R18'],
		files: ['test/faults/fuzz.test.ts'],
		long: {RAD_TEST_INPUTS: '1000000'},
	},
	{
		name: 'frames',
		summary: 'random pictures of the dashboard with such texts in them',
		promises: ['R11'],
		files: ['test/faults/tui/hostile-output.test.tsx'],
		long: {RAD_TEST_FRAMES: '10000'},
	},
	{
		name: 'code',
		summary: 'commands of rad beside programs that the repository names',
		promises: ['R15'],
		files: ['test/faults/checkpoint/code-execution.test.ts'],
		long: {},
	},
	{
		name: SOAK,
		summary: 'one long run, with a dashboard, followers, readers and writers beside it',
		promises: ['R6', 'R8', 'R9', 'R11', 'R13'],
		files: ['test/faults/soak/soak.test.ts'],
		long: {[SOAK_SECONDS]: String(HOUR_SECONDS)},
	},
];
