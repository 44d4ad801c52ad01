import {randomBytes, randomInt} from 'node:crypto';
import {existsSync, renameSync} from 'node:fs';
import path from 'node:path';
import {describeEngines} from './agents/describe-engines.ts';
import {createEngines, type Engines} from './agents/engines/create-engines.ts';
import {findProgram} from './agents/find-program.ts';
import {createLazyHookSettings} from './agents/hook-settings/lazy-hook-settings.ts';
import {createHttpHooks} from './agents/http-hooks.ts';
import {createImports} from './agents/imports-service.ts';
import type {ProcessTable} from './agents/process-table.ts';
import {createSupervisor, type Supervisor} from './agents/supervisor.ts';
import {loadCheckpointSettings} from './checkpoint/checkpoint-settings.ts';
import {createLazyCheckpoints} from './checkpoint/lazy-checkpoints.ts';
import {markerIn} from './checkpoint/restore-marker.ts';
import {createSqliteLock} from './checkpoint/sqlite-lock.ts';
import type {Check} from './domain/checkup.ts';
import type {Clock} from './domain/clock.ts';
import type {Configuration, DashboardKeys} from './domain/configuration.ts';
import type {Recordings} from './domain/dashboard.ts';
import {isFailure} from './domain/failures.ts';
import type {HookSettings} from './domain/hooks.ts';
import {createIds, type Ids} from './domain/ids.ts';
import type {Imports} from './domain/imports.ts';
import type {Host, Rad, StartOptions, StartPreview, WorkspaceInfo} from './domain/rad.ts';
import type {ProcessIdentity, Run} from './domain/records.ts';
import {openLogWriter} from './logs/log-writer.ts';
import {createLogs} from './logs/logs-service.ts';
import type {Redactor} from './logs/redactor.ts';
import {createEventFeed} from './monitoring/event-feed.ts';
import {createMonitor, createTelemetry} from './monitoring/monitor-service.ts';
import {createPatientStore} from './monitoring/patient-store.ts';
import {openSqliteCopy, openSqliteStore, openSqliteStoreAnyway} from './monitoring/sqlite-store.ts';
import type {Store} from './monitoring/store-port.ts';
import {createWorkspacePrices, PRICE_FILE, type WorkspacePrices} from './telemetry/price-file.ts';
import {createPrices} from './telemetry/prices-service.ts';
import type {AttemptPorts} from './workflow/attempt-ports.ts';
import {cancelRun} from './workflow/cancel-run.ts';
import {createCheckpoints} from './workflow/checkpoints-of-workspace.ts';
import {toEngineRules} from './workflow/engine-rules.ts';
import {createNotify} from './workflow/notify-by-hand.ts';
import {notifyOfRuns} from './workflow/notify-of-runs.ts';
import {previewStart} from './workflow/preview-start.ts';
import {attemptDirectory} from './workflow/read-attempt.ts';
import {createRequestDesk} from './workflow/request-desk.ts';
import {createRequests} from './workflow/requests-service.ts';
import {createRuns, type RunsService} from './workflow/runs-service.ts';
import {createRunnerStarter} from './workflow/start-runner.ts';
import {createUpkeep} from './workflow/upkeep.ts';
import {createWorkflowLibrary, type WorkflowLibrary} from './workflow/workflow-library.ts';
import {createConfiguration} from './workspace/configuration.ts';
import {createDemo} from './workspace/demo/create-demo.ts';
import {examineDisk} from './workspace/examine-disk.ts';
import {findRadium, findWorkspace, toRealDirectory} from './workspace/find-workspace.ts';
import {initWorkspace} from './workspace/init-workspace.ts';
import type {Layout} from './workspace/layout.ts';
import {createLazySettingsDesk} from './workspace/lazy-settings-desk.ts';
import {recordingFiles} from './workspace/recording-file.ts';
import {findRescueDirectory, findStateDirectory} from './workspace/state-directory.ts';
import {findWorkspaceKind} from './workspace/workspace-kind.ts';
import {writeOutputFile} from './workspace/write-output-file.ts';
import {createLazyWorktrees} from './worktrees/lazy-worktrees.ts';
import type {Worktrees} from './worktrees/worktrees-port.ts';

/** What the machine gives; made by `main`, or by a test. */
export type Machine = {
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly processes: ProcessTable;
	readonly self: ProcessIdentity;
	/** Undefined where there are no user ids. */
	readonly userId: number | undefined;
	readonly nodePath: string;
	/** As `v20.19.0`. */
	readonly nodeVersion: string;
	/** The folder of the built programs: shim, player, runner, recordings. */
	readonly programs: string;
	readonly temporaryDirectory: string;
	/** Aborted when the user asks a second time to stop. */
	readonly killSignal: AbortSignal;
	/** Hears what goes wrong where nobody waits for it. */
	readonly onError: (error: unknown) => void;
	/** Knows the secrets of the environment, and learns those that workflows name. */
	readonly redactor: Redactor;
};

/** A `Rad` with what only the program of a background run needs. */
export type OpenRad = Rad & {readonly runs: RunsService};

const MAX_LOG_BYTES = 64 * 1024 * 1024;

type DashboardMembers = Pick<Host, 'showDashboard' | 'drawDashboard'> & {readonly recordings: Pick<Recordings, 'show' | 'draw'>};

type LoadKeys = () => Promise<DashboardKeys>;

/** Makes the host: the program's parts, put together for one machine. Nothing is opened yet. */
export const composeHost = (machine: Machine, {loadKeys, ...dashboard}: DashboardMembers & {readonly loadKeys: LoadKeys}): Host => ({
	open: directory => openRad(machine, directory),
	openWorkflows: directory =>
		createLibrary(findWorkspace(directory, machine.userId), {engines: toEngines(machine), environment: machine.environment}),
	previewStart: (directory, options) => previewHere(machine, directory, options),
	init: directory => initHere(machine, directory),
	createDemo: () =>
		createDemo({temporaryDirectory: machine.temporaryDirectory, environment: machine.environment, init: directory => initHere(machine, directory)}),
	listEngines: ({signal}) => describeEngines({engines: toEngines(machine), findProgram, environment: machine.environment, signal}),
	checks: directory => createChecks(machine, directory, loadKeys),
	settings: directory => createLazySettingsDesk({...machine, ...findRadium(directory, machine.userId), loadKeys}),
	workflowSchema: loadWorkflowSchema,
	hooks: createHooks(machine),
	writeFile: async (file, {directory, text}) => writeOutputFile(path.resolve(directory, file), text),
	...dashboard,
	recordings: {...dashboard.recordings, ...recordingFiles},
});

/** Loaded only where it is asked for: the schema library is the largest part of the program. */
const loadWorkflowSchema = async (): Promise<unknown> => {
	const {toJsonSchema} = await import('./workflow/format/zod-json-schema.ts');
	return toJsonSchema();
};

const createHooks = (machine: Machine): HookSettings =>
	createLazyHookSettings({
		environment: machine.environment,
		nodePath: machine.nodePath,
		hookFile: path.join(machine.programs, 'tool-hook.cjs'),
		findStateDirectory: () => findStateDirectory(machine.environment),
	});

/** The larger parts are loaded only here: other commands need none of them. */
const createChecks = (machine: Machine, directory: string, loadKeys: LoadKeys): readonly Check[] => {
	const {environment, userId} = machine;
	const checkup = () => import('./workflow/checkup.ts');
	const layout = () => findWorkspace(directory, userId);
	const withRad = async <Result>(use: (rad: Rad) => Promise<Result>): Promise<Result> => {
		const rad = await openRad(machine, directory);
		try {
			return await use(rad);
		} finally {
			await rad.close();
		}
	};
	return [
		{name: 'node', isNeeded: false, run: async () => [{state: 'good', text: `Node.js ${machine.nodeVersion}`, cure: null}]},
		{name: 'hooks', isNeeded: false, run: async () => (await checkup()).judgeHooks(await createHooks(machine).list())},
		{
			name: 'configuration',
			isNeeded: false,
			run: async () => {
				const {radium} = findRadium(directory, userId);
				return (await checkup()).judgeConfiguration(createConfiguration({radium, environment, userId}), loadKeys);
			},
		},
		{name: 'workspace', isNeeded: true, run: async () => [{state: 'good', text: layout().root, cure: null}]},
		{
			name: 'git',
			isNeeded: false,
			run: async () => {
				const {describeCheckpointing} = await import('./checkpoint/open-checkpoints.ts');
				const place = {workspaceRoot: layout().root, stateDirectory: findStateDirectory(environment), environment};
				return [{state: 'good', text: (await describeCheckpointing(place)).note, cure: null}];
			},
		},
		{name: 'disk', isNeeded: false, run: async () => (await checkup()).judgeDisk(examineDisk(layout().radium))},
		{
			name: 'store',
			isNeeded: true,
			run: async () => {
				const {examineSqliteStore} = await import('./monitoring/sqlite-examine.ts');
				return (await checkup()).judgeStore(examineSqliteStore(layout().database), layout().database);
			},
		},
		{name: 'runs', isNeeded: false, run: () => withRad(async rad => examineRuns(machine, layout(), await rad.runs.list(), await checkup()))},
		{name: 'checkpoints', isNeeded: false, run: signal => withRad(async rad => (await checkup()).examineCheckpoints(rad, signal))},
	];
};

const examineRuns = async (machine: Machine, layout: Layout, runs: readonly Run[], checkup: typeof import('./workflow/checkup.ts')) => [
	...checkup.judgeRuns(runs, machine.processes),
	...checkup.judgeWorktrees(await createWorktrees(machine, layout).list(), layout.worktrees, runs),
];

/** Opens the workspace of a folder. @throws {RadError} see `Host.open`. */
export const openRad = async (machine: Machine, directory: string): Promise<OpenRad> => {
	const layout = findWorkspace(directory, machine.userId);
	const ids = toIds(machine);
	const store = openSqliteStoreAnyway(layout.database, {...machine, rescueDirectory: findRescueDirectory(machine.environment)});
	try {
		return assemble(machine, layout, ids, store, toRealDirectory(directory));
	} catch (error) {
		store.close();
		throw error;
	}
};

/** Works on a copy of the store, since opening one can change its files. */
const previewHere = async (machine: Machine, directory: string, options: StartOptions): Promise<StartPreview> => {
	const {clock, self, environment, processes} = machine;
	const layout = findWorkspace(directory, machine.userId);
	await createConfiguration({...layout, ...machine}).load();
	const store = openSqliteCopy(layout.database, machine.temporaryDirectory);
	try {
		const programs = {engines: toEngines(machine), findProgram, environment};
		const library = checkPricesFirst(createLibrary(layout, programs), createWorkspacePrices(path.join(layout.radium, PRICE_FILE)));
		const ports = {
			...programs,
			worktrees: createWorktrees(machine, layout),
			clock,
			processes,
			store,
			supervisor: toSupervisor(machine),
			runsDirectory: layout.runs,
		};
		const runId = toIds(machine).next('run');
		const preview = await previewStart(ports, library, {runId, self, options});
		return {...preview, finishesRestore: existsSync(markerIn(layout.root))};
	} finally {
		store.close();
	}
};

const toIds = ({clock}: Machine): Ids => createIds({now: clock.now, randomInt: below => randomInt(below)});

const toSupervisor = ({clock, processes, self, nodePath, programs}: Machine): Supervisor =>
	createSupervisor({nodePath, shimFile: path.join(programs, 'shim.cjs'), self, processes, clock});

const initHere = async (machine: Machine, directory: string) => {
	const {environment} = machine;
	const workspaceRoot = toRealDirectory(directory);
	const {describeCheckpointing} = await import('./checkpoint/open-checkpoints.ts');
	const checkpointing = await describeCheckpointing({workspaceRoot, stateDirectory: findStateDirectory(environment), environment});
	const {layout, created} = initWorkspace(checkpointing.top, machine.userId, {
		createStore: file => openSqliteStore(file, {create: true}).close(),
		workflowSchema: `${JSON.stringify(await loadWorkflowSchema(), null, 2)}\n`,
	});
	// Opening proves that what was there before is usable.
	openSqliteStore(layout.database, {create: false}).close();
	const workspace: WorkspaceInfo = {root: layout.root, kind: checkpointing.kind, directory: workspaceRoot};
	return {workspace, created, checkpointNote: checkpointing.note};
};

const assemble = (machine: Machine, layout: Layout, ids: Ids, store: Store, directory: string): OpenRad => {
	const {clock, processes, self, environment} = machine;
	const configuration = createConfiguration({...layout, ...machine});
	const checkpoints = createLazyCheckpoints(async () => {
		// Loaded only here: listing agents needs no git.
		const {openCheckpoints} = await import('./checkpoint/open-checkpoints.ts');
		return openCheckpoints({
			workspaceRoot: layout.root,
			stateDirectory: findStateDirectory(environment),
			environment,
			settings: await loadCheckpointSettings(configuration),
			clock,
			ids,
			identify: () => self,
		});
	});
	const prices = createWorkspacePrices(path.join(layout.radium, PRICE_FILE));
	const ports = {...toPorts(machine, layout, {ids, store, checkpoints, prices, configuration}), worktrees: createWorktrees(machine, layout)};
	const upkeep = createUpkeep(ports, machine.onError);
	const patient = createPatientStore(store, clock);
	const desk = createRequestDesk({store: patient, processes, clock, ids, findCheckpoint: id => checkpoints.find(id).catch(toUndefined)});
	const library = createLibrary(layout, ports);
	const startRunner = createRunnerStarter({
		...machine,
		workspaceRoot: layout.root,
		runsDirectory: layout.runs,
		store,
		runnerFile: path.join(machine.programs, 'runner.js'),
	});
	const events = createEventFeed({store, clock, upkeep, onError: machine.onError});
	const ofRuns = {ports: {...ports, store: patient}, desk, library: checkPricesFirst(library, prices), self, upkeep, startRunner};
	const runs = notifyOfRuns({...ofRuns, configuration, runs: createRuns(ofRuns)});
	return {
		workspace: {root: layout.root, kind: findWorkspaceKind(layout.root), directory},
		workflows: library,
		runs,
		monitor: createMonitor(store, upkeep),
		telemetry: createTelemetry(store),
		imports: checkPricesOfImports(createImports({...ports, store: patient, self, withLock: createImportLock(layout, machine)}), prices),
		prices: createPrices({load: prices.load, records: store.listUsage, now: clock.now}),
		checkpoints: createCheckpoints({
			service: checkpoints,
			store,
			clock,
			upkeep,
			cancel: id => cancelRun(ports, id, 'graceful'),
			isRestoreUnfinished: () => existsSync(markerIn(layout.root)),
		}),
		requests: createRequests({store, desk, checkpoints, processes, clock, self}),
		logs: createLogs({
			workspaceRoot: layout.root,
			resolveRaw: agent =>
				agent.agentType === 'sub-agent' ? null : path.join(attemptDirectory(layout.runs, agent.planId, agent.stepId, agent.attempt), 'stdout'),
			isOver: async id => (await store.getAgent(id))?.endedAt !== null,
			clock,
		}),
		events,
		configuration,
		notify: createNotify({configuration, ports}),
		close: async () => {
			await runs.close();
			await events.close();
			store.close();
		},
	};
};

const createWorktrees = ({environment}: Machine, {root, worktrees: folder}: Layout): Worktrees =>
	createLazyWorktrees(folder, async () => {
		const {openWorktrees} = await import('./worktrees/open-worktrees.ts');
		return openWorktrees({workspaceRoot: root, stateDirectory: findStateDirectory(environment), environment, folder});
	});

const createImportLock = ({radium}: Layout, {clock, self}: Machine) =>
	createSqliteLock({
		path: path.join(radium, 'import.lock'),
		holderPath: path.join(radium, 'import.json'),
		subject: 'an import',
		busy: 'STORE_BUSY',
		clock,
		identify: () => self,
	});

/** What is imported without prices would stay without. */
const checkPricesOfImports = (imports: Imports, prices: WorkspacePrices): Imports => ({
	...imports,
	run: async options => {
		prices.load();
		return imports.run(options);
	},
});

/** A run whose costs could not be estimated as the user wants is not started. */
const checkPricesFirst = (library: WorkflowLibrary, {load}: WorkspacePrices): WorkflowLibrary => ({
	...library,
	load: async name => {
		load();
		return library.load(name);
	},
});

type Parts = Pick<AttemptPorts, 'ids' | 'store' | 'checkpoints'> & {readonly prices: WorkspacePrices; readonly configuration: Configuration};

const toPorts = (machine: Machine, layout: Layout, {ids, store, checkpoints, prices, configuration}: Parts): Omit<AttemptPorts, 'worktrees'> => {
	const {clock, processes, self, environment, redactor} = machine;
	return {
		store,
		checkpoints,
		clock,
		ids,
		processes,
		environment,
		supervisor: toSupervisor(machine),
		engines: toEngines(machine),
		findProgram,
		hooks: createHttpHooks({createToken}),
		pricing: prices.pricing,
		workspaceRoot: layout.root,
		database: layout.database,
		runsDirectory: layout.runs,
		logsDirectory: layout.logs,
		redact: redactor.redact,
		hide: names => redactor.learn(names.map(name => ({name, value: environment[name] ?? ''}))),
		killSignal: machine.killSignal,
		openLog: (file, {fresh}) => {
			// Written anew beside the old one and put in its place as a whole: another rad may be doing the same.
			const target = fresh ? `${file}.${self.pid}` : file;
			const writer = openLogWriter({file: target, fresh, clock, redactor, maxBytes: MAX_LOG_BYTES});
			return fresh ? {...writer, close: () => writer.close().then(() => renameSync(target, file))} : writer;
		},
		unattendedMs: async () => (await configuration.loadAnyway()).settings.unattendedMs,
		random: Math.random,
		createToken,
	};
};

const toEngines = ({nodePath, programs}: Machine): Engines =>
	createEngines({
		nodePath,
		playerFile: path.join(programs, 'player.js'),
		recordingsDirectory: path.join(programs, 'recordings'),
		agentFile: path.join(programs, 'api-agent.js'),
		hookFile: path.join(programs, 'hook.js'),
		geminiHookSettings: path.join(programs, 'gemini-hook-settings.json'),
		findProgram,
	});

const createToken = (): string => randomBytes(32).toString('hex');

const createLibrary = ({root, workflows}: Layout, rules: Parameters<typeof toEngineRules>[0]): WorkflowLibrary =>
	createWorkflowLibrary({workspaceRoot: root, workflowsDirectory: workflows, engines: toEngineRules(rules, root)});

const toUndefined = (error: unknown): undefined => {
	if (isFailure(error)) return undefined;
	throw error;
};
