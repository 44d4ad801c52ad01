import {execFile, execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {NO_TOKENS, type Tokens} from '../../source/domain/tokens.ts';
import {type ModelServer, startModelServer} from '../support/model-server/model-server.ts';
import type {Script} from '../support/model-server/script.ts';
import {toBaseEnvironment} from './cli-environment.ts';
import type {Subject} from './subjects.ts';

/** A workspace with a model server of its own, and a built rad that works in it. */
export type Trial = {
	readonly root: string;
	readonly server: ModelServer;
	/** Runs rad; returns its exit code and what it printed. Never fails by itself. */
	readonly rad: (...words: readonly string[]) => Promise<Outcome>;
	readonly json: (...words: readonly string[]) => Promise<unknown>;
	readonly readFile: (name: string) => string | undefined;
	/** Command lines of the processes that work in this place, whoever started them. */
	readonly listProcesses: () => readonly string[];
	readonly close: () => Promise<void>;
};

type Outcome = {readonly code: number | null; readonly out: string; readonly err: string};

export type TrialOptions = {
	readonly subject: Subject;
	readonly script: Script;
	readonly binPath: string;
	readonly programFile: string;
	/** What the workflow is besides one step that works: with a second one that goes on with its conversation, or with outputs that it promises. */
	readonly kind?: 'continued' | 'promising';
};

const PROMISE = 'outputs: { verdict: { type: string, enum: [approve, request_changes] }, parts: { type: array, items: { type: string } } }';

/** Writes down what the step before it handed on. */
const TELL = [
	'  - id: tell',
	'    run: printf \'%s %s\' "$VERDICT" "$PARTS" > told.txt',
	'    env: { VERDICT: "${{ steps.work.outputs.verdict }}", PARTS: "${{ steps.work.outputs.parts[1] }}" }',
];

const toWorkflow = ({engine, model}: Subject, kind: TrialOptions['kind']): string => {
	const toStep = (id: string, ...more: readonly string[]): readonly string[] => [
		`  - id: ${id}`,
		...[`engine: ${engine}`, `model: ${model}`, 'permissions: full', 'prompt: Do the work.', ...more].map(line => `    ${line}`),
	];
	const promising = [...toStep('work', PROMISE), ...TELL];
	const working = [...toStep('work'), ...(kind === 'continued' ? toStep('more', 'session: work') : [])];
	return ['version: 1', 'steps:', ...(kind === 'promising' ? promising : working), ''].join('\n');
};

export const openTrial = async ({subject, script, binPath, programFile, kind}: TrialOptions): Promise<Trial> => {
	const base = mkdtempSync(path.join(tmpdir(), 'rad-engines-'));
	const [root, home] = [path.join(base, 'work'), path.join(base, 'home')];
	for (const folder of [root, home]) mkdirSync(folder);
	const server = await startModelServer({script});
	const environment = {
		...toBaseEnvironment(home, `${binPath}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}/usr/bin${path.delimiter}/bin`),
		...subject.prepare(home, server.url),
		RAD_STATE_DIR: path.join(base, 'state'),
	};
	// Never synchronous: the model server lives in this process.
	const rad = (...words: readonly string[]): Promise<Outcome> =>
		new Promise(resolve => {
			const options = {cwd: root, env: environment, encoding: 'utf8', maxBuffer: 2 ** 26} as const;
			const child = execFile(process.execPath, [programFile, ...words], options, (_, out, err) => resolve({code: child.exitCode, out, err}));
		});
	const git = (...words: readonly string[]): void => void execFileSync('git', words, {cwd: root, env: environment, stdio: 'ignore'});
	git('init', '-q');
	writeFileSync(path.join(root, 'kept.txt'), 'kept\n');
	git('add', '-A');
	git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'first');
	await rad('init');
	writeFileSync(path.join(root, '.radium/workflows/try.yaml'), toWorkflow(subject, kind));
	return {
		root,
		server,
		rad,
		json: async (...words) => JSON.parse((await rad(...words, '--json')).out) as unknown,
		readFile: name => (existsSync(path.join(root, name)) ? readFileSync(path.join(root, name), 'utf8') : undefined),
		listProcesses: () => listProcessesBelow(base),
		close: async () => {
			const runs = JSON.parse((await rad('runs', '--json')).out) as ReadonlyArray<{readonly id: string}>;
			for (const {id} of runs) await rad('cancel', id, '--now');
			await server.close();
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		},
	};
};

/** Linux only: by the folder that each process works in. */
const listProcessesBelow = (folder: string): readonly string[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(pid => {
			try {
				return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()] : [];
			} catch {
				return [];
			}
		});

/** The sum that rad tells of all agents of the workspace. */
export const readTotals = async (trial: Trial): Promise<Tokens> => {
	const {totals} = (await trial.json('monitor', 'telemetry')) as {readonly totals: Readonly<Record<string, number>>};
	return {
		...NO_TOKENS,
		input: totals['inputTokens'] ?? -1,
		cacheRead: totals['cacheReadTokens'] ?? -1,
		cacheWrite: totals['cacheWriteTokens'] ?? -1,
		output: totals['outputTokens'] ?? -1,
		reasoning: totals['reasoningTokens'] ?? -1,
	};
};
