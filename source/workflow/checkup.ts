import type {ProcessTable} from '../agents/process-table.ts';
import {RUN_MARK} from '../agents/supervisor.ts';
import type {Finding} from '../domain/checkup.ts';
import type {Configuration, DashboardKeys} from '../domain/configuration.ts';
import type {RadError} from '../domain/failures.ts';
import {formatInteger} from '../domain/figures.ts';
import type {HookInfo} from '../domain/hooks.ts';
import type {Rad} from '../domain/rad.ts';
import type {Run, VerifyResult} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import {formatProblem} from '../domain/workflow-problem.ts';
import type {StoreExamination} from '../monitoring/sqlite-examine.ts';
import type {DiskExamination} from '../workspace/examine-disk.ts';

/** Before it, a database with a log that is written ahead could lose what was committed (sqlite.org, release notes of 3.51.3). */
const SOUND_SQLITE = [3, 51, 3];

const LITTLE_BYTES = 1e9;
const NEARLY_NO_BYTES = 1e8;

export const judgeStore = ({sqliteVersion, problems}: StoreExamination, file: string): readonly Finding[] => [
	problems.length === 0
		? {state: 'good', text: `SQLite ${sqliteVersion}; every page of the store is sound`, cure: null}
		: {
				state: 'bad',
				text: `the store is damaged: ${problems.join('; ')}`,
				cure: `move it away and keep it: mv ${file} ${file}.damaged; then rad init`,
			},
	...(isSound(sqliteVersion)
		? []
		: [
				{
					state: 'bad' as const,
					text: `SQLite ${sqliteVersion} can lose committed rows`,
					cure: 'install rad anew: its better-sqlite3 brings SQLite 3.51.3 or newer',
				},
			]),
];

const isSound = (version: string): boolean => {
	const parts = version.split('.').map(Number);
	const different = SOUND_SQLITE.findIndex((part, index) => parts[index] !== part);
	return different === -1 || (parts[different] ?? 0) > (SOUND_SQLITE[different] ?? 0);
};

/** What the files of settings say, or every mistake in them, also in the keys of the dashboard. */
export const judgeConfiguration = async (
	{loadAnyway}: Pick<Configuration, 'loadAnyway'>,
	loadKeys: () => Promise<DashboardKeys>,
): Promise<readonly Finding[]> => {
	const {settings, failure} = await loadAnyway();
	const {files, keys} = settings;
	const wrongKeys = keys.length === 0 ? [] : (await loadKeys()).findProblems(keys);
	const findings = [
		...(failure === null ? [] : tellFailure(failure)),
		...wrongKeys.map(problem => ({
			state: 'bad' as const,
			text: formatProblem(problem),
			cure: 'mend or remove that line; rad help configuration',
		})),
	];
	return findings.length > 0 ? findings : files.map(file => ({state: 'good', text: `${file} can be used`, cure: null}));
};

const tellFailure = ({details, message, hint}: RadError): readonly Finding[] => {
	const {problems} = details;
	return (typeof problems === 'object' ? problems : [message]).map(text => ({state: 'bad', text, cure: hint ?? null}));
};

export const judgeDisk = ({freeBytes, network}: DiskExamination): readonly Finding[] => {
	const free = `${formatInteger(Math.floor(freeBytes / 1e6))} MB are free`;
	const cure = 'make room; rad checkpoint prune removes old checkpoints';
	return [
		...(network === null
			? []
			: [
					{
						state: 'warning' as const,
						text: `the workspace is on ${network}, where the store can be damaged when two machines use it`,
						cure: 'keep it on a disk of this machine',
					},
				]),
		freeBytes < LITTLE_BYTES
			? {state: freeBytes < NEARLY_NO_BYTES ? 'bad' : 'warning', text: `only ${free} on the disk`, cure}
			: {state: 'good', text: `${free} on the disk`, cure: null},
	];
};

/** Runs that nobody drives, and processes of runs that are over. */
export const judgeRuns = (runs: readonly Run[], processes: Pick<ProcessTable, 'listMarked'>): readonly Finding[] => {
	const stale = runs
		.filter(({status}) => status === 'interrupted')
		.map(
			({id, workflow}): Finding => ({
				state: 'warning',
				text: `run ${id} of ${workflow} was interrupted: the rad that drove it is gone`,
				cure: `rad resume ${id} goes on with it, rad cancel ${id} ends what is left of it`,
			}),
		);
	const over = new Map<string, Run>(runs.filter(({status}) => isRunOver(status)).map(run => [run.id, run]));
	const orphans = processes.listMarked(RUN_MARK).filter(({value}) => over.has(value));
	const left = [...new Set(orphans.map(({value}) => value))].map((runId): Finding => {
		const pids = orphans.filter(({value}) => value === runId).map(({identity}) => identity.pid);
		return {
			state: 'bad',
			text: `run ${runId} of ${over.get(runId)?.workflow} is over, and ${pids.length === 1 ? 'a process of it is' : 'processes of it are'} left: ${pids.join(', ')}`,
			cure: `kill ${pids.join(' ')}`,
		};
	});
	const found = [...stale, ...left];
	return found.length === 0 ? [{state: 'good', text: 'no run was left by its rad, and no process by its run', cure: null}] : found;
};

/** Work trees that nothing will remove any more. `names` are those of their folders. */
export const judgeWorktrees = (names: readonly string[], folder: string, runs: readonly Run[]): readonly Finding[] => {
	const known = new Map<string, Run>(runs.map(run => [run.id, run]));
	return names.flatMap((name): readonly Finding[] => {
		const run = known.get(name);
		if (run !== undefined && !isRunOver(run.status)) return [];
		const why = run === undefined ? 'there is no such run' : 'the run is over, and they hold what git cannot keep';
		const cure = `look at what is in it, then: rm -r ${folder}/${name} && git worktree prune`;
		return [{state: 'warning', text: `the work trees of ${name} are left: ${why}`, cure}];
	});
};

export const judgeCheckpoints = ({checkpoints, objects, damaged}: VerifyResult, isRestoreUnfinished: boolean): readonly Finding[] => [
	...(isRestoreUnfinished ? [{state: 'bad' as const, text: 'a restore was cut short', cure: 'rad checkpoint resume'}] : []),
	...damaged.map(
		({checkpointId, problems}): Finding => ({
			state: 'bad',
			text: `checkpoint ${checkpointId} cannot be restored whole: ${problems.join('; ')}`,
			cure: 'the others are not affected; rad checkpoint list shows them',
		}),
	),
	...(damaged.length === 0
		? [
				{
					state: 'good' as const,
					text:
						checkpoints === 0
							? 'there are none yet'
							: `all ${formatInteger(checkpoints)} can be restored; ${formatInteger(objects)} objects were read`,
					cure: null,
				},
			]
		: []),
];

export const judgeHooks = (hooks: readonly HookInfo[]): readonly Finding[] => {
	const installed = hooks.filter(({state}) => state === 'installed').map(({engine}) => engine);
	return [
		...hooks.flatMap(({engine, state, file}): readonly Finding[] => {
			if (state === 'outdated')
				return [{state: 'warning', text: `the hook of ${engine} calls another rad than this: ${file}`, cure: `rad hook install ${engine}`}];
			return state === 'unreadable'
				? [{state: 'warning', text: `the settings of ${engine} cannot be read: ${file}`, cure: `mend the file, then rad hook status`}]
				: [];
		}),
		...(installed.length === 0 ? [] : [{state: 'good' as const, text: `the hook is installed for ${installed.join(', ')}`, cure: null}]),
	];
};

/** Reads what the checkpoints hold; takes its time. */
export const examineCheckpoints = async (rad: Pick<Rad, 'checkpoints'>, signal: AbortSignal): Promise<readonly Finding[]> =>
	judgeCheckpoints(await rad.checkpoints.verify({signal}), rad.checkpoints.isRestoreUnfinished());
