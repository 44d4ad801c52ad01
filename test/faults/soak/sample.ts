import {readdirSync} from 'node:fs';
import type {ProcessTable} from '../../../source/agents/process-table.ts';
import {isDead, listChildren, readMemoryMb} from '../../bench/processes.ts';
import type {Allowance, Series} from './judge.ts';

/** What a process took at one moment. */
type Sample = {readonly memoryMb: number; readonly handles: number};

/** A program that is watched: a name, and the process that has it. */
export type Watched = {readonly name: string; readonly pid: number};

// Of a run of thousands of steps the record of each stays in memory; the bound is on what comes on top of that and of V8's habits.
const MEMORY: Allowance = {part: 0.25, plus: 24};
const HANDLES: Allowance = {part: 0, plus: 4};
const PROCESSES: Allowance = {part: 0, plus: 2};
// SQLite begins its log anew at each thousand pages of 4 KiB, unless somebody reads meanwhile.
const LOG_OF_STORE: Allowance = {part: 0, plus: 12};

/** What is counted besides the programs. */
export type Counts = Readonly<Record<'processes of the run' | 'dead processes of rad run' | 'MB of the log of the store', () => number>>;

const ALLOWANCES: {readonly [Name in keyof Counts]: Allowance} = {
	'processes of the run': PROCESSES,
	'dead processes of rad run': PROCESSES,
	'MB of the log of the store': LOG_OF_STORE,
};

/** Measures programs and counts what belongs to a run, each time that it is told to. Reads /proc. */
export const createSampler = (programs: readonly Watched[], counts: Counts) => {
	const samples = new Map<string, Sample[]>(programs.map(({name}) => [name, []]));
	const counted = Object.entries(counts).map(([name, count]) => ({name, count, allowance: ALLOWANCES[name as keyof Counts], values: [] as number[]}));
	const list = (name: string, pick: (sample: Sample) => number): readonly number[] => (samples.get(name) ?? []).map(pick);
	return {
		take: (): void => {
			for (const {name, pid} of programs) samples.get(name)?.push({memoryMb: readMemoryMb(pid), handles: readdirSync(`/proc/${pid}/fd`).length});
			for (const {values, count} of counted) values.push(count());
		},
		series: (): readonly Series[] => [
			...programs.flatMap(({name}) => [
				{name: `MB of ${name}`, values: list(name, ({memoryMb}) => memoryMb), allowance: MEMORY},
				{name: `handles of ${name}`, values: list(name, ({handles}) => handles), allowance: HANDLES},
			]),
			...counted,
		],
	};
};

/** All processes of a run: its shims, its agents and what these started. */
export const createProcessCount =
	(table: Pick<ProcessTable, 'findMarked'>, runId: string): (() => number) =>
	() =>
		table.findMarked('RAD_RUN_ID', runId).length;

/** Processes that a program started, that have ended, and that it has not asked about. */
export const countDead = (parent: number): number => listChildren(parent).filter(isDead).length;
