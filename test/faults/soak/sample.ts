import {readdirSync} from 'node:fs';
import type {ProcessTable} from '../../../source/agents/process-table.ts';
import {readMemoryMb} from '../../bench/processes.ts';
import type {Allowance, Series} from './judge.ts';

/** What a process took at one moment. */
type Sample = {readonly memoryMb: number; readonly handles: number};

/** A program that is watched: a name, and the process that has it. */
export type Watched = {readonly name: string; readonly pid: number};

// Of a run of thousands of steps the record of each stays in memory; the bound is on what comes on top of that and of V8's habits.
const MEMORY: Allowance = {part: 0.25, plus: 24};
const HANDLES: Allowance = {part: 0, plus: 4};
const PROCESSES: Allowance = {part: 0, plus: 2};

/** Measures programs and counts the processes of a run, each time that it is told to. Reads /proc. */
export const createSampler = (programs: readonly Watched[], countProcesses: () => number) => {
	const samples = new Map<string, Sample[]>(programs.map(({name}) => [name, []]));
	const processes: number[] = [];
	const list = (name: string, pick: (sample: Sample) => number): readonly number[] => (samples.get(name) ?? []).map(pick);
	return {
		take: (): void => {
			for (const {name, pid} of programs) samples.get(name)?.push({memoryMb: readMemoryMb(pid), handles: readdirSync(`/proc/${pid}/fd`).length});
			processes.push(countProcesses());
		},
		series: (): readonly Series[] => [
			...programs.flatMap(({name}) => [
				{name: `MB of ${name}`, values: list(name, ({memoryMb}) => memoryMb), allowance: MEMORY},
				{name: `handles of ${name}`, values: list(name, ({handles}) => handles), allowance: HANDLES},
			]),
			{name: 'processes of the run', values: processes, allowance: PROCESSES},
		],
	};
};

/** All processes of a run: its shims, its agents and what these started. */
export const createProcessCount =
	(table: Pick<ProcessTable, 'findMarked'>, runId: string): (() => number) =>
	() =>
		table.findMarked('RAD_RUN_ID', runId).length;
