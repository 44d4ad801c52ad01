import {Writable} from 'node:stream';
import {runCli} from '../../../source/cli/run-cli.ts';
import type {DashboardOptions, PictureOptions} from '../../../source/domain/dashboard.ts';
import type {Pager} from '../../../source/domain/pager.ts';
import type {Host, Rad} from '../../../source/domain/rad.ts';
import type {EngineInfo} from '../../../source/domain/records.ts';
import {T0} from '../../support/builders.ts';
import {createFakeRad, type FakeRad} from '../../support/fake-rad.ts';
import {createFakeSettings} from '../../support/fake-settings.ts';

export type Situation = {
	readonly fake?: FakeRad;
	/** Replaces members of the fake. */
	readonly rad?: Partial<Rad>;
	readonly host?: Partial<Host>;
	readonly engines?: readonly EngineInfo[];
	readonly isTerminal?: boolean;
	readonly columns?: number;
	readonly measure?: () => {readonly columns: number; readonly rows: number};
	readonly color?: boolean;
	/** What the person types when asked; undefined: nobody is there. */
	readonly answers?: readonly string[] | undefined;
	readonly pager?: Pager;
	readonly environment?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
	/** Nothing is a secret unless told otherwise. */
	readonly redact?: (text: string) => string;
	readonly program?: string;
	readonly out?: NodeJS.WritableStream;
	readonly err?: NodeJS.WritableStream;
};

export type Outcome = {
	readonly exitCode: number;
	readonly out: string;
	readonly err: string;
	readonly opened: readonly string[];
	readonly dashboards: readonly DashboardOptions[];
	readonly pictures: ReadonlyArray<Omit<PictureOptions, 'signal'>>;
	readonly replays: readonly unknown[];
	readonly files: Readonly<Record<string, string>>;
};

/** Five minutes after everything that the builders make. */
const NOW = T0 + 300_000;

/** Runs a command line on a fake workspace; nobody is at the keyboard and the output is a pipe unless the situation says otherwise. */
export const runWords = async (words: readonly string[], situation: Situation = {}): Promise<Outcome> => {
	const {fake = createFakeRad(), isTerminal = false, columns = 80, color = false} = situation;
	const rad: Rad = {...fake.rad, ...situation.rad};
	const out = collect();
	const err = collect();
	const opened: string[] = [];
	const dashboards: DashboardOptions[] = [];
	const pictures: Outcome['pictures'][number][] = [];
	const replays: unknown[] = [];
	const files: Record<string, string> = {};
	const answers = [...(situation.answers ?? [])];
	const host: Host = {
		open: async directory => {
			opened.push(directory);
			return {...rad, workspace: {...rad.workspace, directory}};
		},
		openWorkflows: directory => {
			opened.push(directory);
			return rad.workflows;
		},
		previewStart: (directory, options) => {
			opened.push(directory);
			return fake.previewStart(options);
		},
		init: async () => ({
			workspace: rad.workspace,
			created: ['.radium', '.radium/monitoring.db', '.radium/workflows/example.yaml'],
			checkpointNote: 'Checkpoints cover all files that git does not ignore.',
		}),
		createDemo: async () => ({root: '/tmp/rad demo', workflow: 'example'}),
		checks: () => [],
		settings: () => createFakeSettings(),
		workflowSchema: async () => ({title: 'Workflow of rad'}),
		listEngines: async () => situation.engines ?? [],
		hooks: {
			list: async () => [],
			install: async engine => ({engine, file: `/home/me/.${engine}/settings.json`, change: 'installed', notes: []}),
			uninstall: async engine => ({engine, file: `/home/me/.${engine}/settings.json`, change: 'restored', notes: []}),
		},
		showDashboard: async (_, options) => {
			dashboards.push(options);
			return 0;
		},
		drawDashboard: async (_, {signal: __, ...options}) => {
			pictures.push(options);
			return `a picture\n  as ${options.format}`;
		},
		recordings: {
			show: async (source, options) => {
				replays.push({...source, ...options});
				return 0;
			},
			draw: async (source, options) => {
				replays.push({...source, ...options});
				return `the last picture\n  as ${options.format}`;
			},
			create: (file, {directory}) => {
				const name = `${directory}/${file}`;
				files[name] = '';
				return {
					append: text => {
						files[name] += text;
					},
					close: () => {
						files[name] += '(closed)';
					},
				};
			},
			read: async file => ({file, text: 'recorded'}),
		},
		writeFile: async (file, {directory, text}) => {
			files[`${directory}/${file}`] = text;
		},
		...situation.host,
	};
	const exitCode = await runCli({
		argv: words,
		host,
		streams: {
			out: situation.out ?? out.stream,
			err: situation.err ?? err.stream,
			isOutTerminal: isTerminal,
			isErrTerminal: isTerminal,
			columns,
			color,
		},
		pager: situation.pager,
		measure: situation.measure ?? (() => ({columns, rows: 24})),
		prompt: situation.answers === undefined ? undefined : {readLine: async () => answers.shift()},
		environment: situation.environment ?? {},
		directory: '/work/here',
		clock: {now: () => NOW, elapsed: () => 0, sleep: async () => undefined},
		redact: situation.redact ?? (text => text),
		signal: situation.signal ?? new AbortController().signal,
		version: '1.2.3',
		...(situation.program === undefined ? {} : {program: situation.program}),
	});
	return {exitCode, out: out.text(), err: err.text(), opened, dashboards, pictures, replays, files};
};

/** A stream that keeps what it gets. */
export const collect = (): {readonly stream: Writable; readonly text: () => string; readonly bytes: () => Buffer} => {
	const chunks: Buffer[] = [];
	const stream = new Writable({
		write: (chunk: Buffer, _, done) => {
			chunks.push(chunk);
			done();
		},
	});
	return {stream, text: () => Buffer.concat(chunks).toString(), bytes: () => Buffer.concat(chunks)};
};
