import {spawnSync} from 'node:child_process';
import process from 'node:process';

/** What something cost. CPU time is user and system time together, of the process and of every process that it started and waited for. */
export type Cost = {readonly cpuMs: number; readonly wallMs: number};

export type Place = {readonly cwd: string; readonly env: Readonly<Record<string, string>>};

export type Measured = Cost & {readonly stdout: string};

// Node does not tell what its children used, and /proc tells it in steps of 10 ms; bash tells it in steps of 1 ms wherever there is a bash.
const SCRIPT = '"$@"; code=$?; times >&3; exit $code';

/** Runs a program to its end and tells what it cost. Throws when it fails. */
export const measure = (argv: readonly string[], {cwd, env}: Place): Measured => {
	const start = performance.now();
	const {status, stdout, stderr, output, error} = spawnSync('bash', ['-c', SCRIPT, 'bench', ...argv], {
		cwd,
		env: {...env},
		encoding: 'utf8',
		maxBuffer: 2 ** 30,
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
	});
	const wallMs = performance.now() - start;
	if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${error?.message ?? stderr}`);
	return {cpuMs: parseTimes(output[3] ?? ''), wallMs, stdout};
};

// `0m0.003s 0m0.002s` for the shell itself, then such a line for its children.
const parseTimes = (text: string): number => {
	const children = text.trim().split('\n')[1] ?? '';
	return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
};

/** Costs by name, gathered over the rounds. */
export type Samples = {
	readonly add: (name: string, cost: Cost) => void;
	/** Undefined when nothing was measured under that name. */
	readonly medianOf: (name: string) => Cost | undefined;
};

export const createSamples = (): Samples => {
	const all = new Map<string, Cost[]>();
	return {
		add: (name, cost) => void all.set(name, [...(all.get(name) ?? []), cost]),
		medianOf: name => {
			const costs = all.get(name);
			return costs && {cpuMs: toMedian(costs.map(({cpuMs}) => cpuMs)), wallMs: toMedian(costs.map(({wallMs}) => wallMs))};
		},
	};
};

export const toMedian = (values: readonly number[]): number => {
	const sorted = [...values].sort((left, right) => left - right);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

/** What this process itself spent on something that is done at once or awaited, in milliseconds of CPU time. */
export const measureHere = async (run: () => void | Promise<void>): Promise<Cost> => {
	const [cpu, start] = [process.cpuUsage(), performance.now()];
	await run();
	const {user, system} = process.cpuUsage(cpu);
	return {cpuMs: (user + system) / 1000, wallMs: performance.now() - start};
};

/** The value below which the given part of all lies. */
export const toQuantile = (values: readonly number[], part: number): number => {
	const sorted = [...values].sort((left, right) => left - right);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};
